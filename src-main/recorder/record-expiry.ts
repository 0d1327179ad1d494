import type { Clock, Timer } from '../base/runtime.ts';
import type { RecordRing } from './record-ring.ts';

/** Shortest time between two runs of the timer, milliseconds: our choice. Ages are settings in minutes. */
const LEAST_WAIT_MS = 1_000;

/** Removes records that are too old: at each call of `drop`, and by a timer, which `close` stops. */
export class RecordExpiry {
  readonly #ring: RecordRing;
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  #maxAgeMs: number | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  /** @param maxAgeMs milliseconds for which a record is kept; undefined: without a bound */
  constructor(ring: RecordRing, clock: Pick<Clock, 'monotonic' | 'after'>, maxAgeMs: number | undefined) {
    this.#ring = ring;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
  }

  /** Changes the age, and removes what is older. @param maxAgeMs as in the constructor */
  setMaxAge(maxAgeMs: number | undefined): void {
    this.#maxAgeMs = maxAgeMs;
    this.#cancel();
    this.drop();
  }

  /** Removes the records that are too old now. */
  drop(): void {
    if (this.#maxAgeMs === undefined || this.#isClosed) return;
    const expired = this.#clock.monotonic() - this.#maxAgeMs;
    this.#ring.dropBefore(expired);
    const oldest = this.#ring.get(this.#ring.first);
    if (oldest === undefined || this.#timer !== undefined) return;
    const wait = Math.max(oldest.row.monotonicMs - expired, LEAST_WAIT_MS);
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = undefined;
      this.drop();
    });
  }

  /** Stops the timer for good. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
