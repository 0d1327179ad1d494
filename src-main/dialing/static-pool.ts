import type { Random } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import { StaticNode } from './static-node.ts';

/** BOUNDED: static nodes; as many as a node list holds. */
const MAX_STATIC_NODES = 10_000;

/** The static nodes, and which of them may be dialled now. */
export class StaticPool {
  /** BOUNDED: MAX_STATIC_NODES. */
  readonly #nodes = new Map<string, StaticNode>();
  /** Those that may be dialled, in no order, and the place of each. BOUNDED: by #nodes. */
  readonly #ready: string[] = [];
  readonly #places = new Map<string, number>();

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

  /** Adds a node, or gives it another address; false when there is no room. It is not ready yet. */
  add(node: Node): boolean {
    if (!this.#nodes.has(node.idHex) && this.#nodes.size >= MAX_STATIC_NODES) return false;
    this.#nodes.set(node.idHex, new StaticNode(node));
    this.setReady(node.idHex, false);
    return true;
  }

  remove(idHex: string): boolean {
    this.setReady(idHex, false);
    return this.#nodes.delete(idHex);
  }

  /** Says whether a static node may be dialled; what is not static is never ready. */
  setReady(idHex: string, ready: boolean): void {
    const place = this.#places.get(idHex);
    if (ready) {
      if (place !== undefined || !this.#nodes.has(idHex)) return;
      this.#places.set(idHex, this.#ready.length);
      this.#ready.push(idHex);
    } else if (place !== undefined) {
      this.#places.delete(idHex);
      const last = this.#ready.pop();
      if (last === undefined || last === idHex) return;
      this.#ready[place] = last;
      this.#places.set(last, place);
    }
  }

  /** Takes a ready node at random, which is ready no more. */
  draw(random: Random): StaticNode | undefined {
    if (this.#ready.length === 0) return undefined;
    const idHex = this.#ready[random.below(this.#ready.length)];
    if (idHex === undefined) return undefined;
    this.setReady(idHex, false);
    return this.#nodes.get(idHex);
  }
}
