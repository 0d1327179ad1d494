import type { Clock, Timer } from '../../src-main/base/runtime.ts';

interface PendingTimer {
  readonly dueAt: number;
  readonly order: number;
  readonly action: () => void;
  /** Whether it has fired or was cancelled; a cancelled timer stays in the heap until it is due. */
  over: boolean;
}

/** Timers that are due at one time; more are those that start each other without end. */
const MOST_AT_ONCE = 1_000_000;

/** The default wall-clock start: 2026-01-01T00:00:00Z. */
export const VIRTUAL_EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * A clock that advances only on request. Timers run in the order of their due times, and of creation for the same time;
 * pending promise reactions run between two timers.
 */
export class VirtualClock implements Clock {
  readonly #startedAt: number;
  #elapsed = 0;
  #order = 0;
  /** Timers in sequence that were due at the same time. */
  #atOnce = 0;
  /** A binary heap, the next timer first: simulations hold many thousands. */
  readonly #heap: PendingTimer[] = [];
  #live = 0;

  constructor(startedAt: number = VIRTUAL_EPOCH_MS) {
    this.#startedAt = startedAt;
  }

  now(): number {
    return this.#startedAt + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Pending timers: a component that has stopped leaves none. */
  get pendingTimers(): number {
    return this.#live;
  }

  after(delayMs: number, action: () => void): Timer {
    const dueAt = this.#elapsed + Math.max(0, delayMs);
    const timer: PendingTimer = { dueAt, order: this.#order++, action, over: false };
    this.#push(timer);
    this.#live++;
    return {
      cancel: () => {
        this.#finish(timer);
      },
    };
  }

  /** Moves the clock forward by `ms` and runs all timers that are due by then, also those set meanwhile. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await this.settle();
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next.dueAt > end) break;
      await this.#runNext();
    }
    this.#elapsed = end;
    await this.settle();
  }

  /**
   * Moves the clock forward from timer to timer until `outcome` is settled, and returns it.
   * @throws Error when it is not settled after `limitMs`, or no timer is left
   */
  async runUntil<T>(outcome: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const end = this.#elapsed + limitMs;
    const state = { settled: false };
    const watched = outcome.finally(() => {
      state.settled = true;
    });
    watched.catch(() => undefined);
    await this.settle();
    while (!state.settled) {
      const next = this.#peek();
      if (next === undefined) throw new Error('The outcome depends on no timer: it would never be settled');
      if (next.dueAt > end) throw new Error(`Not settled after ${String(limitMs)} ms of virtual time`);
      await this.#runNext();
    }
    return watched;
  }

  /** Runs pending promise reactions without moving the clock. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  async #runNext(): Promise<void> {
    const timer = this.#pop();
    if (timer === undefined) return;
    this.#atOnce = timer.dueAt > this.#elapsed ? 1 : this.#atOnce + 1;
    if (this.#atOnce > MOST_AT_ONCE)
      throw new Error('Timers that are due immediately start each other without end');
    this.#elapsed = Math.max(this.#elapsed, timer.dueAt);
    this.#finish(timer);
    timer.action();
    // Timers that are due at the same time need no turn of the event loop between them.
    if (this.#peek()?.dueAt !== timer.dueAt) await this.settle();
    else await Promise.resolve();
  }

  #finish(timer: PendingTimer): void {
    if (timer.over) return;
    timer.over = true;
    this.#live--;
  }

  #peek(): PendingTimer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first?.over !== true) return first;
      this.#pop();
    }
  }

  #push(timer: PendingTimer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): PendingTimer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: PendingTimer, b: PendingTimer): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
