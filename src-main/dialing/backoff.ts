/**
 * Backoff after failed dials: by the cause, longer with each consecutive failure. The steps are reth's
 * (crates/net/network-types/src/peers/config.rs, PeerBackoffDurations); go-ethereum has no backoff.
 */
import type { BackoffClass } from '../../shared/causes/cause-spec.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import type { Random } from '../base/runtime.ts';
import { backoffClassOf } from '../causes/policy.ts';
import type { EndCause } from '../events/events.ts';
import type { DialKind } from './dial-policy.ts';

/** Backoff after the first failure, milliseconds; after the n-th consecutive failure n times as long. */
export const BACKOFF_MS: Readonly<Record<DialKind, Readonly<Record<BackoffClass, number>>>> = {
  /** reth's 30 s, 3 min and 15 min. */
  dynamic: { none: 0, low: 30_000, medium: 180_000, high: 900_000 },
  /** Our choice: shorter, because the user added these nodes and they are few. */
  static: { none: 0, low: 15_000, medium: 30_000, high: 120_000 },
};

/** Longest backoff with jitter, milliseconds: one hour as in reth; five minutes for static nodes (our choice). */
export const MAX_BACKOFF_MS: Readonly<Record<DialKind, number>> = { dynamic: 3_600_000, static: 300_000 };

/** Jitter of a backoff in both directions, per mille (our choice): nodes that failed at the same time are not dialled at the same time. */
export const JITTER_PERMILLE = 200;

/** BOUNDED: nodes with failures; the least recently failed is removed first. */
const MAX_REMEMBERED = 10_000;

/** Failures of a node. */
export interface Backoff {
  /** End of the backoff, monotonic milliseconds. */
  readonly until: number;
  /** Number of consecutive failures. */
  readonly failures: number;
  readonly cause: EndCause;
}

/** Failures and backoffs of all nodes. Times are monotonic milliseconds. */
export class BackoffTracker {
  readonly #entries = new BoundedMap<string, Backoff>(MAX_REMEMBERED);
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Number of nodes with failures and no success since. */
  get size(): number {
    return this.#entries.size;
  }

  get(idHex: string): Backoff | undefined {
    return this.#entries.peek(idHex);
  }

  /** Whether the backoff of a node lasts at `now`. */
  isWaiting(idHex: string, now: number): boolean {
    return (this.#entries.peek(idHex)?.until ?? 0) > now;
  }

  /** Returns the number of nodes whose backoff lasts at `now`. */
  countWaiting(now: number): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.until > now) count++;
    return count;
  }

  /** Records a failure. Returns the backoff; undefined when the cause has none. */
  fail(idHex: string, cause: EndCause, kind: DialKind, now: number): Backoff | undefined {
    const base = BACKOFF_MS[kind][backoffClassOf(cause)];
    if (base === 0) return undefined;
    const failures = (this.#entries.peek(idHex)?.failures ?? 0) + 1;
    // The longest backoff needs jitter too, because many nodes reach it while the network is down.
    const longest = (MAX_BACKOFF_MS[kind] * 1_000) / (1_000 + JITTER_PERMILLE);
    const waitMs = this.#jitter(Math.min(base * failures, longest));
    const entry = { until: now + waitMs, failures, cause };
    this.#entries.set(idHex, entry);
    return entry;
  }

  /** Removes the failures of a node, after a success or on request of the user. */
  forget(idHex: string): void {
    this.#entries.delete(idHex);
  }

  #jitter(waitMs: number): number {
    const permille = 1_000 - JITTER_PERMILLE + this.#random.below(2 * JITTER_PERMILLE + 1);
    return Math.round((waitMs * permille) / 1_000);
  }
}
