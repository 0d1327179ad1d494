/** Owners of timers and subscriptions, so that whoever stops takes all of his along. */
import type { Clock, Timer, Unsubscribe } from './runtime.ts';

/**
 * Everything that a component has under way between its start and its stop. Once closed it takes nothing more: timers
 * do not start, subscriptions end at once.
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

  /** Runs `action` once after `delayMs`, unless the scope closes before. */
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

  /** Runs `action` again and again; `delayMs` is asked for each wait anew. */
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

  /** Resolves after `delayMs`, or as soon as the scope closes. */
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

  /** Takes charge of `end`, which is called when the scope closes; the result forgets it without calling it. */
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

  /** Cancels all timers and ends all subscriptions. Closing twice does nothing. */
  close(): void {
    if (this.closed) return;
    this.#controller.abort();
    for (const timer of [...this.#timers]) timer.cancel();
    const endings = [...this.#endings];
    this.#endings.clear();
    for (const end of endings) end();
  }
}
