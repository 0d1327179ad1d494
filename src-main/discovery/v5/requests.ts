import type { AddressFamily } from '../../base/network.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import { nodeOfFetchedRecord, type ReachableAddresses } from '../fetched-record.ts';
import type { AddressFilter } from '../address-filter.ts';
import { endpointOf } from '../endpoint.ts';
import { DiscoveryError, isTimeout } from '../errors.ts';
import type { AddressVote } from '../ip-vote.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { LocalNode } from '../local-node.ts';
import type { V5Dispatcher } from './dispatcher-types.ts';
import type { V5Pong, V5Request, V5Response } from './messages.ts';
import { readNodesAnswer } from './nodes-answer.ts';
import type { RecordDatabase } from './record-database.ts';
import { VerifiedRecords } from './verified-records.ts';

/** Constructor arguments of V5Requests. */
export interface V5RequestsOptions {
  readonly local: LocalNode;
  readonly dispatcher: V5Dispatcher;
  readonly database: RecordDatabase;
  readonly vote: AddressVote;
  readonly events: EventSink;
  readonly counters: PacketCounters;
  readonly allows: AddressFilter;
  /** Address families that we have sockets for. */
  readonly families: () => readonly AddressFamily[];
}

/** Sends our requests and reads the responses. */
export class V5Requests {
  readonly #options: V5RequestsOptions;
  readonly #verified = new VerifiedRecords();

  constructor(options: V5RequestsOptions) {
    this.#options = options;
  }

  /**
   * Pings a node; resolves with its answer.
   * @throws DiscoveryError `timeout`, `closed`, `busy`, `no-endpoint`
   */
  async ping(node: Node): Promise<V5Pong> {
    const { local, vote, counters, database } = this.#options;
    const to = endpointOf(node, this.#options.allows);
    const kind = database.hasAnswered(node.idHex, to.ip) ? 'proven' : 'first';
    try {
      const [pong] = await this.#send(node, { type: 'ping', enrSeq: local.seq }, 'pong');
      if (pong === undefined) throw new DiscoveryError('timeout', 'no pong');
      counters.pinged(kind, true);
      vote.statement(to, pong);
      return pong;
    } catch (error) {
      if (isTimeout(error)) counters.pinged(kind, false);
      throw error;
    }
  }

  /**
   * Requests nodes at log distances from a node; nodes that we may not contact are left out.
   * @throws DiscoveryError `timeout`, `closed`, `busy`, `no-endpoint`
   */
  async findnode(node: Node, distances: readonly number[]): Promise<Node[]> {
    const { local, events } = this.#options;
    const { ip } = endpointOf(node, this.#options.allows);
    const records = await this.#requestRecords(node, distances);
    const request = {
      id: node.id,
      ip,
      distances,
      selfIdHex: local.idHex,
      decode: (record: Uint8Array) => this.#verified.decode(record),
      ...this.#reachable(),
    };
    const nodes = readNodesAnswer(records, request, (reason, { length: bytes }) => {
      this.#options.counters.dropped(reason);
      events.emit({ type: 'discovery/dropped', reason, bytes, ip, protocol: 'v5' });
    });
    for (const found of nodes)
      events.emit({ type: 'discovery/found', node: found, source: 'v5', from: node.idHex });
    return nodes;
  }

  /**
   * Fetches a node's record. If the record has no address, or one that the node may not relay, the node keeps the
   * address from which it answered.
   * @throws DiscoveryError `timeout`, `bad-record`, `closed`, `busy`, `no-endpoint`
   */
  async requestRecord(node: Node): Promise<Node> {
    const to = endpointOf(node, this.#options.allows);
    const [record, ...others] = await this.#requestRecords(node, [0]);
    if (record === undefined || others.length > 0)
      throw new DiscoveryError('bad-record', 'the answer does not have exactly one record');
    const known = nodeOfFetchedRecord(node, to, record, this.#reachable());
    if (known.seq > node.seq || node.record === undefined)
      this.#options.events.emit({ type: 'discovery/record', node: known });
    return known;
  }

  /**
   * Sends a TALKREQ; resolves with the answer, which is empty if the node does not support the protocol.
   * @throws DiscoveryError `timeout`, `too-large`, `closed`, `busy`, `no-endpoint`
   */
  async talk(node: Node, protocol: Uint8Array, payload: Uint8Array): Promise<Uint8Array> {
    const request = { type: 'talkreq', protocol, payload } as const;
    const [response] = await this.#send(node, request, 'talkresp');
    if (response === undefined) throw new DiscoveryError('timeout', 'no answer');
    return response.payload.slice();
  }

  async #requestRecords(node: Node, distances: readonly number[]): Promise<Uint8Array[]> {
    const parts = await this.#send(node, { type: 'findnode', distances }, 'nodes');
    return parts.flatMap(({ records }) => records);
  }

  async #send<T extends V5Response['type']>(
    node: Node,
    request: V5Request,
    type: T,
  ): Promise<Extract<V5Response, { type: T }>[]> {
    const { dispatcher, database, events, allows } = this.#options;
    const { ip } = endpointOf(node, allows);
    const { idHex } = node;
    try {
      const responses = await dispatcher.request(node, request);
      // Any response proves a session, and therefore the endpoint.
      database.answered(idHex, ip);
      events.emit({ type: 'discovery/bonded', idHex, ip });
      return responses.filter(
        (response): response is Extract<V5Response, { type: T }> => response.type === type,
      );
    } catch (error) {
      if (isTimeout(error) && database.isSilent(idHex, ip))
        events.emit({ type: 'discovery/silent', idHex, ip });
      throw error;
    }
  }

  #reachable(): ReachableAddresses {
    return { allows: this.#options.allows, families: this.#options.families() };
  }
}
