import type { Node } from '../../node-record/node.ts';

/**
 * What discovery remembers of nodes between two starts. All calls answer at once: an implementation on disk holds
 * what it needs in memory and writes behind. Times are Unix milliseconds, 0 for "never"; `ip` is canonical text.
 */
export interface NodeDatabase {
  getNode(idHex: string): Node | undefined;
  /** Keeps the node; one with a lower sequence number than the stored one changes nothing. */
  putNode(node: Node): void;
  /** Forgets the node and all that is known of its addresses. */
  removeNode(idHex: string): void;
  /** When the node last pinged us from `ip`. */
  lastPingReceived(idHex: string, ip: string): number;
  setLastPingReceived(idHex: string, ip: string, at: number): void;
  /** When the node last answered our ping from `ip`: the endpoint proof. */
  lastPongReceived(idHex: string, ip: string): number;
  setLastPongReceived(idHex: string, ip: string, at: number): void;
  /** Findnode requests in a row that the node left without an answer. */
  findFails(idHex: string, ip: string): number;
  setFindFails(idHex: string, ip: string, count: number): void;
  /** Up to `count` stored nodes, drawn at random, whose address answered within the last `maxAgeMs`. */
  querySeeds(count: number, maxAgeMs: number): Node[];
}
