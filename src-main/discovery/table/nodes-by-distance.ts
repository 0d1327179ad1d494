import type { Node } from '../../node-record/node.ts';
import { compareDistance } from '../../node-record/node-id.ts';

/** The nodes nearest to a target, nearest first. BOUNDED: `limit` nodes. */
export class NodesByDistance {
  readonly target: Uint8Array;
  readonly #limit: number;
  readonly #nodes: Node[] = [];

  /** @param target node ID, 32 bytes */
  constructor(target: Uint8Array, limit: number) {
    this.target = target;
    this.#limit = limit;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** Whether only nodes that are nearer than the last one would still be added. */
  get isFull(): boolean {
    return this.#nodes.length >= this.#limit;
  }

  /** Adds the node if it is among the nearest; the caller must not add a node twice. */
  push(node: Node): void {
    const nodes = this.#nodes;
    const last = nodes[nodes.length - 1];
    if (last === undefined || compareDistance(this.target, last.id, node.id) <= 0) {
      if (nodes.length < this.#limit) nodes.push(node);
      return;
    }
    nodes.splice(this.#placeOf(node), 0, node);
    if (nodes.length > this.#limit) nodes.pop();
  }

  #placeOf(node: Node): number {
    let low = 0;
    let high = this.#nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#nodes[middle];
      if (other !== undefined && compareDistance(this.target, other.id, node.id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
