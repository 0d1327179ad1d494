import type { SessionTrend } from '../../shared/model/peer.ts';

/** BOUNDED: intervals of the trend. */
const MAX_INTERVALS = 60;

/** Length of an interval at the start of a session, milliseconds. */
const FIRST_INTERVAL_MS = 1_000;

/**
 * Traffic over a whole session, in at most MAX_INTERVALS intervals: when there are more, pairs are added up and the
 * intervals become twice as long.
 */
export class TrafficTrend {
  readonly #startedAt: number;
  #intervalMs = FIRST_INTERVAL_MS;
  #in: number[] = [0];
  #out: number[] = [0];

  /** @param startedAt start of the session, monotonic milliseconds */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Counts bytes at `now`, monotonic milliseconds. */
  count(now: number, direction: 'in' | 'out', bytes: number): void {
    this.#extendTo(now);
    const values = direction === 'in' ? this.#in : this.#out;
    values[values.length - 1] = (values.at(-1) ?? 0) + bytes;
  }

  /** The intervals up to `now`, oldest first; the last one is not complete. */
  snapshot(now: number): SessionTrend {
    this.#extendTo(now);
    return { intervalMs: this.#intervalMs, bytesIn: [...this.#in], bytesOut: [...this.#out] };
  }

  #extendTo(now: number): void {
    while (now - this.#startedAt >= MAX_INTERVALS * this.#intervalMs) {
      this.#intervalMs *= 2;
      this.#in = pairSums(this.#in);
      this.#out = pairSums(this.#out);
    }
    const count = Math.floor((now - this.#startedAt) / this.#intervalMs) + 1;
    while (this.#in.length < count) {
      this.#in.push(0);
      this.#out.push(0);
    }
  }
}

function pairSums(values: readonly number[]): number[] {
  return Array.from(
    { length: Math.ceil(values.length / 2) },
    (_, index) => (values[2 * index] ?? 0) + (values[2 * index + 1] ?? 0),
  );
}
