/** Length of the window that a rate is measured over, milliseconds. */
export const RATE_WINDOW_MS = 10_000;

/**
 * Messages a second over the last RATE_WINDOW_MS, from two counters: the current window, and the share of the one before
 * that is not older. Times are monotonic milliseconds.
 */
export class MessageRate {
  readonly #startedAt: number;
  #window = 0;
  #current = 0;
  #previous = 0;

  /** @param startedAt start of the session */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  count(now: number): void {
    this.#turn(now);
    this.#current++;
  }

  /** Messages a second, two decimals; the session may be younger than the window. */
  perSecond(now: number): number {
    this.#turn(now);
    const age = now - this.#startedAt;
    const passed = (age % RATE_WINDOW_MS) / RATE_WINDOW_MS;
    const messages = this.#previous * (1 - passed) + this.#current;
    const span = Math.min(RATE_WINDOW_MS, Math.max(1_000, age));
    return Math.round((messages * 100_000) / span) / 100;
  }

  #turn(now: number): void {
    const window = Math.floor((now - this.#startedAt) / RATE_WINDOW_MS);
    if (window === this.#window) return;
    this.#previous = window === this.#window + 1 ? this.#current : 0;
    this.#current = 0;
    this.#window = window;
  }
}
