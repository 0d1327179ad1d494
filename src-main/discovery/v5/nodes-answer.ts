import { checkRelayIp } from '../../base/ip.ts';
import { EnrError, type Enr } from '../../node-record/enr.ts';
import { nodeFromRecord } from '../../node-record/node-factory.ts';
import { logDistance } from '../../node-record/node-id.ts';
import type { Node } from '../../node-record/node.ts';
import type { ReachableAddresses } from '../fetched-record.ts';
import { MAX_LOW_PORT } from '../constants.ts';
import { MAX_NODES } from './constants.ts';

/** Why a record in a NODES answer is dropped. */
export type RecordDropReason =
  | 'record-excess'
  | 'record-unreadable'
  | 'record-duplicate'
  | 'record-wrong-distance'
  | 'record-bad-address'
  | 'record-low-port'
  | 'record-not-allowed';

/** The FINDNODE request that the records answer. */
export interface NodesRequest extends ReachableAddresses {
  /** Node ID of the answering node, 32 bytes. */
  readonly id: Uint8Array;
  /** Its address, canonical text. */
  readonly ip: string;
  readonly distances: readonly number[];
  /** Our own ID: answers can contain our record. */
  readonly selfIdHex: string;
  /** Decodes and verifies a record. @throws EnrError */
  readonly decode: (record: Uint8Array) => Enr;
}

/**
 * The nodes in an answer to FINDNODE that we may contact. Each record is verified, has a requested distance and an
 * address that the sender may relay. (p2p/discover/v5_udp.go verifyResponseNode)
 * @param records RLP
 * @param dropped called for each dropped record
 */
export function readNodesAnswer(
  records: readonly Uint8Array[],
  request: NodesRequest,
  dropped: (reason: RecordDropReason, record: Uint8Array) => void,
): Node[] {
  const nodes = new Map<string, Node>();
  for (const [index, record] of records.entries()) {
    // Excess records are dropped before the signature check, which is expensive.
    const node = index < MAX_NODES ? parse(record, request) : 'record-excess';
    if (typeof node === 'string') {
      dropped(node, record);
    } else if (nodes.has(node.idHex)) {
      dropped('record-duplicate', record);
    } else if (node.idHex !== request.selfIdHex) {
      const reason = dropReasonOf(node, request);
      if (reason === undefined) nodes.set(node.idHex, node);
      else dropped(reason, record);
    }
  }
  return [...nodes.values()];
}

function parse(record: Uint8Array, { decode, families }: NodesRequest): Node | RecordDropReason {
  try {
    return nodeFromRecord(decode(record), families);
  } catch (error) {
    if (!(error instanceof EnrError)) throw error;
    return 'record-unreadable';
  }
}

function dropReasonOf(node: Node, request: NodesRequest): RecordDropReason | undefined {
  if (!request.distances.includes(logDistance(request.id, node.id))) return 'record-wrong-distance';
  if (node.ip === undefined || checkRelayIp(request.ip, node.ip) !== undefined) return 'record-bad-address';
  if (node.udp <= MAX_LOW_PORT) return 'record-low-port';
  return request.allows(node.ip) ? undefined : 'record-not-allowed';
}
