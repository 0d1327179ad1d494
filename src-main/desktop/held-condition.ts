import type { Clock } from '../base/runtime.ts';

/** How long a condition must last, and how long it must be over before it is reported again; milliseconds. */
export interface HoldTimes {
  readonly onsetMs: number;
  readonly resetMs: number;
}

/** Reports a condition once when it has lasted, and not again while it only flaps. */
export class HeldCondition {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #times: HoldTimes;
  #activeSince: number | undefined;
  #inactiveSince: number | undefined;
  #reported = false;

  constructor(clock: Pick<Clock, 'monotonic'>, times: HoldTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  /** Takes the state of now. @returns whether to report the condition */
  update(active: boolean): boolean {
    const now = this.#clock.monotonic();
    if (!active) {
      this.#activeSince = undefined;
      this.#inactiveSince ??= now;
      return false;
    }
    this.#activeSince ??= now;
    if (now - (this.#inactiveSince ?? now) >= this.#times.resetMs) this.#reported = false;
    this.#inactiveSince = undefined;
    if (this.#reported || now - this.#activeSince < this.#times.onsetMs) return false;
    this.#reported = true;
    return true;
  }

  /** Forgets how long the condition has lasted, not that it was reported. */
  interrupt(): void {
    this.#activeSince = undefined;
  }
}
