import { checkRelayIp } from '../../base/ip.ts';
import type { Random } from '../../base/runtime.ts';
import { logDistance } from '../../node-record/node-id.ts';
import type { Table } from '../table/table.ts';
import type { LocalNode } from '../local-node.ts';
import { MAX_NODES } from './constants.ts';
import type { V5Peer } from './dispatcher-types.ts';
import { packNodes, type V5Nodes, type V5Request, type V5Response } from './messages.ts';
import type { TalkProtocols } from './talk.ts';

/** What answering is made of. */
export interface V5AnswersOptions {
  readonly local: LocalNode;
  readonly table: Table;
  readonly random: Random;
  readonly talk: TalkProtocols;
  /** Told of the sequence number that a peer says its record has. */
  readonly onSeq: (from: V5Peer, seq: bigint) => void;
}

/** What others get who ask us: their address, nodes of the table, the answers of registered protocols. */
export class V5Answers {
  readonly #options: V5AnswersOptions;

  constructor(options: V5AnswersOptions) {
    this.#options = options;
  }

  /** Never throws or rejects on what the network sent. */
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

  #nodes(asker: V5Peer, distances: readonly number[]): V5Nodes[] {
    const known = this.#byDistance(asker);
    const records: Uint8Array[] = [];
    for (const distance of new Set(distances)) {
      if (records.length >= MAX_NODES) break;
      if (distance === 0) records.push(this.#options.local.record);
      // In random order, so that no node is preferred.
      else records.push(...shuffled(known.get(distance) ?? [], this.#options.random));
    }
    return packNodes(records);
  }

  /** Records that the asker may be told of, never its own, of proven nodes where there are any; in one pass, whatever he lists. */
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
