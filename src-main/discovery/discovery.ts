import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import { describeError } from '../base/errors.ts';
import type { AddressFamily, DatagramTransport, SocketAddress } from '../base/network.ts';
import type { SignerPool } from '../base/recovery-pool.ts';
import type { Clock, Logger, Random, Startable } from '../base/runtime.ts';
import type { EventSink } from '../events/events.ts';
import type { PacketTap } from '../events/packet-tap.ts';
import type { Node } from '../node-record/node.ts';
import type { AddressFilter } from './address-filter.ts';
import type { HostResolver } from './bootnodes.ts';
import { DiscoveryEngine } from './engine.ts';
import { AddressVote, type VotedAddress } from './ip-vote.ts';
import { LocalNode, type LocalRecordSource } from './local-node.ts';
import type { NodeIterator } from './lookup/candidates.ts';
import { FairMix, type NamedSource } from './lookup/fair-mix.ts';
import { PacketFilter, type FilterLimits } from './socket/packet-filter.ts';
import { DatagramReceiver } from './socket/receiver.ts';
import { UdpSocket } from './socket/udp-socket.ts';
import type { NodeDatabase } from './table/node-database.ts';
import type { NodeFacts } from './table/table-snapshot.ts';
import { Table } from './table/table.ts';
import { V4Probe } from './v4/probe.ts';
import { V4Transport } from './v4/transport.ts';
import { PacketDispatcher } from './v5/dispatcher.ts';
import { V5Transport } from './v5/transport.ts';

/** Constructor arguments of Discovery. */
export interface DiscoveryOptions {
  readonly transport: DatagramTransport;
  /** Listening addresses: at most one per family. */
  readonly addresses: readonly SocketAddress[];
  readonly privateKey: Uint8Array;
  /** 64 bytes, of `privateKey`. */
  readonly publicKey: Uint8Array;
  readonly local: LocalRecordSource;
  readonly database: NodeDatabase;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
  /** The protocols to run, on the same sockets; v4 by default. */
  readonly protocols?: readonly TableProtocol[];
  /** Bootnodes of both protocols; v5 requests the record of those without one. */
  readonly bootnodes?: readonly Node[];
  readonly resolveHost?: HostResolver;
  /** Further sources of candidates: the node lists in DNS. Their owner starts and stops them. */
  readonly sources?: readonly NamedSource[];
  /** The addresses that we may contact (`--netrestrict`); all by default. */
  readonly allows?: AddressFilter;
  readonly filterLimits?: FilterLimits;
  /** Recovers the keys of senders under load. Its owner stops it, after discovery. */
  readonly pool?: SignerPool | undefined;
  /** Whether packets of an address are dropped because it is banned; none by default. */
  readonly isBanned?: (ip: string) => boolean;
  /** Whether packets of a node are dropped because it is banned; none by default. */
  readonly isBannedNode?: (idHex: string) => boolean;
  /** Which nodes may be dialled; all by default. */
  readonly isCandidate?: (node: Node) => boolean;
  /** What other parts of the program know about a node, for the table snapshot. */
  readonly factsOf?: (node: Node) => NodeFacts;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
  /** Called when other nodes agree on a new external address of ours. */
  readonly onExternalAddress?: (family: AddressFamily, address: VotedAddress) => void;
}

/**
 * Discovery as a whole: the sockets of both families, the packet filter, one engine per protocol, and one stream of the
 * candidates of all sources. `open` binds the sockets, so that the ports are known before the record is signed; `start`
 * begins to send, `startPassive` only answers. Without a protocol no socket is opened.
 */
export class Discovery implements Startable {
  /** Undefined where v4 is off. */
  readonly v4: DiscoveryEngine<V4Transport> | undefined;
  /** Undefined where v5 is off. */
  readonly v5: DiscoveryEngine<V5Transport> | undefined;
  /** Asks single nodes for a diagnosis; undefined where v4 is off. */
  readonly probe: V4Probe | undefined;
  readonly socket: UdpSocket;
  /** Our external address as the nodes of both protocols see it. */
  readonly vote: AddressVote;
  readonly #options: DiscoveryOptions;
  readonly #receiver: DatagramReceiver;
  /** BOUNDED: one per consumer. */
  readonly #mixes = new Set<FairMix>();
  #isOpen = false;

  constructor(options: DiscoveryOptions) {
    const { transport, addresses, logger, clock, protocols = ['v4'] } = options;
    this.#options = options;
    this.socket = new UdpSocket({ transport, addresses, logger });
    this.vote = new AddressVote(clock, (family, address) => this.#voted(family, address));
    const filter = this.#createFilter();
    const onProven = (endpoint: SocketAddress): void => filter.proven.add(endpoint);
    this.v4 = protocols.includes('v4') ? this.#createV4(onProven) : undefined;
    this.v5 = protocols.includes('v5') ? this.#createV5(onProven) : undefined;
    this.probe = this.v4 === undefined ? undefined : this.#createProbe();
    this.#receiver = new DatagramReceiver({
      ...{ clock, filter, pool: options.pool },
      dropped: (reason, datagram, from) => this.#drop(reason, datagram, from),
      onError: (error, { ip }) => {
        logger.error('a datagram could not be handled', { ip, error: describeError(error) });
      },
    });
    this.socket.onDatagram(this.#receiver.receive);
  }

  /** The protocols that run, in the order in which they see a datagram. */
  get engines(): readonly DiscoveryEngine[] {
    return [this.v4, this.v5].filter((engine) => engine !== undefined);
  }

