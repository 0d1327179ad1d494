import { checkRelayIp } from '../../base/ip.ts';
import type { Random } from '../../base/runtime.ts';
import { logDistance } from '../../node-record/node-id.ts';
import type { Table } from '../table/table.ts';
import type { LocalNode } from '../local-node.ts';
import { MAX_NODES } from './constants.ts';
import type { V5Peer } from './dispatcher-types.ts';
import { packNodes, type V5Nodes, type V5Request, type V5Response } from './messages.ts';
import type { TalkProtocols } from './talk.ts';

/** Constructor arguments of V5RequestHandler. */
export interface V5RequestHandlerOptions {
  readonly local: LocalNode;
  readonly table: Table;
  readonly random: Random;
  readonly talk: TalkProtocols;
  /** Called with the sequence number of the sender's record in a PING. */
  readonly onSeq: (from: V5Peer, seq: bigint) => void;
}

/** Answers the requests of other nodes: PING, FINDNODE from the table, TALKREQ with the registered protocols. */
export class V5RequestHandler {
  readonly #options: V5RequestHandlerOptions;

  constructor(options: V5RequestHandlerOptions) {
    this.#options = options;
  }

  /** The responses to a request. Never throws or rejects because of network data. */
  respond(from: V5Peer, request: V5Request): readonly V5Response[] | Promise<readonly V5Response[]> {
    const { local, talk, onSeq } = this.#options;
    switch (request.type) {
      case 'ping':
        onSeq(from, request.enrSeq);
        return [{ type: 'pong', enrSeq: local.seq, ip: from.address.ip, port: from.address.port }];
      case 'findnode':
        return this.#nodes(from, request.distances);
      case 'talkreq':
        return talk.answer(from, request).then((payload) => [{ type: 'talkresp', payload }]);
    }
  }

  #nodes(requester: V5Peer, distances: readonly number[]): V5Nodes[] {
    const known = this.#byDistance(requester);
    const records: Uint8Array[] = [];
    for (const distance of new Set(distances)) {
      if (records.length >= MAX_NODES) break;
      if (distance === 0) records.push(this.#options.local.record);
      // In random order, because the answer is limited to MAX_NODES.
      else records.push(...shuffled(known.get(distance) ?? [], this.#options.random));
    }
    return packNodes(records);
  }

  /**
   * The records that may be sent to the requester, by distance: those of live nodes if there are any, never its own. One
   * pass over the table for any number of distances.
   */
  #byDistance({ idHex, address }: V5Peer): Map<number, Uint8Array[]> {
    const { table, local } = this.#options;
    const onlyLive = table.hasLiveBut(idHex);
    const records = new Map<number, Uint8Array[]>();
    for (const { entries } of table.buckets) {
      for (const { node, live } of entries) {
        if ((onlyLive && !live) || node.record === undefined || node.idHex === idHex) continue;
        if (node.ip === undefined || checkRelayIp(address.ip, node.ip) !== undefined) continue;
        const distance = logDistance(local.id, node.id);
        const others = records.get(distance);
        if (others === undefined) records.set(distance, [node.record.encoded]);
        else others.push(node.record.encoded);
      }
    }
    return records;
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(random.below(left.length), 1));
  return drawn;
}
