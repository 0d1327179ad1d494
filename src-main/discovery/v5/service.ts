import { BoundedMap } from '../../base/lru-map.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock, Logger, Random, Unsubscribe } from '../../base/runtime.ts';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../../base/bytes.ts';
import type { Enr } from '../../node-record/enr.ts';
import { NODE_ID_LENGTH } from '../../node-record/node-id.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink, NodeEvent } from '../../events/events.ts';
import type { LookupTrace, TableSnapshot, V5Sessions } from '../../../shared/model/table.ts';
import { Bootnodes, type AddressFilter, type HostResolver } from '../bootnodes.ts';
import type { CandidateSource, NodeStream } from '../lookup/candidates.ts';
import { DiscoveryError } from '../errors.ts';
import type { AddressVote } from '../ip-vote.ts';
import { Lookups, type LookupGoal } from '../lookup/lookups.ts';
import type { NodeDatabase } from '../table/node-database.ts';
import { PacketCounters } from '../socket/packet-counters.ts';
import type { DiscoveryProtocol } from '../protocol.ts';
import type { RecognisedPacket } from '../socket/receiver.ts';
import { Revalidation } from '../table/revalidation.ts';
import { NO_FACTS, snapshotTable, type NodeFacts } from '../table/table-snapshot.ts';
import { TableUpkeep } from '../table/table-upkeep.ts';
import { Table } from '../table/table.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import { LocalNode, type LocalRecordSource } from '../local-node.ts';
import { V5Answers } from './answers.ts';
import { MAX_SESSIONS } from './constants.ts';
import type { V5Dispatcher, V5DispatcherOptions, V5Peer } from './dispatcher-types.ts';
import { lookupDistances, targetId } from './lookup-distances.ts';
import { V5_PACKET_NAMES } from './messages.ts';
import { RecordDatabase } from './record-database.ts';
import { V5Requests } from './requests.ts';
import { TalkProtocols, type TalkHandler } from './talk.ts';

/** What the service is made of. */
export interface DiscoveryV5Options {
  readonly privateKey: Uint8Array;
  /** 64 bytes, of `privateKey`. */
  readonly publicKey: Uint8Array;
  readonly local: LocalRecordSource;
  readonly channel: DatagramChannel;
  /** Shared with v4. */
  readonly database: NodeDatabase;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
  /** Those with a UDP port count; whoever is named without a record is asked for it. */
  readonly bootnodes?: readonly Node[];
  readonly resolveHost?: HostResolver;
  /** The addresses that we may talk to (`--netrestrict`); all when left out. */
  readonly allows?: AddressFilter;
  /** Hears what others say of our address. */
  readonly vote: AddressVote;
  /** Told of each endpoint that proves itself in a handshake. */
  readonly onProven: (endpoint: SocketAddress) => void;
  /** Which nodes may be dialled; all when left out. */
  readonly isCandidate?: (node: Node) => boolean;
  /** What is known of a node besides discovery, for the window. */
  readonly factsOf?: (node: Node) => NodeFacts;
  /** Makes the dispatcher of packets. */
  readonly createDispatcher: (options: V5DispatcherOptions) => V5Dispatcher;
}

/** Shortest time between two requests for a node's record that its own pings provoke, milliseconds: our choice. */
const RENEWAL_INTERVAL_MS = 10_000;

/** Nodes whose last such request is remembered: as many as the table has entries, twice over. BOUNDED. */
const MAX_RENEWALS = 512;

/**
 * Discovery v5.1: answers others, keeps a Kademlia table of nodes with records, looks nodes up, finds candidates to dial,
 * and carries the requests of other protocols.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-theory.md
 */
