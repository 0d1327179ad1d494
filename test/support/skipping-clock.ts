import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Timer } from '../../src-main/base/runtime.ts';

interface PendingTimer {
  dueAt: number;
  readonly action: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** Timers that one skip runs; more are those that start each other without end. */
const MOST_TIMERS = 100_000;

/**
 * The system's clock, which a test can move forward: for nodes on real sockets whose timeouts are too long for a test.
 * Sockets need real time, so time must be skipped only while no packet is in transit.
 */
export class SkippingClock implements Clock {
  #skipped = 0;
  readonly #timers = new Set<PendingTimer>();

  now(): number {
    return Date.now() + this.#skipped;
  }

  monotonic(): number {
    return performance.now() + this.#skipped;
  }

  /** Pending timers: a component that has stopped leaves none. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  after(delayMs: number, action: () => void): Timer {
    const timer: PendingTimer = { dueAt: this.monotonic() + Math.max(0, delayMs), action, handle: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return {
      cancel: () => {
        this.#forget(timer);
      },
    };
  }

  /**
   * Moves the clock forward by `ms` and runs the timers that are due, in order, each followed by a turn of the event loop.
   * @throws Error when timers start each other without end
   */
  async skip(ms: number): Promise<void> {
    const end = this.monotonic() + ms;
    for (let fired = 0; ; fired++) {
      const next = this.#next();
      if (next === undefined || next.dueAt > end) break;
      if (fired === MOST_TIMERS)
        throw new Error(`More than ${String(MOST_TIMERS)} timers in ${String(ms)} ms`);
      this.#moveTo(next.dueAt);
      this.#fire(next);
      await nextTurn();
    }
    this.#moveTo(end);
    for (const timer of this.#timers) this.#arm(timer);
    await nextTurn();
  }

  #next(): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.dueAt < first.dueAt) first = timer;
    return first;
  }

  #moveTo(time: number): void {
    this.#skipped += Math.max(0, time - this.monotonic());
  }

  #arm(timer: PendingTimer): void {
    clearTimeout(timer.handle);
    timer.handle = setTimeout(
      () => {
        this.#fire(timer);
      },
      Math.max(0, timer.dueAt - this.monotonic()),
    );
  }

  #fire(timer: PendingTimer): void {
    if (!this.#timers.has(timer)) return;
    this.#forget(timer);
    timer.action();
  }

  #forget(timer: PendingTimer): void {
    clearTimeout(timer.handle);
    this.#timers.delete(timer);
  }
}
