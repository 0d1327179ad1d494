/** BOUNDED: round trips kept per session; half an hour at one ping per 15 s. */
export const LATENCY_HISTORY = 120;

/** Round-trip times of the pings of a session, in milliseconds. */
export class LatencyRecord {
  readonly #samples: number[] = [];
  #best: number | undefined;

  /** The latest round trip; undefined before the first pong. */
  get last(): number | undefined {
    return this.#samples.at(-1);
  }

  /** The shortest round trip of the session; undefined before the first pong. */
  get best(): number | undefined {
    return this.#best;
  }

  /** The latest `count` round trips, oldest first. */
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
