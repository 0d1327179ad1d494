import type { Clock } from './runtime.ts';

/** A rate, and how much more at once after a quiet time. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A rate limit that allows bursts: `burst` tokens at first, `perSecond` more each second, never above `burst`.
 */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #countedAt: number;

  constructor(clock: Clock, limits: RateLimit) {
    this.#clock = clock;
    this.#burst = limits.burst;
    this.#perSecond = limits.perSecond;
    this.#tokens = limits.burst;
    this.#countedAt = clock.monotonic();
  }

  /** Tokens that could be taken now; negative after more were taken on credit. */
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

  /** Takes `count` tokens whether or not they are there. @returns milliseconds until none is owed; 0 when none is */
  takeOnCredit(count = 1): number {
    this.#refill();
    this.#tokens -= count;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1000);
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#countedAt) / 1000) * this.#perSecond);
    this.#countedAt = now;
  }
}
