import { BoundedMap } from '../../base/bounded-map.ts';
import type { Logger, Unsubscribe } from '../../base/runtime.ts';
import { hexToBytes, utf8ToBytes } from '../../base/bytes.ts';
import type { Enr } from '../../node-record/enr.ts';
import type { Node } from '../../node-record/node.ts';
import type { NodeEvent } from '../../events/events.ts';
import type { V5Sessions } from '../../../shared/model/table.ts';
import { closedError } from '../errors.ts';
import type { LocalRecordSource } from '../local-node.ts';
import { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramHandler } from '../socket/receiver.ts';
import type { Table } from '../table/table.ts';
import type { TransportOptions } from '../transport-options.ts';
import type { DiscoveryTransport, LookupTarget } from '../transport.ts';
import { MAX_SESSIONS } from './constants.ts';
import type { V5Dispatcher, V5DispatcherOptions, V5Peer } from './dispatcher-types.ts';
import { lookupDistances } from './lookup-distances.ts';
import { V5_PACKET_NAMES, type V5Pong } from './messages.ts';
import { RecordDatabase } from './record-database.ts';
import { V5RequestHandler } from './request-handler.ts';
import { V5Requests } from './requests.ts';
import { TalkProtocols, type TalkHandler } from './talk.ts';

/** Constructor arguments of V5Transport. */
export interface V5TransportOptions extends TransportOptions {
  readonly record: LocalRecordSource;
  readonly logger: Logger;
  /** Creates the dispatcher; tests use a scripted one. */
  readonly createDispatcher: (options: V5DispatcherOptions) => V5Dispatcher;
}

/** Shortest time between two record requests that pings of the same node trigger, milliseconds: our choice. */
const RENEWAL_INTERVAL_MS = 10_000;

/** Nodes whose last such request is remembered: our choice, about twice the entries of the table. BOUNDED. */
const MAX_RENEWALS = 512;

/**
 * Discovery v5.1: sends its requests, answers those of other nodes, and transports other protocols in TALKREQ.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-theory.md
 */
export class V5Transport implements DiscoveryTransport {
  readonly packets: DatagramHandler;
  readonly counters: PacketCounters;
  readonly database: RecordDatabase;
  readonly emptyAnswerIsFailure = false;
  readonly #options: V5TransportOptions;
  readonly #table: Table;
  readonly #talk: TalkProtocols;
  readonly #dispatcher: V5Dispatcher;
  readonly #requests: V5Requests;
  /** When a node's record was last requested because its ping announced a newer one, monotonic milliseconds. */
  readonly #renewedAt = new BoundedMap<string, number>(MAX_RENEWALS);
  #running = false;
  #handshakes = 0;
  #failedHandshakes = 0;

