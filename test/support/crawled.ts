import type { CrawledNode, NodeSet } from '../../src-main/crawl/node-set.ts';
import { generatePrivateKey } from '../../src-main/base/secp256k1.ts';
import { signEnr } from '../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { Random } from '../../src-main/base/runtime.ts';

/** A node with a record of its own key. */
export function signedNode(random: Random, entries: Parameters<typeof signEnr>[0] = {}, seq = 1n): Node {
  const key = generatePrivateKey(random);
  const at = { ip: Uint8Array.of(85, 0, 0, 1), udp: 30_303, tcp: 30_303 };
  return nodeFromRecord(signEnr({ ...at, ...entries }, seq, key));
}

/** An entry of a set. */
export function crawled(node: Node, parts: Partial<CrawledNode> = {}): CrawledNode {
  return { node, score: 1, firstResponse: 0, lastResponse: 0, lastCheck: 0, ...parts };
}

/** A set of entries. */
export function setOf(...entries: readonly CrawledNode[]): NodeSet {
  return new Map(entries.map((entry) => [entry.node.idHex, entry]));
}
