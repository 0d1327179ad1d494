import type { Unsubscribe } from './runtime.ts';

/** An IP address in canonical text (IPv4 dotted, IPv6 compressed, never IPv4-mapped) and a port. */
export interface SocketAddress {
  readonly ip: string;
  readonly port: number;
}

/** The two address families, as node:dgram names their sockets' addresses. */
export type AddressFamily = 'ipv4' | 'ipv6';

/** A bound UDP socket of one address family. */
export interface DatagramSocket {
  readonly family: AddressFamily;
  readonly local: SocketAddress;
  /** Bytes of datagrams that the system keeps until they are read; undefined where it does not say. */
  readonly receiveBuffer: number | undefined;
  /** Sends without waiting; a datagram that the system refuses is dropped, as the network may do to any. */
  send(datagram: Uint8Array, to: SocketAddress): void;
  onDatagram(listener: (datagram: Uint8Array, from: SocketAddress) => void): Unsubscribe;
  close(): Promise<void>;
}

/** Opens UDP sockets. */
export interface DatagramTransport {
  /**
   * Binds `ip`:`port` (port 0: any free one). An IPv6 socket takes no IPv4 traffic.
   * @param receiveBuffer bytes of datagrams that the system should keep until they are read; it may give less. Its own
   * choice where left out
   * @throws NetworkError code `address-in-use`, `address-not-available` or `permission-denied`
   */
  bind(at: SocketAddress, receiveBuffer?: number): Promise<DatagramSocket>;
}

/** A TCP connection as a stream of byte chunks. There is one consumer; chunks wait while it is paused. */
export interface ByteStream {
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  /** Sets the consumer of incoming bytes (replacing an earlier one) and lets them flow. */
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Called once when the stream has ended in either direction; `error` is undefined after an orderly end. */
  onClose(listener: (error: Error | undefined) => void): Unsubscribe;
  pause(): void;
  resume(): void;
  /** Queues bytes; false when the queue is over its high-water mark and the caller should await `drained`. */
  write(bytes: Uint8Array): boolean;
  /** Resolves when the write queue is below its mark again or the stream has closed. */
  drained(): Promise<void>;
  /** Bytes that wait to be handed to the system. */
  readonly queued: number;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once and drops what is queued. */
  destroy(error?: Error): void;
}

/** Opens TCP connections. */
export interface StreamDialer {
  /** @throws NetworkError code `connection-refused`, `timed-out`, `unreachable`, `connection-reset` or `aborted` */
  dial(to: SocketAddress, options: { timeoutMs: number; signal?: AbortSignal }): Promise<ByteStream>;
}

/** An open TCP listener. */
export interface StreamServer {
  readonly local: SocketAddress;
  close(): Promise<void>;
}

/** Opens TCP listeners. */
export interface StreamListener {
  /** @throws NetworkError as DatagramTransport.bind */
  listen(at: SocketAddress, onStream: (stream: ByteStream) => void): Promise<StreamServer>;
}
