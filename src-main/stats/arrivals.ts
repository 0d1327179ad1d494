import { BoundedMap } from '../base/lru-map.ts';
import type { NodeEvent } from '../events/events.ts';

/** Nodes whose last inbound session is remembered; the longest untouched goes first. BOUNDED. */
const MAX_NODES = 8_192;

/**
 * The inbound sessions of a run, from the node's start to its stop: the one figure behind what health and Why no peer? say
 * of nodes that connected to us. A session counts once Hello is exchanged.
 */
export class Arrivals {
  /** When the node was last connected, Unix milliseconds. */
  readonly #lastAt = new BoundedMap<string, number>(MAX_NODES);
  /** BOUNDED: by the peers. */
  readonly #connected = new Set<string>();
  #sessions = 0;
  #newestAt: number | null = null;

  /** @param at Unix milliseconds */
  apply(event: NodeEvent, at: number): void {
    if (event.type === 'node/phase' && event.phase === 'starting') this.#reset();
    if (event.type === 'peer/added' && event.direction === 'inbound') {
      this.#sessions += 1;
      this.#newestAt = at;
      this.#connected.add(event.idHex);
      this.#lastAt.set(event.idHex, at);
    }
    if (event.type === 'peer/dropped' && this.#connected.delete(event.idHex))
      this.#lastAt.set(event.idHex, at);
  }

  /** Sessions since the node started. */
  get sessions(): number {
    return this.#sessions;
  }

  /** When the newest of them began, Unix milliseconds; null before the first. */
  get newestAt(): number | null {
    return this.#newestAt;
  }

  /** Nodes that are connected inbound, or were at or after `since` (Unix milliseconds). */
  nodesSince(since: number): number {
    let count = this.#connected.size;
    for (const [idHex, at] of this.#lastAt.entries())
      if (at >= since && !this.#connected.has(idHex)) count += 1;
    return count;
  }

  #reset(): void {
    this.#lastAt.clear();
    this.#connected.clear();
    this.#sessions = 0;
    this.#newestAt = null;
  }
}
