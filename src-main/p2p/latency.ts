/** BOUNDED: round trips that a session remembers; at one ping in 15 s half an hour. */
export const LATENCY_HISTORY = 120;

/** Round-trip times of a session's pings, in milliseconds. */
export class LatencyRecord {
  readonly #samples: number[] = [];
  #best: number | undefined;

  /** The last one; undefined before the first pong. */
  get last(): number | undefined {
    return this.#samples.at(-1);
  }

  /** The shortest of all. */
  get best(): number | undefined {
    return this.#best;
  }

  /** The last `count`, oldest first. */
  recent(count: number): readonly number[] {
    return this.#samples.slice(-count);
  }

  /** Adds a round trip. */
  add(milliseconds: number): void {
    if (this.#samples.length >= LATENCY_HISTORY) this.#samples.shift();
    this.#samples.push(milliseconds);
    this.#best = Math.min(this.#best ?? milliseconds, milliseconds);
  }
}
