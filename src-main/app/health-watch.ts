import type { HealthCheck } from '../../shared/model/node.ts';
import type { Clock, Timer, Unsubscribe } from '../base/runtime.ts';

/** How often health is read while there is a listener, milliseconds (our choice; the window does the same). */
export const HEALTH_INTERVAL_MS = 1_000;

type Listener = (health: readonly HealthCheck[]) => void;

/**
 * Tells its listeners when the health of the node changes: when a check comes, goes, or has another state or title. Its evidence
 * has counts that change all the time. Without a listener nothing is read.
 */
export class HealthWatch {
  readonly #clock: Clock;
  readonly #read: () => readonly HealthCheck[];
  /** What each listener was told last; undefined for nothing. BOUNDED: one per subscription of an RPC client. */
  readonly #listeners = new Map<Listener, string | undefined>();
  #timer: Timer | undefined;

  constructor(clock: Clock, read: () => readonly HealthCheck[]) {
    this.#clock = clock;
    this.#read = read;
  }

  /** Adds a listener, which is called for the first time within HEALTH_INTERVAL_MS, not during this call. */
  subscribe(notify: Listener): Unsubscribe {
    // An own function for each subscription, as a key.
    const listener: Listener = (health) => {
      notify(health);
    };
    this.#listeners.set(listener, undefined);
    this.#timer ??= this.#clock.after(0, () => {
      this.#turn();
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  #turn(): void {
    this.#timer = this.#clock.after(HEALTH_INTERVAL_MS, () => {
      this.#turn();
    });
    const health = this.#read();
    const states = JSON.stringify(health.map(({ id, state, title }) => [id, state, title]));
    for (const [listener, told] of [...this.#listeners]) {
      if (told === states) continue;
      this.#listeners.set(listener, states);
      listener(health);
    }
  }
}
