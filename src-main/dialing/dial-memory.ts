import type { Clock, Random } from '../base/runtime.ts';
import type { EndCause } from '../events/events.ts';
import { BackoffTracker } from './backoff.ts';
import type { DialKind } from './dial-policy.ts';
import { WakeList } from './wake-list.ts';

/** Shortest time between two dials of a node, milliseconds: inboundThrottleTime + 5 s (go-ethereum p2p/dial.go, dialHistoryExpiration). */
export const DIAL_HISTORY_MS = 35_000;

/** Dependencies and options of the dial memory. */
export interface DialMemoryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How long a dial stays in the history, milliseconds. */
  readonly historyMs: number;
  /** Called with the IDs of nodes whose history entry or backoff has expired. */
  readonly onExpired: (idHexes: readonly string[]) => void;
}

/** Until when a node is not dialled, and its failures. */
export interface DialWait {
  /** Monotonic milliseconds; 0 if there is no wait. */
  readonly until: number;
  /** Cause of the last failure. */
  readonly cause: EndCause | undefined;
  /** Number of consecutive failures. */
  readonly failures: number;
}

/** Recent dials (go-ethereum p2p/dial.go, history) and the backoffs of failed ones. */
export class DialMemory {
  readonly #options: DialMemoryOptions;
  /** Expiry of each recent dial by node ID, monotonic milliseconds. BOUNDED: by the rate of dials. */
  readonly #history = new Map<string, number>();
  readonly #backoff: BackoffTracker;
  readonly #wakes: WakeList;

  constructor(options: DialMemoryOptions) {
    this.#options = options;
    this.#backoff = new BackoffTracker(options.random);
    this.#wakes = new WakeList(options.clock, (idHexes) => {
      this.#removeExpired(idHexes);
      options.onExpired(idHexes);
    });
  }

  /** Stops the timer; `onExpired` is not called again. */
  stop(): void {
    this.#wakes.stop();
  }

  wasDialedRecently(idHex: string): boolean {
    return (this.#history.get(idHex) ?? 0) > this.#now();
  }

  isBackingOff(idHex: string): boolean {
    return this.#backoff.isWaiting(idHex, this.#now());
  }

  /** Records the start of a dial. */
  dialed(idHex: string): void {
    const until = this.#now() + this.#options.historyMs;
    this.#history.set(idHex, until);
    this.#wakes.push(idHex, until);
  }

  /** Records a failed dial or session. @param notifies whether `onExpired` reports the end of the backoff */
  failed(idHex: string, kind: DialKind, cause: EndCause, notifies: boolean): void {
    const backoff = this.#backoff.fail(idHex, cause, kind, this.#now());
    if (backoff !== undefined && notifies) this.#wakes.push(idHex, backoff.until);
  }

  /** Removes the last dial of a node, after its address or our network has changed. */
  forgetDial(idHex: string): void {
    this.#history.delete(idHex);
  }

  /** Removes the failures of a node, after a success or on request of the user. */
  forgetFailures(idHex: string): void {
    this.#backoff.forget(idHex);
  }

  /** Returns the wait of a node. */
  waitOf(idHex: string): DialWait {
    const backoff = this.#backoff.get(idHex);
    return {
      until: Math.max(this.#history.get(idHex) ?? 0, backoff?.until ?? 0),
      cause: backoff?.cause,
      failures: backoff?.failures ?? 0,
    };
  }

  /** Returns the number of waiting nodes, without those that are connected or being dialled. */
  countWaiting(isBusy: (idHex: string) => boolean): number {
    const now = this.#now();
    let waiting = this.#backoff.countWaiting(now);
    for (const idHex of this.#history.keys()) {
      if (!isBusy(idHex) && !this.#backoff.isWaiting(idHex, now)) waiting++;
    }
    return waiting;
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #removeExpired(idHexes: readonly string[]): void {
    const now = this.#now();
    for (const idHex of idHexes) {
      if ((this.#history.get(idHex) ?? Infinity) <= now) this.#history.delete(idHex);
    }
  }
}
