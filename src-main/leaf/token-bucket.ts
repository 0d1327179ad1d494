import type { Clock } from './runtime.ts';

/**
 * A rate limit that allows bursts: `burst` tokens at first, `perSecond` more each second, never above `burst`.
 */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #countedAt: number;

  constructor(clock: Clock, limits: { readonly burst: number; readonly perSecond: number }) {
    this.#clock = clock;
    this.#burst = limits.burst;
    this.#perSecond = limits.perSecond;
    this.#tokens = limits.burst;
    this.#countedAt = clock.monotonic();
  }

  /** Tokens that could be taken now. */
  get available(): number {
    this.#refill();
    return this.#tokens;
  }

  /** Takes `count` tokens; false, and none taken, when there are fewer. */
  take(count = 1): boolean {
    this.#refill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#countedAt) / 1000) * this.#perSecond);
    this.#countedAt = now;
  }
}
