import { BoundedMap } from '../base/bounded-map.ts';
import type { NodeEvent } from '../events/events.ts';

/** BOUNDED: nodes whose last inbound session is kept; the least recently used is removed first. */
const MAX_NODES = 8_192;

/**
 * Counts the inbound sessions since the node started. A session counts after Hello. The health list and “Why no peer?”
 * use the same figures, so that they cannot contradict each other.
 */
export class Arrivals {
  /** Time of the last inbound connection by node ID, Unix milliseconds. */
  readonly #lastAt = new BoundedMap<string, number>(MAX_NODES);
  /** Nodes that are connected inbound. BOUNDED: by the number of peers. */
  readonly #connected = new Set<string>();
  #sessions = 0;
  #newestAt: number | null = null;

  /** Processes an event. @param at Unix milliseconds */
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

  /** Number of inbound sessions since the node started. */
  get sessions(): number {
    return this.#sessions;
  }

  /** Start of the newest session, Unix milliseconds; null before the first. */
  get newestAt(): number | null {
    return this.#newestAt;
  }

  /** Number of nodes that are connected inbound, or were at or after `since` (Unix milliseconds). */
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
