import type { Clock, Timer } from '../../base/runtime.ts';
import { TokenBucket } from '../../base/token-bucket.ts';

/** How much time of the event loop a queue may use. */
export interface WorkQueueLimits {
  /** The share of time for work, 0 to 1. */
  readonly share: number;
  /** Milliseconds of uninterrupted work after an idle time. */
  readonly burstMs: number;
  /** Queued pieces of work; more are refused. BOUNDED. */
  readonly capacity: number;
}

/** How long the event loop does other work before the queue continues, milliseconds. */
const PAUSE_MS = 2;

/**
 * Runs pieces of work in order: immediately until their share of time is used up, then later. In between, the event loop
 * reads the sockets, so that work outside this queue does not wait for it.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #capacity: number;
  /** Milliseconds of work that may still be done. */
  readonly #time: TokenBucket;
  /** BOUNDED: capacity. The items before #next have run. */
  #waiting: (() => void)[] = [];
  #next = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, { share, burstMs, capacity }: WorkQueueLimits) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#time = new TokenBucket(clock, { perSecond: share * 1000, burst: burstMs });
  }

  /** Queued pieces of work. */
  get size(): number {
    return this.#waiting.length - this.#next;
  }

  /** Runs the work, which must not throw, now or later; false if the queue is full. */
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

  /** Drops all queued work. */
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
    const startedAt = this.#clock.monotonic();
    work();
    this.#time.takeOnCredit(this.#clock.monotonic() - startedAt);
  }
}
