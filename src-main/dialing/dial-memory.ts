import type { Clock, Random } from '../base/runtime.ts';
import type { EndCause } from '../events/events.ts';
import { BackoffBook } from './backoff.ts';
import type { DialKind } from './dial-policy.ts';
import { WakeList } from './wake-list.ts';

/** A node is not dialled twice within this time, milliseconds: an inbound throttle of 30 s and 5 s more (geth p2p/dial.go). */
export const DIAL_HISTORY_MS = 35_000;

/** What the memory works with. */
export interface DialMemoryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How long a node counts as dialled just now. */
  readonly historyMs: number;
  /** Told of nodes whose time is over, those of one moment together. */
  readonly onOver: (idHexes: readonly string[]) => void;
}

/** Why a node waits, and until when. */
export interface DialWait {
  /** Monotonic milliseconds; 0 when it does not wait. */
  readonly until: number;
  readonly cause: EndCause | undefined;
  readonly failures: number;
}

/** What is remembered of dials: who was dialled just now (geth p2p/dial.go history), and who failed and waits. */
export class DialMemory {
  readonly #options: DialMemoryOptions;
  /** Until when a node counts as dialled just now. BOUNDED: by dials a history's time. */
  readonly #history = new Map<string, number>();
  readonly #backoff: BackoffBook;
  readonly #wakes: WakeList;

  constructor(options: DialMemoryOptions) {
    this.#options = options;
    this.#backoff = new BackoffBook(options.random);
    this.#wakes = new WakeList(options.clock, (idHexes) => {
      this.#forgetOver(idHexes);
      options.onOver(idHexes);
    });
  }

  /** Stops the timer; `onOver` is not called again. */
  stop(): void {
    this.#wakes.stop();
  }

  wasDialedRecently(idHex: string): boolean {
    return (this.#history.get(idHex) ?? 0) > this.#now();
  }

  isBackingOff(idHex: string): boolean {
    return this.#backoff.isWaiting(idHex, this.#now());
  }

  /** A dial begins. */
  dialed(idHex: string): void {
    const until = this.#now() + this.#options.historyMs;
    this.#history.set(idHex, until);
    this.#wakes.push(idHex, until);
  }

  /** A dial, or the session that came of it, was in vain. @param isAwaited whether `onOver` is to tell of its end */
  failed(idHex: string, kind: DialKind, cause: EndCause, isAwaited: boolean): void {
    const backoff = this.#backoff.fail(idHex, cause, kind, this.#now());
    if (backoff !== undefined && isAwaited) this.#wakes.push(idHex, backoff.until);
  }

  /** Forgets when it was dialled: it is elsewhere now, or we are. */
  forgetDial(idHex: string): void {
    this.#history.delete(idHex);
  }

  /** Forgets its failures: it works, or the user asks for it. */
  forgetFailures(idHex: string): void {
    this.#backoff.forget(idHex);
  }

  waitOf(idHex: string): DialWait {
    const backoff = this.#backoff.get(idHex);
    return {
      until: Math.max(this.#history.get(idHex) ?? 0, backoff?.until ?? 0),
      cause: backoff?.cause,
      failures: backoff?.failures ?? 0,
    };
  }

  /** How many nodes wait, without those that are connected or being dialled. */
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

  #forgetOver(idHexes: readonly string[]): void {
    const now = this.#now();
    for (const idHex of idHexes) {
      if ((this.#history.get(idHex) ?? Infinity) <= now) this.#history.delete(idHex);
    }
  }
}
