import type { Clock, Timer } from '../base/runtime.ts';
import { ExpiryHeap } from './expiry-heap.ts';

/** Calls back when keys expire, with one timer for all keys. BOUNDED: by its owner. */
export class WakeList {
  readonly #clock: Clock;
  readonly #wake: (keys: readonly string[]) => void;
  readonly #heap = new ExpiryHeap();
  #timer: { readonly timer: Timer; readonly at: number } | undefined;
  #stopped = false;

  /** @param wake called with all keys that have expired */
  constructor(clock: Clock, wake: (keys: readonly string[]) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Adds a key, which may be there already. @param at expiry, monotonic milliseconds */
  push(key: string, at: number): void {
    this.#heap.push(key, at);
    this.#arm();
  }

  /** Stops the timer; `wake` is not called again. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const at = this.#heap.next;
    if (this.#stopped || at === undefined || at === this.#timer?.at) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.after(at - this.#clock.monotonic(), () => {
      this.#timer = undefined;
      this.#fire();
    });
    this.#timer = { timer, at };
  }

  #fire(): void {
    const now = this.#clock.monotonic();
    const due: string[] = [];
    for (let key = this.#heap.popDue(now); key !== undefined; key = this.#heap.popDue(now)) due.push(key);
    if (due.length > 0) this.#wake(due);
    this.#arm();
  }
}
