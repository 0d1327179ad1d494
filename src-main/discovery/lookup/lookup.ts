import type { Clock } from '../../base/runtime.ts';
import { logDistance } from '../../node-record/node-id.ts';
import type { Node } from '../../node-record/node.ts';
import { BUCKET_SIZE, LOOKUP_CONCURRENCY } from '../constants.ts';
import { NodesByDistance } from '../table/nodes-by-distance.ts';

/** One node that a lookup queried. */
export interface LookupHop {
  readonly node: Node;
  /** 1 for nodes from our table, 2 for nodes in their answers, and so on. */
  readonly round: number;
  /** Log distance between the node and the target. */
  readonly distance: number;
  /** Milliseconds from the lookup's start to the answer or the timeout. */
  readonly atMs: number;
  readonly answered: boolean;
  /** Nodes in the answer that the lookup had not seen before. */
  readonly newNodes: number;
}

/** Constructor arguments of Lookup. */
export interface LookupOptions {
  /** Node ID, 32 bytes. */
  readonly target: Uint8Array;
  /** The nearest nodes in our table. */
  readonly seeds: readonly Node[];
  /** Our own ID: a lookup neither queries nor returns our node. */
  readonly selfIdHex: string;
  readonly clock: Clock;
  /** Requests nodes near the target from a node; undefined if it did not answer. Must not reject. */
  readonly query: (node: Node) => Promise<readonly Node[] | undefined>;
  readonly onHop?: (hop: LookupHop) => void;
  readonly signal?: AbortSignal;
}

interface NodesReply {
  readonly node: Node;
  readonly found: readonly Node[] | undefined;
}

/**
 * An iterative Kademlia lookup: queries the nearest known nodes, three at a time, then the nearer nodes in their answers,
 * until the 16 nearest have all been queried. (p2p/discover/lookup.go)
 * BOUNDED: each node is queried once, and only while it is among the 16 nearest.
 */
export class Lookup {
  readonly #options: LookupOptions;
  readonly #closest: NodesByDistance;
  readonly #asked = new Set<string>();
  /** Round in which a node was first seen, by node ID. */
  readonly #seen = new Map<string, number>();
  readonly #replies: NodesReply[] = [];
  readonly #startedAt: number;
  #wake: (() => void) | undefined;
  #pending = 0;
  #rounds = 0;
  #fresh: Node[];

  constructor(options: LookupOptions) {
    this.#options = options;
    this.#closest = new NodesByDistance(options.target, BUCKET_SIZE);
    this.#startedAt = options.clock.monotonic();
    this.#seen.set(options.selfIdHex, 0);
    this.#asked.add(options.selfIdHex);
    this.#fresh = this.#take(options.seeds, 1);
  }

  /** The nearest nodes so far, nearest first. */
  get closest(): readonly Node[] {
    return this.#closest.nodes;
  }

  /** The highest round in which a node was queried. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Nodes queried so far. */
  get asked(): number {
    return this.#asked.size - 1;
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.#options.clock.monotonic() - this.#startedAt;
  }

  /** Runs until there are nodes that were not yet returned; undefined when the lookup has ended. */
  async next(): Promise<readonly Node[] | undefined> {
    while (this.#fresh.length === 0) {
      if (this.#options.signal?.aborted === true) return undefined;
      this.#sendQueries();
      if (this.#pending === 0) return undefined;
      this.#handleReply(await this.#nextReply());
    }
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Runs to the end; resolves with the nearest nodes, nearest first. */
  async run(): Promise<readonly Node[]> {
    while ((await this.next()) !== undefined);
    return this.closest;
  }

  #sendQueries(): void {
    for (const node of this.#closest.nodes) {
      if (this.#pending >= LOOKUP_CONCURRENCY) return;
      if (this.#asked.has(node.idHex)) continue;
      this.#asked.add(node.idHex);
      this.#rounds = Math.max(this.#rounds, this.#seen.get(node.idHex) ?? 0);
      this.#pending++;
      void this.#options.query(node).then((found) => {
        this.#replies.push({ node, found });
        this.#wake?.();
      });
    }
  }

  /** Undefined when the lookup is aborted. */
  async #nextReply(): Promise<NodesReply | undefined> {
    const { signal } = this.#options;
    if (this.#replies.length === 0) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        signal?.addEventListener('abort', wake);
      });
      this.#wake = undefined;
    }
    return this.#replies.shift();
  }

  #handleReply(reply: NodesReply | undefined): void {
    if (reply === undefined) return;
    const { node, found } = reply;
    this.#pending--;
    const round = this.#seen.get(node.idHex) ?? 0;
    this.#fresh = this.#take(found ?? [], round + 1);
    this.#options.onHop?.({
      node,
      round,
      distance: logDistance(this.#options.target, node.id),
      atMs: this.elapsedMs,
      answered: found !== undefined,
      newNodes: this.#fresh.length,
    });
  }

  #take(nodes: readonly Node[], round: number): Node[] {
    const fresh = nodes.filter((node) => {
      if (this.#seen.has(node.idHex)) return false;
      this.#seen.set(node.idHex, round);
      return true;
    });
    for (const node of fresh) this.#closest.push(node);
    return fresh;
  }
}
