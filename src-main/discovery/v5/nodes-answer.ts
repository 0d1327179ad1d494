import { checkRelayIp } from '../../base/ip.ts';
import { EnrError, type Enr } from '../../node-record/enr.ts';
import { nodeFromRecord } from '../../node-record/node-factory.ts';
import { logDistance } from '../../node-record/node-id.ts';
import type { Node } from '../../node-record/node.ts';
import type { ReachableAddresses } from '../answered-record.ts';
import { MAX_LOW_PORT } from '../constants.ts';
import { MAX_NODES } from './constants.ts';

/** Why a record that a node named is not taken. */
export type RecordDropReason =
  | 'record-excess'
  | 'record-unreadable'
  | 'record-duplicate'
  | 'record-wrong-distance'
  | 'record-bad-address'
  | 'record-low-port'
  | 'record-not-allowed';

/** The FINDNODE request that the records answer. */
export interface NodesQuestion extends ReachableAddresses {
  /** The node that answers. */
  readonly id: Uint8Array;
  /** Where it answers from. */
  readonly ip: string;
  readonly distances: readonly number[];
  /** Our own ID: others name us too. */
  readonly selfIdHex: string;
  /** Decodes and verifies a record. @throws EnrError */
  readonly decode: (record: Uint8Array) => Enr;
}

/**
 * The nodes of an answer to FINDNODE that may be contacted: each record verified, at a distance that was asked for, at
 * an address that the sender may name. (p2p/discover/v5_udp.go verifyResponseNode)
 * @param refused called for each record that is refused
 */
export function readNodesAnswer(
  records: readonly Uint8Array[],
  question: NodesQuestion,
  refused: (reason: RecordDropReason, record: Uint8Array) => void,
): Node[] {
  const nodes = new Map<string, Node>();
  for (const [place, record] of records.entries()) {
    // Before the signatures are checked, each of which costs.
    const node = place < MAX_NODES ? parse(record, question) : 'record-excess';
    if (typeof node === 'string') {
      refused(node, record);
    } else if (nodes.has(node.idHex)) {
      refused('record-duplicate', record);
    } else if (node.idHex !== question.selfIdHex) {
      const reason = refusalOf(node, question);
      if (reason === undefined) nodes.set(node.idHex, node);
      else refused(reason, record);
    }
  }
  return [...nodes.values()];
}

function parse(record: Uint8Array, { decode, families }: NodesQuestion): Node | RecordDropReason {
  try {
    return nodeFromRecord(decode(record), families);
  } catch (error) {
    if (!(error instanceof EnrError)) throw error;
    return 'record-unreadable';
  }
}

function refusalOf(node: Node, question: NodesQuestion): RecordDropReason | undefined {
  if (!question.distances.includes(logDistance(question.id, node.id))) return 'record-wrong-distance';
  if (node.ip === undefined || checkRelayIp(question.ip, node.ip) !== undefined) return 'record-bad-address';
  if (node.udp <= MAX_LOW_PORT) return 'record-low-port';
  return question.allows(node.ip) ? undefined : 'record-not-allowed';
}
