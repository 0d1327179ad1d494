import { describeError } from '../leaf/errors.ts';
import type { DatagramTransport, SocketAddress } from '../leaf/network.ts';
import type { Startable } from '../leaf/runtime.ts';
import { Demux } from './demux.ts';
import { PacketFilter, type FilterLimits } from './packet-filter.ts';
import { UdpSocket } from './udp-socket.ts';
import { DiscoveryV4, type DiscoveryV4Options } from './v4/service.ts';

/** What discovery is made of. */
export interface DiscoveryOptions extends Omit<DiscoveryV4Options, 'channel'> {
  readonly transport: DatagramTransport;
  /** Where to listen: at most one address a family. */
  readonly addresses: readonly SocketAddress[];
  readonly filterLimits?: FilterLimits;
  /** Whether packets of an address are dropped because it is banned. */
  readonly isBanned?: (ip: string) => boolean;
}

/**
 * Discovery as a whole: the sockets of both families, the filter before everything else, and the protocols behind the
 * demultiplexer. `open` binds, so that the ports are known before the record is made; `start` speaks.
 */
export class Discovery implements Startable {
  readonly v4: DiscoveryV4;
  readonly socket: UdpSocket;
  readonly #options: DiscoveryOptions;
  readonly #filter: PacketFilter;
  readonly #demux: Demux;
  #isOpen = false;

  constructor(options: DiscoveryOptions) {
    const { transport, addresses, logger, clock } = options;
    this.#options = options;
    this.socket = new UdpSocket({ transport, addresses, logger });
    this.v4 = new DiscoveryV4({ ...options, channel: this.socket });
    this.#filter = new PacketFilter({
      clock,
      allows: options.allows ?? (() => true),
      expects: (ip) => this.v4.expects(ip),
      ...(options.isBanned === undefined ? {} : { isBanned: options.isBanned }),
      ...(options.filterLimits === undefined ? {} : { limits: options.filterLimits }),
    });
    this.#demux = new Demux(clock, (reason, datagram, from) => this.#drop(reason, datagram, from));
    this.socket.onDatagram((datagram, from) => this.#receive(datagram, from));
  }

  /**
   * Binds the sockets; `start` does it where it was not done.
   * @throws NetworkError when an address is in use or forbidden; DiscoveryError `no-socket`
   */
  async open(): Promise<void> {
    if (this.#isOpen) return;
    await this.socket.open();
    this.#isOpen = true;
  }

  /**
   * Closes the sockets and binds them anew at the same ports: the system may have taken them away.
   * @throws as `open`; then none is open until it is called again
   */
  async reopen(): Promise<void> {
    if (this.#isOpen) await this.socket.reopen();
  }

  async start(): Promise<void> {
    await this.open();
    this.#demux.attach(this.v4);
    await this.v4.start();
  }

  async stop(): Promise<void> {
    this.#demux.stop();
    await this.v4.stop();
    this.#isOpen = false;
    await this.socket.close();
  }

  #receive(datagram: Uint8Array, from: SocketAddress): void {
    try {
      const refusal = this.#filter.refusal(from);
      if (refusal === undefined) this.#demux.receive(datagram, from);
      else this.#drop(refusal, datagram, from);
    } catch (error) {
      // A mistake of ours: it may cost the datagram, never the process.
      this.#options.logger.error('a datagram could not be handled', {
        ip: from.ip,
        error: describeError(error),
      });
    }
  }

  #drop(reason: string, datagram: Uint8Array, from: SocketAddress): void {
    this.v4.counters.dropped(reason);
    this.#options.events.emit({ type: 'discovery/dropped', reason, bytes: datagram.length, ip: from.ip });
  }
}
