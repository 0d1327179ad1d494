import type { Clock, Timer } from '../../base/runtime.ts';
import { TokenBucket } from '../../base/token-bucket.ts';

/** How much time a queue may take from the event loop. */
export interface WorkQueueLimits {
  /** The share of time that work may take, 0 to 1. */
  readonly share: number;
  /** Milliseconds of work in one go after a quiet time. */
  readonly burstMs: number;
  /** Pieces of work that wait; more are refused. BOUNDED. */
  readonly capacity: number;
}

/** How long the event loop has for everything else before waiting work continues, milliseconds. */
const PAUSE_MS = 2;

/**
 * Runs pieces of work in order, at once while their share of time lasts, later when it is used up. In between the event
 * loop reads the sockets, so that work outside this queue never waits for it.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #capacity: number;
  /** Milliseconds of time that may be spent. */
  readonly #time: TokenBucket;
  /** BOUNDED: capacity. Those before #next have run. */
  #waiting: (() => void)[] = [];
  #next = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, { share, burstMs, capacity }: WorkQueueLimits) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#time = new TokenBucket(clock, { perSecond: share * 1000, burst: burstMs });
  }

  /** Pieces of work that wait. */
  get size(): number {
    return this.#waiting.length - this.#next;
  }

  /** Runs the work, which must not throw, now or later; false when too much waits already. */
  add(work: () => void): boolean {
    if (this.size === 0 && this.#time.available > 0) {
      this.#run(work);
      return true;
    }
    if (this.size >= this.#capacity) return false;
    this.#waiting.push(work);
    this.#schedule();
    return true;
  }

  /** Drops all that waits. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
    this.#next = 0;
  }

  #schedule(): void {
    this.#timer ??= this.#clock.after(PAUSE_MS, () => {
      this.#timer = undefined;
      this.#drain();
    });
  }

  #drain(): void {
    while (this.#time.available > 0) {
      const work = this.#waiting[this.#next];
      if (work === undefined) break;
      this.#next++;
      this.#run(work);
    }
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
    if (this.#waiting.length > 0) this.#schedule();
  }

  #run(work: () => void): void {
    const begun = this.#clock.monotonic();
    work();
    this.#time.takeOnCredit(this.#clock.monotonic() - begun);
  }
}
