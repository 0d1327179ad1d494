import { signEnr } from '../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';

/** The node of key `number` with a record of this sequence number, at an address of the documentation. */
export function nodeWithSequence(number: number, seq: bigint): Node {
  const key = new Uint8Array(32).fill(number);
  return nodeFromRecord(
    signEnr({ ip: Uint8Array.of(192, 0, 2, number), udp: 30_303, tcp: 30_303 }, seq, key),
  );
}
