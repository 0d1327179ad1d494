import type { TableProtocol } from '../../shared/model/table.ts';
import { describeError } from '../base/errors.ts';
import type { AddressFamily, DatagramTransport, SocketAddress } from '../base/network.ts';
import type { Startable } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { CandidateSource } from './lookup/candidates.ts';
import { FairMix, type NamedSource } from './lookup/fair-mix.ts';
import { AddressVote, type VotedAddress } from './ip-vote.ts';
import { PacketFilter, type FilterLimits } from './socket/packet-filter.ts';
import type { DiscoveryProtocol } from './protocol.ts';
import { DatagramReceiver } from './socket/receiver.ts';
import { UdpSocket } from './socket/udp-socket.ts';
import { DiscoveryV4, type DiscoveryV4Options } from './v4/service.ts';
import { PacketDispatcher } from './v5/dispatcher.ts';
import { DiscoveryV5 } from './v5/service.ts';

/** What discovery is made of. */
export interface DiscoveryOptions extends Omit<DiscoveryV4Options, 'channel' | 'vote' | 'onProven'> {
  readonly transport: DatagramTransport;
  /** Where to listen: at most one address a family. */
  readonly addresses: readonly SocketAddress[];
  /** Which protocols are spoken, on the same sockets; v4 alone when left out. */
  readonly protocols?: readonly TableProtocol[];
  /** Where candidates come from besides: the node lists in DNS. Their owner starts and stops them. */
  readonly sources?: readonly NamedSource[];
  readonly filterLimits?: FilterLimits;
  /** Whether packets of an address are dropped because it is banned. */
  readonly isBanned?: (ip: string) => boolean;
  /** Told when others agree on a new external address of ours. */
  readonly onExternalAddress?: (family: AddressFamily, address: VotedAddress) => void;
}

/**
 * Discovery as a whole: the sockets of both families, the filter before everything else, the protocols behind the
 * receiver, and one stream of what all sources find. `open` binds, so that the ports are known before the record is
 * made; `start` speaks. Without a protocol no socket is opened.
 */
export class Discovery implements Startable {
  /** Undefined where it is off. */
  readonly v4: DiscoveryV4 | undefined;
  /** Undefined where it is off. */
  readonly v5: DiscoveryV5 | undefined;
  readonly socket: UdpSocket;
  /** Our address as others see it, whichever protocol they speak. */
  readonly vote: AddressVote;
  readonly #options: DiscoveryOptions;
  readonly #receiver: DatagramReceiver;
  /** BOUNDED: one a consumer. */
  readonly #mixes = new Set<FairMix>();
  #isOpen = false;

  constructor(options: DiscoveryOptions) {
    const { transport, addresses, logger, clock, isBannedNode = () => false } = options;
    this.#options = options;
    this.socket = new UdpSocket({ transport, addresses, logger });
    this.vote = new AddressVote(clock, (family, address) => this.#voted(family, address));
    const filter = this.#createFilter();
    const onProven = (endpoint: SocketAddress): void => filter.proven.add(endpoint);
    const parts = { ...options, channel: this.socket, vote: this.vote, onProven };
    const wanted = options.protocols ?? ['v4'];
    this.v4 = wanted.includes('v4') ? new DiscoveryV4(parts) : undefined;
    this.v5 = wanted.includes('v5')
      ? new DiscoveryV5({
          ...parts,
          createDispatcher: (dispatcher) => new PacketDispatcher({ ...dispatcher, isBannedNode }),
        })
      : undefined;
    this.#receiver = new DatagramReceiver({
      clock,
      filter,
      dropped: (reason, datagram, from) => this.#drop(reason, datagram, from),
      onError: (error, { ip }) => {
        logger.error('a datagram could not be handled', { ip, error: describeError(error) });
      },
    });
    this.socket.onDatagram((datagram, from) => this.#receiver.receive(datagram, from));
  }

