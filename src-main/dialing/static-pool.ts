import type { Random } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import { StaticNode } from './static-node.ts';

/** BOUNDED: static nodes, the limit of a node list. */
const MAX_STATIC_NODES = 10_000;

/** The static nodes, with a random choice among those that may be dialled now (ready). */
export class StaticPool {
  /** BOUNDED: MAX_STATIC_NODES. */
  readonly #nodes = new Map<string, StaticNode>();
  /** IDs of the ready nodes in any order, and the index of each. BOUNDED: by #nodes. */
  readonly #ready: string[] = [];
  readonly #indices = new Map<string, number>();

  get size(): number {
    return this.#nodes.size;
  }

  get readyCount(): number {
    return this.#ready.length;
  }

  ids(): Iterable<string> {
    return this.#nodes.keys();
  }

  get(idHex: string): StaticNode | undefined {
    return this.#nodes.get(idHex);
  }

  has(idHex: string): boolean {
    return this.#nodes.has(idHex);
  }

  /** Adds or replaces a node, which is not ready then; false when the pool is full. */
  add(node: Node): boolean {
    if (!this.#nodes.has(node.idHex) && this.#nodes.size >= MAX_STATIC_NODES) return false;
    this.#nodes.set(node.idHex, new StaticNode(node));
    this.setReady(node.idHex, false);
    return true;
  }

  /** Removes a node; false when it is not static. */
  remove(idHex: string): boolean {
    this.setReady(idHex, false);
    return this.#nodes.delete(idHex);
  }

  /** Sets whether a static node may be dialled; no effect on other nodes. */
  setReady(idHex: string, ready: boolean): void {
    const index = this.#indices.get(idHex);
    if (ready) {
      if (index !== undefined || !this.#nodes.has(idHex)) return;
      this.#indices.set(idHex, this.#ready.length);
      this.#ready.push(idHex);
    } else if (index !== undefined) {
      this.#indices.delete(idHex);
      const last = this.#ready.pop();
      if (last === undefined || last === idHex) return;
      this.#ready[index] = last;
      this.#indices.set(last, index);
    }
  }

  /** Removes a random node from the ready ones and returns it; undefined if there is none. */
  draw(random: Random): StaticNode | undefined {
    if (this.#ready.length === 0) return undefined;
    const idHex = this.#ready[random.below(this.#ready.length)];
    if (idHex === undefined) return undefined;
    this.setReady(idHex, false);
    return this.#nodes.get(idHex);
  }
}
