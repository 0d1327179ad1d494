import type { Clock, Timer } from './runtime.ts';

/** Unused budget is kept for this long, seconds: our choice, so that a pause is not followed by a flood. */
const BURST_SECONDS = 0.25;

/** A turn takes this part of a second's budget, so that many who wait all have theirs soon; bounded in bytes. */
const TURN_SECONDS = 0.05;
const MIN_TURN = 1_024;
const MAX_TURN = 16 * 1024;

/** One budget of bytes a second that many share: those who find it used up wait in a row, and each has a turn. */
export class SharedRate {
  readonly #clock: Clock;
  #perSecond = 0;
  #tokens = 0;
  #countedAt: number;
  /** Who waits, in order. BOUNDED: one a stream. */
  readonly #row = new Set<() => void>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#countedAt = clock.monotonic();
  }

  /** Whether there is a limit at the moment. */
  get isCapped(): boolean {
    return this.#perSecond > 0;
  }

  /** Bytes that a turn is good for. */
  get turnBytes(): number {
    return Math.max(MIN_TURN, Math.min(MAX_TURN, Math.floor(this.#perSecond * TURN_SECONDS)));
  }

  /** Sets the bytes a second; 0: no limit, and all who wait have their turn now. */
  setLimit(perSecond: number): void {
    this.#refill();
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, perSecond * BURST_SECONDS);
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.isCapped) {
      this.#serve();
      return;
    }
    this.#tokens = 0;
    const row = [...this.#row];
    this.#row.clear();
    for (const turn of row) turn();
  }

  /** Counts bytes that could not wait, for which others wait the longer; gives back what was paid for in vain, below 0. */
  spend(bytes: number): void {
    if (!this.isCapped) return;
    this.#refill();
    this.#tokens -= bytes;
  }

  /** Takes a turn now; false when the budget is used up or others wait for it. */
  tryTurn(): boolean {
    if (!this.isCapped) return true;
    this.#refill();
    if (this.#row.size > 0 || this.#tokens <= 0) return false;
    this.#tokens -= this.turnBytes;
    return true;
  }

  /** Calls `turn` once when its turn has come and is paid for. @returns gives the place up */
  wait(turn: () => void): () => void {
    // A caller's function may stand in the row once for each of its waits.
    const place = (): void => {
      turn();
    };
    this.#row.add(place);
    this.#schedule();
    return () => {
      this.#row.delete(place);
      if (this.#row.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  #serve(): void {
    this.#refill();
    while (this.isCapped && this.#tokens > 0) {
      const [turn] = this.#row;
      if (turn === undefined) break;
      this.#row.delete(turn);
      this.#tokens -= this.turnBytes;
      turn();
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#row.size === 0) return;
    const delayMs = Math.max(1, Math.ceil((-this.#tokens / this.#perSecond) * 1_000));
    this.#timer = this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#serve();
    });
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const earned = ((now - this.#countedAt) / 1_000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond * BURST_SECONDS, this.#tokens + earned);
    this.#countedAt = now;
  }
}
