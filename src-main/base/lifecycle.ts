/** Owner of timers and subscriptions, which ends all of them when a component stops. */
import type { Clock, Timer, Unsubscribe } from './runtime.ts';

/**
 * The timers and subscriptions of a component between its start and its stop. After `close` it starts no timer and ends
 * new subscriptions immediately.
 */
export class Scope {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #timers = new Set<Timer>();
  readonly #endings = new Set<Unsubscribe>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborted when the scope closes. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get closed(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Runs `action` once after `delayMs`, unless the scope closes earlier. */
  after(delayMs: number, action: () => void): Timer {
    if (this.closed) return { cancel: () => undefined };
    const inner = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer);
      action();
    });
    const timer: Timer = {
      cancel: () => {
        inner.cancel();
        this.#timers.delete(timer);
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  /** Runs `action` repeatedly; calls `delayMs` for each delay. */
  every(delayMs: () => number, action: () => void): Timer {
    let current: Timer;
    let cancelled = false;
    const wait = (): void => {
      current = this.after(delayMs(), () => {
        action();
        if (!cancelled) wait();
      });
    };
    wait();
    return {
      cancel: () => {
        cancelled = true;
        current.cancel();
      },
    };
  }

  /** Resolves after `delayMs`, or when the scope closes. */
  delay(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) {
        resolve();
        return;
      }
      const forget = this.own(() => {
        timer.cancel();
        resolve();
      });
      const timer = this.after(delayMs, () => {
        forget();
        resolve();
      });
    });
  }

  /** Calls `end` when the scope closes. @returns removes `end` without calling it */
  own(end: Unsubscribe): Unsubscribe {
    if (this.closed) {
      end();
      return () => undefined;
    }
    this.#endings.add(end);
    return () => {
      this.#endings.delete(end);
    };
  }

  /** Cancels all timers and ends all subscriptions. A second call does nothing. */
  close(): void {
    if (this.closed) return;
    this.#controller.abort();
    for (const timer of [...this.#timers]) timer.cancel();
    const endings = [...this.#endings];
    this.#endings.clear();
    for (const end of endings) end();
  }
}
