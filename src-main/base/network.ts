/** Interfaces of UDP and TCP. Tests and the demo have implementations in memory. */
import type { Unsubscribe } from './runtime.ts';

/** An IP address in canonical text (IPv4 dotted, IPv6 compressed, never IPv4-mapped) and a port. */
export interface SocketAddress {
  readonly ip: string;
  readonly port: number;
}

/** An address family. */
export type AddressFamily = 'ipv4' | 'ipv6';

/** A bound UDP socket of one address family. */
export interface DatagramSocket {
  readonly family: AddressFamily;
  readonly local: SocketAddress;
  /** Size of the system's receive buffer, bytes; undefined when it is unknown. */
  readonly receiveBuffer: number | undefined;
  /** Sends without waiting; a datagram that the system refuses is dropped silently. */
  send(datagram: Uint8Array, to: SocketAddress): void;
  onDatagram(listener: (datagram: Uint8Array, from: SocketAddress) => void): Unsubscribe;
  close(): Promise<void>;
}

/** Opens UDP sockets. */
export interface DatagramTransport {
  /**
   * Binds an address and port; port 0 selects a free one. An IPv6 socket receives no IPv4 traffic.
   * @param receiveBuffer requested size of the system's receive buffer, bytes; the system may give less. Without it the
   *   system's default
   * @throws NetworkError code `address-in-use`, `address-not-available` or `permission-denied`
   */
  bind(at: SocketAddress, receiveBuffer?: number): Promise<DatagramSocket>;
}

/** A TCP connection as a stream of chunks. It has one consumer; chunks wait while the stream is paused. */
export interface ByteStream {
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  /** Sets the consumer of received chunks, replacing an earlier one, and resumes the stream. */
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Calls the listener once when the stream has closed; `error` is undefined after an orderly close. */
  onClose(listener: (error: Error | undefined) => void): Unsubscribe;
  pause(): void;
  resume(): void;
  /** Queues bytes; false when the queue is above its high-water mark and the caller should await `drained`. */
  write(bytes: Uint8Array): boolean;
  /** Resolves when the write queue is below its high-water mark, or the stream has closed. */
  drained(): Promise<void>;
  /** Bytes in the write queue. */
  readonly queued: number;
  /** Sends the queued bytes, then closes. */
  end(): void;
  /** Closes immediately and drops the queued bytes. `error` is passed to the close listeners. */
  destroy(error?: Error): void;
}

/** Opens TCP connections. */
export interface StreamDialer {
  /**
   * Connects within `timeoutMs`.
   * @throws NetworkError code `connection-refused`, `timed-out`, `unreachable`, `connection-reset` or `aborted`
   */
  dial(to: SocketAddress, options: { timeoutMs: number; signal?: AbortSignal }): Promise<ByteStream>;
}

/** An open TCP listener. */
export interface StreamServer {
  readonly local: SocketAddress;
  close(): Promise<void>;
}

/** Opens TCP listeners. */
export interface StreamListener {
  /** Listens on an address and port. The owner of a stream closes it. @throws NetworkError as DatagramTransport.bind */
  listen(at: SocketAddress, onStream: (stream: ByteStream) => void): Promise<StreamServer>;
}