  /**
   * Binds the sockets; does nothing if they are bound. `start` calls it too.
   * @throws NetworkError when an address is in use or forbidden; DiscoveryError `no-socket`
   */
  async open(): Promise<void> {
    if (this.#isOpen || this.engines.length === 0) return;
    await this.socket.open();
    this.#isOpen = true;
  }

  /**
   * Closes the sockets and binds them again to the same ports, after the system lost or changed its network.
   * @throws as `open`; then no socket is open until the next call
   */
  async reopen(): Promise<void> {
    if (this.#isOpen) await this.socket.reopen();
  }

  async start(): Promise<void> {
    await this.#receive();
    for (const engine of this.engines) await engine.start();
  }

  /**
   * Starts without own requests: answers those of other nodes from the tables, which stay as they are. Pings are sent only
   * back, to prove the endpoint of the other node.
   */
  async startPassive(): Promise<void> {
    await this.#receive();
    for (const { transport } of this.engines) transport.start();
  }

  async stop(): Promise<void> {
    this.#receiver.stop();
    for (const mix of this.#mixes) mix.stop();
    this.#mixes.clear();
    for (const engine of this.engines) await engine.stop();
    this.#isOpen = false;
    await this.socket.close();
  }

  /** One stream of the candidates of v4, v5 and the other sources, for the dial scheduler; ends when discovery stops. */
  candidates(): NodeIterator {
    const { clock, isCandidate, sources = [] } = this.#options;
    const ours = Object.entries({ v4: this.v4, v5: this.v5 }).flatMap(([name, engine]) =>
      engine === undefined ? [] : [{ name, source: engine.candidates() }],
    );
    const mix = new FairMix({
      sources: [...ours, ...sources],
      clock,
      ...(isCandidate === undefined ? {} : { accepts: isCandidate }),
    });
    this.#mixes.add(mix);
    return mix;
  }

  /** The newest version of a node that any protocol finds; the given node if none finds a newer one. Never rejects. */
  async resolve(node: Node): Promise<Node> {
    const found = await Promise.all(this.engines.map((engine) => engine.resolve(node)));
    return found.reduce((best, version) => (isBetter(version, best) ? version : best), node);
  }

  /** The newest version of a node in the tables. */
  known(id: Uint8Array, idHex: string): Node | undefined {
    const versions = this.engines
      .map(({ table }) => table.get(id, idHex))
      .filter((node) => node !== undefined);
    return versions.sort((a, b) => Number(b.seq - a.seq))[0];
  }

  /** Replaces the bootnodes of both protocols and offers them to the tables. Never rejects. */
  async setBootnodes(nodes: readonly Node[]): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.setBootnodes(nodes)));
  }

  /** Fills the tables. Never rejects. */
  async refresh(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.refresh()));
  }

  /** Runs one random lookup per protocol to find more candidates. Never rejects. */
  async lookForMore(): Promise<void> {
    await Promise.all(
      this.engines.map((engine) =>
        engine.lookup().catch((error: unknown) => {
          this.#options.logger.debug('random lookup failed', { error: describeError(error) });
        }),
      ),
    );
  }

  async #receive(): Promise<void> {
    await this.open();
    const probes = this.probe === undefined ? [] : [this.probe];
    this.#receiver.attach([...probes, ...this.engines.map(({ transport }) => transport.packets)]);
  }

  #createV4(onProven: (endpoint: SocketAddress) => void): DiscoveryEngine<V4Transport> {
    const parts = this.#createParts('v4');
    return new DiscoveryEngine({ ...parts, transport: new V4Transport({ ...parts, onProven }) });
  }

  #createV5(onProven: (endpoint: SocketAddress) => void): DiscoveryEngine<V5Transport> {
    const parts = this.#createParts('v5');
    const transport = new V5Transport({
      ...parts,
      record: this.#options.local,
      onProven,
      createDispatcher: (options) => new PacketDispatcher(options),
    });
    return new DiscoveryEngine({ ...parts, transport });
  }

  #createProbe(): V4Probe {
    const { privateKey, publicKey, local, clock, events, tap } = this.#options;
    const ours = new LocalNode(publicKey, local);
    return new V4Probe({ privateKey, local: ours, channel: this.socket, clock, events, tap });
  }

  /** The parts of one protocol that its engine and its transport share. */
  #createParts(protocol: TableProtocol) {
    const options = this.#options;
    const { clock, random, events, allows = () => true, isBannedNode = () => false } = options;
    const local = new LocalNode(options.publicKey, options.local);
    const table = new Table({ selfId: local.id, clock, random, events });
    const logger = options.logger.child(protocol);
    return { ...options, logger, local, table, channel: this.socket, vote: this.vote, allows, isBannedNode };
  }

  #createFilter(): PacketFilter {
    const { clock, allows = () => true, isBanned, filterLimits } = this.#options;
    return new PacketFilter({
      clock,
      allows,
      expects: (ip) =>
        this.probe?.expects(ip) === true ||
        this.engines.some(({ transport }) => transport.packets.expects(ip)),
      ...(isBanned === undefined ? {} : { isBanned }),
      ...(filterLimits === undefined ? {} : { limits: filterLimits }),
    });
  }

  /** The protocol of such a datagram is unknown: the counters of the first protocol count it. */
  #drop(reason: CauseCode, datagram: Uint8Array, from: SocketAddress): void {
    this.engines[0]?.transport.counters.dropped(reason);
    this.#options.events.emit({ type: 'discovery/dropped', reason, bytes: datagram.length, ip: from.ip });
  }

  #voted(family: AddressFamily, address: VotedAddress): void {
    this.#options.events.emit({ type: 'discovery/external-address', ...address });
    this.#options.onExternalAddress?.(family, address);
  }
}

/** Whether `version` has a newer record than `best`, or an address that `best` lacks. */
function isBetter(version: Node, best: Node): boolean {
  if (version.seq !== best.seq) return version.seq > best.seq;
  return best.ip === undefined && version.ip !== undefined;
}
