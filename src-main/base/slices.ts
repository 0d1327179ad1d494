/** Long work in slices, so that the rest of the program goes on meanwhile. */
import { perObject } from './per-object.ts';
import type { Clock } from './runtime.ts';

/** Time of one slice, milliseconds (our choice): sessions and windows do not notice it. */
export const SLICE_MS = 8;

/** Interrupts one long work where `next` is called. */
export class Slices {
  readonly #clock: Clock;
  #startedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Lets other work run if this slice has taken its time. */
  async next(): Promise<void> {
    if (this.#clock.monotonic() - this.#startedAt < SLICE_MS) return;
    await turnsOf(this.#clock).wait();
    this.#startedAt = this.#clock.monotonic();
  }
}

/**
 * The works that wait for their next slice. One goes on in each turn of the event loop: if all did, as many works as there
 * are requests would hold it together. BOUNDED: by the API's limits on requests.
 */
class Turns {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#arm();
    });
  }

  #arm(): void {
    this.#clock.after(0, () => {
      const resume = this.#waiting.shift();
      if (this.#waiting.length > 0) this.#arm();
      resume?.();
    });
  }
}

/** All works with a clock share its turns. */
const turnsOf = perObject((clock: Clock) => new Turns(clock));
