import type { Clock } from './runtime.ts';

/** Parameters of a token bucket. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket: it starts with `burst` tokens and gains `perSecond` per second, up to `burst`. */
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

  /** Available tokens; negative after `takeOnCredit` took more than there were. */
  get available(): number {
    this.#refill();
    return this.#tokens;
  }

  /** Takes `count` tokens; when there are fewer it takes none and returns false. */
  take(count = 1): boolean {
    this.#refill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Takes `count` tokens even when there are fewer. @returns milliseconds until the balance is no longer negative */
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