export class DiscoveryV5 implements DiscoveryProtocol {
  readonly table: Table;
  readonly counters: PacketCounters;
  readonly #options: DiscoveryV5Options;
  readonly #local: LocalNode;
  readonly #allows: AddressFilter;
  readonly #bootnodes: Bootnodes;
  readonly #database: RecordDatabase;
  readonly #talk: TalkProtocols;
  readonly #dispatcher: V5Dispatcher;
  readonly #requests: V5Requests;
  readonly #lookups: Lookups<LookupGoal>;
  readonly #upkeep: TableUpkeep;
  readonly #revalidation: Revalidation;
  /** When a node's record was last asked for because it said that it has a newer one, monotonic milliseconds. */
  readonly #renewedAt = new BoundedMap<string, number>(MAX_RENEWALS);
  #handshakes = 0;
  #failedHandshakes = 0;

  constructor(options: DiscoveryV5Options) {
    const { clock, random, events, logger } = options;
    this.#options = options;
    this.#allows = options.allows ?? (() => true);
    this.#local = new LocalNode(options.publicKey, options.local);
    this.#bootnodes = new Bootnodes(options.bootnodes ?? [], options.resolveHost, this.#allows, logger, {
      families: () => options.channel.families,
      read: (node) => this.#recorded(node),
    });
    this.#database = new RecordDatabase(options.database, clock);
    this.counters = new PacketCounters(clock, V5_PACKET_NAMES);
    this.table = new Table({ selfId: this.#local.id, clock, random, events });
    this.#talk = new TalkProtocols(clock, logger);
    this.#dispatcher = this.#createDispatcher();
    this.#requests = new V5Requests({
      local: this.#local,
      dispatcher: this.#dispatcher,
      database: this.#database,
      vote: options.vote,
      events,
      counters: this.counters,
      allows: this.#allows,
      families: () => options.channel.families,
    });
    this.#lookups = new Lookups({
      table: this.table,
      selfIdHex: this.#local.idHex,
      clock,
      events,
      query: (node, target) => this.#query(node, target),
      randomTarget: () => ({ id: random.bytes(NODE_ID_LENGTH) }),
      refresh: () => this.#upkeep.refresh(),
    });
    this.#upkeep = this.#createUpkeep();
    this.#revalidation = new Revalidation({
      table: this.table,
      probe: {
        ping: (node) => this.ping(node),
        requestRecord: (node) => this.#requests.requestRecord(node),
      },
      database: this.#database,
      clock,
      random,
    });
  }

  /** Begins to seed the table; the sockets are open by now. */
  start(): Promise<void> {
    if (!this.#lookups.running) {
      this.#lookups.start();
      this.#dispatcher.start();
      this.#revalidation.start();
      this.#upkeep.start();
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#lookups.stop();
    this.#upkeep.stop();
    this.#revalidation.stop();
    this.#talk.stop();
    this.#dispatcher.stop();
    this.#renewedAt.clear();
    return Promise.resolve();
  }

  recognise(datagram: Uint8Array, from: SocketAddress): RecognisedPacket | undefined {
    return this.#lookups.running ? this.#dispatcher.recognise(datagram, from) : undefined;
  }

  /** Whether we wait for an answer from this address. */
  expects(ip: string): boolean {
    return this.#dispatcher.expects(ip);
  }

  /** Replaces the bootnodes and makes contact with them. Never rejects. */
  async setBootnodes(nodes: readonly Node[]): Promise<void> {
    this.#bootnodes.set(nodes);
    if (!this.#lookups.running) return;
    await this.#upkeep.contactBootnodes();
    await this.#upkeep.refresh();
  }

  /** Fills the table: seeds, bootnodes, a lookup for ourselves and random ones. Never rejects. */
  refresh(): Promise<void> {
    return this.#upkeep.refresh();
  }

  /**
   * Pings a node; resolves with the sequence number of its record.
   * @throws DiscoveryError `timeout`, `no-endpoint`, `busy`, `closed`
   */
  ping(node: Node): Promise<bigint> {
    return this.#running(() => this.#requests.ping(node));
  }

  /**
   * Fetches a node's record.
   * @throws DiscoveryError `timeout`, `bad-record`, `no-endpoint`, `busy`, `closed`
   */
  requestEnr(node: Node): Promise<Node> {
    return this.#running(() => this.#requests.requestRecord(node));
  }

  /**
   * Asks a node for nodes at log distances from it, 0 to 256; those that may not be contacted are left out.
   * @throws DiscoveryError `timeout`, `no-endpoint`, `busy`, `closed`
   */
  findnode(node: Node, distances: readonly number[]): Promise<readonly Node[]> {
    return this.#running(() => this.#requests.findnode(node, distances));
  }

  /**
   * Sends a request of another protocol; resolves with the answer, empty where the node does not know the protocol.
   * @param protocol its name, mostly text, but any bytes may stand there
   * @throws DiscoveryError `timeout`, `too-large`, `no-endpoint`, `busy`, `closed`
   */
  talk(node: Node, protocol: string | Uint8Array, payload: Uint8Array): Promise<Uint8Array> {
    const name = typeof protocol === 'string' ? utf8ToBytes(protocol) : protocol;
    return this.#running(() => this.#requests.talk(node, name, payload));
  }

  /**
   * Has requests of another protocol answered, until the function that is returned is called.
   * @throws RangeError for a name that is taken, empty or longer than 64 bytes, and beyond 64 protocols
   */
  registerTalk(protocol: string, handler: TalkHandler): Unsubscribe {
    return this.#talk.register(protocol, handler);
  }

  /**
   * Looks for the 16 nodes nearest to a public key (64 bytes), a node ID (32 bytes) or, without either, to a random
   * target.
   * @throws DiscoveryError `bad-target`, `closed`
   */
  lookup(target?: Uint8Array, onProgress?: (trace: LookupTrace) => void): Promise<LookupTrace> {
    return this.#running(() => {
      const goal = target === undefined ? undefined : { id: targetId(target) };
      return this.#lookups.trace(goal, onProgress);
    });
  }

  /** The newest version of a node that can be found; the node itself where there is none. Never rejects. */
  async resolve(node: Node): Promise<Node> {
    const known = this.table.get(node.id, node.idHex);
    const isNews = known !== undefined && (known.seq > node.seq || node.ip === undefined);
    const best = isNews ? known : node;
    const direct = await this.requestEnr(best).catch(() => undefined);
    if (direct !== undefined || !this.#lookups.running) return direct ?? best;
    const found = await this.#lookups.find({ id: node.id }, node.idHex);
    return found !== undefined && found.seq > best.seq ? found : best;
  }

  /** The newest version of the node with an ID that the network has; undefined where it has none. Never rejects. */
  async find(id: Uint8Array): Promise<Node | undefined> {
    const idHex = bytesToHex(id);
    const known = this.table.get(id, idHex);
    if (known !== undefined) return await this.resolve(known);
    return this.#lookups.running ? await this.#lookups.find({ id }, idHex) : undefined;
  }

  /** A stream of nodes with their records, for the dial scheduler; ends when the service stops. */
  candidates(): CandidateSource {
    const { isCandidate = () => true } = this.#options;
    return this.#lookups.candidates((node) => Promise.resolve(isCandidate(node) ? node : undefined));
  }

  /** A stream of all nodes that random lookups meet, as others name them; ends when it or the service is stopped. */
  nodes(): NodeStream {
    return this.#lookups.nodes();
  }

  /** The table as plain data. */
  snapshot(): TableSnapshot {
    const schedule = { nextRefreshAt: this.#upkeep.nextAt, nextRevalidationAt: this.#revalidation.nextAt };
    return snapshotTable(this.table, schedule, this.#options.factsOf ?? (() => NO_FACTS));
  }

  /** Sessions, handshakes and protocols in figures. */
  get sessions(): V5Sessions {
    const { sessions, challenges, requests } = this.#dispatcher.snapshot();
    return {
      sessions,
      maxSessions: MAX_SESSIONS,
      challenges,
      requests,
      handshakes: this.#handshakes,
      failedHandshakes: this.#failedHandshakes,
      talkProtocols: this.#talk.names,
    };
  }

  #createDispatcher(): V5Dispatcher {
    const { privateKey, publicKey, local, channel, clock, random, onProven } = this.#options;
    const answers = new V5Answers({
      local: this.#local,
      table: this.table,
      random,
      talk: this.#talk,
      onSeq: (from, seq) => void this.#renew(from, seq),
    });
    return this.#options.createDispatcher({
      privateKey,
      publicKey,
      local,
      channel,
      clock,
      random,
      counters: this.counters,
      allows: this.#allows,
      events: { emit: (event) => this.#tell(event) },
      respond: (from, request) => answers.respond(from, request),
      recordOf: (idHex) => this.#recordOf(idHex),
      onHandshake: (node) => this.#met(node),
      onProven,
    });
  }

  #createUpkeep(): TableUpkeep {
    const { events, clock, random, logger } = this.#options;
    return new TableUpkeep({
      table: this.table,
      database: this.#database,
      bootnodes: this.#bootnodes,
      lookups: {
        lookupSelf: () => this.#lookups.run({ id: this.#local.id }),
        lookupRandom: () => this.#lookups.run(),
      },
      events,
      clock,
      random,
      logger,
    });
  }

  /** Passes a fact of the dispatcher on, and counts what the figures need. */
  #tell(event: NodeEvent): void {
    if (event.type === 'discovery/session') {
      if (event.failure === undefined) this.#handshakes++;
      else this.#failedHandshakes++;
    }
    this.#options.events.emit(event);
  }

  /** A bootnode with its record: others must be able to hand it on. */
  async #recorded(node: Node): Promise<Node | undefined> {
    return node.record === undefined ? await this.requestEnr(node).catch(() => undefined) : node;
  }

  #recordOf(idHex: string): Enr | undefined {
    return this.table.get(hexToBytes(idHex), idHex)?.record ?? this.#database.recordOf(idHex);
  }

  /** A node has proven in a handshake that it is who it says, at an endpoint that may be its own. */
  #met(node: Node): void {
    const { events } = this.#options;
    events.emit({ type: 'discovery/found', node, source: 'inbound', from: undefined });
    const known = this.#recordOf(node.idHex);
    if (known === undefined || node.seq > known.seq) events.emit({ type: 'discovery/record', node });
    this.table.addInbound(node);
  }

  /** Asks an entry of the table for the newer record that it says it has. Never rejects. */
  async #renew(from: V5Peer, seq: bigint): Promise<void> {
    const entry = this.table.bucketOf(from.id).entry(from.idHex);
    if (entry === undefined || entry.node.seq >= seq) return;
    const now = this.#options.clock.monotonic();
    const last = this.#renewedAt.get(from.idHex);
    if (last !== undefined && now - last < RENEWAL_INTERVAL_MS) return;
    this.#renewedAt.set(from.idHex, now);
    const node = await this.requestEnr(entry.node).catch(() => undefined);
    if (node !== undefined) this.table.addFound(node);
  }

  /** Never rejects. */
  async #query(node: Node, target: LookupGoal): Promise<readonly Node[] | undefined> {
    try {
      const found = await this.#requests.findnode(node, lookupDistances(target.id, node.id));
      // An empty answer is no failure: near the target there may be nobody at these distances.
      this.#upkeep.trackFindnode(node, found, false);
      return found.map((other) => this.#newest(other));
    } catch (error) {
      // Only silence is the node's fault.
      const isSilence = error instanceof DiscoveryError && error.code === 'timeout';
      if (isSilence && this.#lookups.running) this.#upkeep.trackFindnode(node, []);
      return undefined;
    }
  }

  /** Others may name a node by a record that is older than the one we have. */
  #newest(node: Node): Node {
    const known = this.table.get(node.id, node.idHex);
    return known !== undefined && known.seq > node.seq ? known : node;
  }

  async #running<T>(action: () => Promise<T>): Promise<T> {
    if (!this.#lookups.running) throw new DiscoveryError('closed', 'discovery is not running');
    return await action();
  }
}
