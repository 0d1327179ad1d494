import type { Clock, Timer } from './runtime.ts';

/** Unused budget is kept for this long, seconds. Our choice: a long pause does not allow a long burst. */
const BURST_SECONDS = 0.25;

/** Length of a turn, seconds of the budget, and its bounds in bytes. Our choice: short, so that no stream waits long. */
const TURN_SECONDS = 0.05;
const MIN_TURN = 1_024;
const MAX_TURN = 16 * 1024;

/** A byte rate that several streams share. Streams that find the budget used up wait in a queue and take turns. */
export class SharedRate {
  readonly #clock: Clock;
  #perSecond = 0;
  #tokens = 0;
  #countedAt: number;
  /** Waiting streams, first in first out. BOUNDED: one entry per stream and direction. */
  readonly #queue = new Set<() => void>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#countedAt = clock.monotonic();
  }

  /** Whether a limit is set. */
  get isCapped(): boolean {
    return this.#perSecond > 0;
  }

  /** Bytes of one turn. */
  get turnBytes(): number {
    return Math.max(MIN_TURN, Math.min(MAX_TURN, Math.floor(this.#perSecond * TURN_SECONDS)));
  }

  /** Sets the limit, bytes per second; 0: no limit, and every waiting stream gets its turn immediately. */
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
    const queue = [...this.#queue];
    this.#queue.clear();
    for (const turn of queue) turn();
  }

  /** Charges bytes that did not wait for a turn; a negative number returns budget of a turn that was not used. */
  spend(bytes: number): void {
    if (!this.isCapped) return;
    this.#refill();
    this.#tokens -= bytes;
  }

  /** Takes a turn now; false when the budget is used up or other streams wait. */
  tryTurn(): boolean {
    if (!this.isCapped) return true;
    this.#refill();
    if (this.#queue.size > 0 || this.#tokens <= 0) return false;
    this.#tokens -= this.turnBytes;
    return true;
  }

  /** Waits in the queue and calls `turn` once, after its bytes were charged. @returns leaves the queue */
  wait(turn: () => void): () => void {
    // A new function for each call, because the queue is a set and a caller may wait more than once.
    const entry = (): void => {
      turn();
    };
    this.#queue.add(entry);
    this.#schedule();
    return () => {
      this.#queue.delete(entry);
      if (this.#queue.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  #serve(): void {
    this.#refill();
    while (this.isCapped && this.#tokens > 0) {
      const [turn] = this.#queue;
      if (turn === undefined) break;
      this.#queue.delete(turn);
      this.#tokens -= this.turnBytes;
      turn();
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#queue.size === 0) return;
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
