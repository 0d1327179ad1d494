import type { ReceiveBuffer } from '../../../shared/model/node.ts';
import { describeError, NetworkError } from '../../base/errors.ts';
import { ipFamily } from '../../base/ip.ts';
import type { AddressFamily, DatagramSocket, DatagramTransport, SocketAddress } from '../../base/network.ts';
import type { Logger } from '../../base/runtime.ts';
import { DiscoveryError } from '../errors.ts';

/** Attempts to find a port that is free in both families. */
const MAX_PORT_ATTEMPTS = 8;

/**
 * Receive buffer that we request from the system, bytes: our choice. It holds some 5,000 small packets, half a second of
 * a flood of 10,000 per second; the default of Linux holds some 270.
 */
export const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Sends datagrams to targets of both address families. */
export interface DatagramChannel {
  /** The families that have a socket. */
  readonly families: readonly AddressFamily[];
  /** Sends a datagram; false if we have no socket of the target's family. */
  send(datagram: Uint8Array, to: SocketAddress): boolean;
}

/** Constructor arguments of UdpSocket. */
export interface UdpSocketOptions {
  readonly transport: DatagramTransport;
  /** At most one address per family. If all ports are 0, the second socket uses the port that the first one got. */
  readonly addresses: readonly SocketAddress[];
  readonly logger: Logger;
}

/**
 * The UDP sockets of both families as one channel. A family that the machine does not have is skipped if the other one
 * can be bound.
 */
export class UdpSocket implements DatagramChannel {
  readonly #options: UdpSocketOptions;
  readonly #sockets = new Map<AddressFamily, DatagramSocket>();
  /** Bound ports, for `reopen`. BOUNDED: one per family. */
  readonly #ports = new Map<AddressFamily, number>();
  readonly #bytes = { in: 0, out: 0 };
  #listener: (datagram: Uint8Array, from: SocketAddress) => void = () => undefined;

  constructor(options: UdpSocketOptions) {
    this.#options = options;
  }

  /**
   * Binds the sockets.
   * @throws NetworkError when an address is in use or forbidden; DiscoveryError `no-socket` when none could be bound
   */
  async open(): Promise<void> {
    const anyPort = this.#options.addresses.every(({ port }) => port === 0);
    for (let attempt = 1; ; attempt++) {
      try {
        for (const address of this.#options.addresses) await this.#bind(address);
        break;
      } catch (error) {
        await this.close();
        // The port that the system chose for one family may be in use in the other.
        const isTaken = error instanceof NetworkError && error.code === 'address-in-use';
        if (!isTaken || !anyPort || attempt >= MAX_PORT_ATTEMPTS) throw error;
      }
    }
    if (this.#sockets.size === 0)
      throw new DiscoveryError('no-socket', 'no address to listen on for discovery');
  }

  /**
   * Closes the sockets and binds them again to the same ports.
   * @throws as `open`; then none is open, and the ports are remembered for the next call
   */
  async reopen(): Promise<void> {
    for (const [family, { local }] of this.#sockets) this.#ports.set(family, local.port);
    await this.close();
    try {
      for (const { ip, port } of this.#options.addresses)
        await this.#bind({ ip, port: this.#ports.get(ipFamily(ip)) ?? port });
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#sockets.size === 0)
      throw new DiscoveryError('no-socket', 'no address to listen on for discovery');
  }

  async close(): Promise<void> {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(sockets.map((socket) => socket.close()));
  }

  get families(): readonly AddressFamily[] {
    return [...this.#sockets.keys()];
  }

  /** The address that the socket of a family is bound to. */
  local(family: AddressFamily): SocketAddress | undefined {
    return this.#sockets.get(family)?.local;
  }

  /** Sets the only consumer of datagrams; call it before `open`. */
  onDatagram(listener: (datagram: Uint8Array, from: SocketAddress) => void): void {
    this.#listener = (datagram, from) => {
      this.#bytes.in += datagram.length;
      listener(datagram, from);
    };
  }

  /** Bytes of all datagrams that were received and sent. */
  get bytes(): { readonly in: number; readonly out: number } {
    return { ...this.#bytes };
  }

  /** The receive buffer of a family's socket; undefined without a socket, or if the system does not report it. */
  receiveBuffer(family: AddressFamily): ReceiveBuffer | undefined {
    const bytes = this.#sockets.get(family)?.receiveBuffer;
    return bytes === undefined ? undefined : { bytes, requested: RECEIVE_BUFFER_BYTES };
  }

  send(datagram: Uint8Array, to: SocketAddress): boolean {
    const socket = this.#sockets.get(ipFamily(to.ip));
    if (socket === undefined) return false;
    this.#bytes.out += datagram.length;
    socket.send(datagram, to);
    return true;
  }

  async #bind(address: SocketAddress): Promise<void> {
    const first = this.#sockets.values().next();
    const port = address.port === 0 && first.done !== true ? first.value.local.port : address.port;
    try {
      const socket = await this.#options.transport.bind({ ip: address.ip, port }, RECEIVE_BUFFER_BYTES);
      this.#sockets.set(socket.family, socket);
      this.#logBuffer(socket);
      socket.onDatagram(this.#listener);
    } catch (error) {
      // The machine lacks this family; the other one suffices.
      if (isUnavailable(error) && this.#options.addresses.length > 1) {
        this.#options.logger.info('address family not available', {
          ip: address.ip,
          error: describeError(error),
        });
        return;
      }
      throw error;
    }
  }

  #logBuffer({ local, receiveBuffer }: DatagramSocket): void {
    if (receiveBuffer === undefined) return;
    const { logger } = this.#options;
    const fields = { ip: local.ip, port: local.port, bytes: receiveBuffer, wanted: RECEIVE_BUFFER_BYTES };
    if (receiveBuffer >= RECEIVE_BUFFER_BYTES) logger.debug('receive buffer of the UDP socket', fields);
    else
      logger.info(
        'the system limits the receive buffer of the UDP socket: floods may cause packet loss',
        fields,
      );
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof NetworkError && error.code === 'address-not-available';
}
