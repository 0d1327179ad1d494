import type { Node } from '../../node-record/node.ts';

/**
 * What discovery knows about nodes across restarts. All calls are synchronous: an implementation on disk keeps what it
 * needs in memory and writes later. Times are Unix milliseconds, 0 for "never"; `ip` is canonical text.
 * (p2p/enode/nodedb.go)
 */
export interface NodeDatabase {
  getNode(idHex: string): Node | undefined;
  /** Stores the node, unless the stored one has a higher sequence number. */
  putNode(node: Node): void;
  /** Deletes the node and all entries of its addresses. */
  removeNode(idHex: string): void;
  /** When the node last pinged us from `ip`. */
  lastPingReceived(idHex: string, ip: string): number;
  setLastPingReceived(idHex: string, ip: string, at: number): void;
  /** When the node last answered our ping from `ip`: the endpoint proof. */
  lastPongReceived(idHex: string, ip: string): number;
  setLastPongReceived(idHex: string, ip: string, at: number): void;
  /** Consecutive FINDNODE requests that the node did not answer. */
  findFails(idHex: string, ip: string): number;
  setFindFails(idHex: string, ip: string, count: number): void;
  /** Up to `count` random stored nodes whose address answered within the last `maxAgeMs`. */
  querySeeds(count: number, maxAgeMs: number): Node[];
}