  constructor(options: V5TransportOptions) {
    const { clock, logger, local, table, channel, events, vote, allows } = options;
    this.#options = options;
    this.#table = table;
    this.database = new RecordDatabase(options.database, clock);
    this.counters = new PacketCounters(clock, V5_PACKET_NAMES);
    this.#talk = new TalkProtocols(clock, logger);
    this.#dispatcher = this.#createDispatcher();
    this.packets = this.#dispatcher;
    this.#requests = new V5Requests({
      local,
      dispatcher: this.#dispatcher,
      database: this.database,
      vote,
      events,
      counters: this.counters,
      allows,
      families: () => channel.families,
    });
  }

  start(): void {
    this.#running = true;
    this.#dispatcher.start();
  }

  stop(): void {
    this.#running = false;
    this.#talk.stop();
    this.#dispatcher.stop();
    this.#renewedAt.clear();
  }

  async ping(node: Node): Promise<bigint> {
    return (await this.pong(node)).enrSeq;
  }

  /**
   * Pings a node; resolves with its whole answer.
   * @throws DiscoveryError `timeout`, `no-endpoint`, `busy`, `closed`
   */
  async pong(node: Node): Promise<V5Pong> {
    this.#assertRunning();
    return await this.#requests.ping(node);
  }

  async requestEnr(node: Node): Promise<Node> {
    this.#assertRunning();
    return await this.#requests.requestRecord(node);
  }

  async findnode(node: Node, target: LookupTarget): Promise<readonly Node[]> {
    const found = await this.findnodeAt(node, lookupDistances(target.id, node.id));
    return found.map((other) => this.#newest(other));
  }

  /**
   * Requests nodes at log distances from a node, 0 to 256; resolves with those that we may contact.
   * @throws DiscoveryError `timeout`, `no-endpoint`, `busy`, `closed`
   */
  async findnodeAt(node: Node, distances: readonly number[]): Promise<readonly Node[]> {
    this.#assertRunning();
    return await this.#requests.findnode(node, distances);
  }

  /** The first version with a record, which is requested if it is missing: the table of v5 needs records. */
  async chooseBootnode(versions: readonly Node[]): Promise<Node | undefined> {
    for (const node of versions) {
      if (node.record !== undefined) return node;
      const recorded = await this.requestEnr(node).catch(() => undefined);
      if (recorded !== undefined) return recorded;
    }
    return undefined;
  }

  /** The node unchanged: lookups of v5 find nodes with their records. */
  prepareCandidate(node: Node): Promise<Node> {
    return Promise.resolve(node);
  }

  /**
   * Sends a TALKREQ; resolves with the answer, which is empty if the node does not support the protocol.
   * @param protocol its name, usually text; the specification allows any bytes
   * @throws DiscoveryError `timeout`, `too-large`, `no-endpoint`, `busy`, `closed`
   */
  async talk(node: Node, protocol: string | Uint8Array, payload: Uint8Array): Promise<Uint8Array> {
    this.#assertRunning();
    const name = typeof protocol === 'string' ? utf8ToBytes(protocol) : protocol;
    return await this.#requests.talk(node, name, payload);
  }

  /**
   * Registers a handler for the TALKREQs of a protocol, until the returned function is called.
   * @throws RangeError for a name that is registered, empty or longer than 64 bytes, and above 64 protocols
   */
  registerTalk(protocol: string, handler: TalkHandler): Unsubscribe {
    return this.#talk.register(protocol, handler);
  }

  /** Figures of sessions, handshakes and TALK protocols. */
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

  #assertRunning(): void {
    if (!this.#running) throw closedError();
  }

  #createDispatcher(): V5Dispatcher {
    const { privateKey, local, record, channel, clock, random } = this.#options;
    const { allows, isBannedNode, onProven } = this.#options;
    const handler = new V5RequestHandler({
      local,
      table: this.#table,
      random,
      talk: this.#talk,
      onSeq: (from, seq) => void this.#renew(from, seq),
    });
    return this.#options.createDispatcher({
      tap: this.#options.tap,
      privateKey,
      localId: local.id,
      local: record,
      channel,
      clock,
      random,
      counters: this.counters,
      allows,
      isBannedNode,
      events: { emit: (event) => this.#emit(event) },
      respond: (from, request) => handler.respond(from, request),
      recordOf: (idHex) => this.#recordOf(idHex),
      onHandshake: (node) => this.#onHandshake(node),
      onProven,
    });
  }

  /** Forwards an event of the dispatcher, and counts handshakes. */
  #emit(event: NodeEvent): void {
    if (event.type === 'discovery/session') {
      if (event.failure === undefined) this.#handshakes++;
      else this.#failedHandshakes++;
    }
    this.#options.events.emit(event);
  }

  #recordOf(idHex: string): Enr | undefined {
    return this.#table.get(hexToBytes(idHex), idHex)?.record ?? this.database.recordOf(idHex);
  }

  /** Adds a node that proved its identity in a handshake; its record has an endpoint that can be its own. */
  #onHandshake(node: Node): void {
    const { events } = this.#options;
    events.emit({ type: 'discovery/found', node, source: 'inbound', from: undefined });
    const known = this.#recordOf(node.idHex);
    if (known === undefined || node.seq > known.seq) events.emit({ type: 'discovery/record', node });
    this.#table.addInbound(node);
  }

  /** Requests the record of a table entry if its ping announced a newer one. Never rejects. */
  async #renew(from: V5Peer, seq: bigint): Promise<void> {
    const entry = this.#table.bucketOf(from.id).entry(from.idHex);
    if (entry === undefined || entry.node.seq >= seq) return;
    const now = this.#options.clock.monotonic();
    const last = this.#renewedAt.get(from.idHex);
    if (last !== undefined && now - last < RENEWAL_INTERVAL_MS) return;
    this.#renewedAt.set(from.idHex, now);
    const node = await this.requestEnr(entry.node).catch(() => undefined);
    if (node !== undefined) this.#table.addFound(node);
  }

  /** The newer of a node from an answer and the table's version: answers may contain old records. */
  #newest(node: Node): Node {
    const known = this.#table.get(node.id, node.idHex);
    return known !== undefined && known.seq > node.seq ? known : node;
  }
}