  /** Those that are on, in the order in which they see a datagram. */
  get services(): readonly DiscoveryProtocol[] {
    return [this.v4, this.v5].filter((protocol) => protocol !== undefined);
  }

  /**
   * Binds the sockets; `start` does it where it was not done.
   * @throws NetworkError when an address is in use or forbidden; DiscoveryError `no-socket`
   */
  async open(): Promise<void> {
    if (this.#isOpen || this.services.length === 0) return;
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
    this.#receiver.attach(this.services);
    for (const protocol of this.services) await protocol.start();
  }

  async stop(): Promise<void> {
    this.#receiver.stop();
    for (const mix of this.#mixes) mix.stop();
    this.#mixes.clear();
    for (const protocol of this.services) await protocol.stop();
    this.#isOpen = false;
    await this.socket.close();
  }

  /** One stream of what v4, v5 and the other sources find, for the dial scheduler; ends when discovery stops. */
  candidates(): CandidateSource {
    const { clock, isCandidate, sources = [] } = this.#options;
    const ours = Object.entries({ v4: this.v4, v5: this.v5 }).flatMap(([name, protocol]) =>
      protocol === undefined ? [] : [{ name, source: protocol.candidates() }],
    );
    const mix = new FairMix({
      sources: [...ours, ...sources],
      clock,
      ...(isCandidate === undefined ? {} : { accepts: isCandidate }),
    });
    this.#mixes.add(mix);
    return mix;
  }

  /** The newest version of a node that any protocol finds; the node itself where there is none. Never rejects. */
  async resolve(node: Node): Promise<Node> {
    const found = await Promise.all(this.services.map((protocol) => protocol.resolve(node)));
    return found.reduce((best, version) => (isBetter(version, best) ? version : best), node);
  }

  /** What the tables know of a node: the newest version. */
  known(id: Uint8Array, idHex: string): Node | undefined {
    const versions = this.services
      .map(({ table }) => table.get(id, idHex))
      .filter((node) => node !== undefined);
    return versions.sort((a, b) => Number(b.seq - a.seq))[0];
  }

  /** Replaces the bootnodes of both protocols and makes contact with them. Never rejects. */
  async setBootnodes(nodes: readonly Node[]): Promise<void> {
    await Promise.all(this.services.map((protocol) => protocol.setBootnodes(nodes)));
  }

  /** Fills the tables. Never rejects. */
  async refresh(): Promise<void> {
    await Promise.all(this.services.map((protocol) => protocol.refresh()));
  }

  /** Looks for more nodes by each protocol. Never rejects. */
  async lookForMore(): Promise<void> {
    await Promise.all(
      this.services.map((protocol) =>
        protocol.lookup().catch((error: unknown) => {
          this.#options.logger.debug('the lookup for more nodes failed', { error: describeError(error) });
        }),
      ),
    );
  }

  #createFilter(): PacketFilter {
    const { clock, allows = () => true, isBanned, filterLimits } = this.#options;
    return new PacketFilter({
      clock,
      allows,
      expects: (ip) => this.services.some((protocol) => protocol.expects(ip)),
      ...(isBanned === undefined ? {} : { isBanned }),
      ...(filterLimits === undefined ? {} : { limits: filterLimits }),
    });
  }

  /** What no protocol took is counted with the first: nobody knows whose it was to be. */
  #drop(reason: string, datagram: Uint8Array, from: SocketAddress): void {
    this.services[0]?.counters.dropped(reason);
    this.#options.events.emit({ type: 'discovery/dropped', reason, bytes: datagram.length, ip: from.ip });
  }

  #voted(family: AddressFamily, address: VotedAddress): void {
    this.#options.events.emit({ type: 'discovery/external-address', ...address });
    this.#options.onExternalAddress?.(family, address);
  }
}

/** A newer record, or an address where there was none. */
function isBetter(version: Node, best: Node): boolean {
  if (version.seq !== best.seq) return version.seq > best.seq;
  return best.ip === undefined && version.ip !== undefined;
}
