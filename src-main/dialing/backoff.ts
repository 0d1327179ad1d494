/**
 * How long a node that failed is left alone: by the cause, longer with each failure in a row. The steps are reth's
 * (crates/net/network-types/src/peers/config.rs PeerBackoffDurations); go-ethereum has none.
 */
import type { BackoffClass } from '../../shared/causes/cause-spec.ts';
import { BoundedMap } from '../base/lru-map.ts';
import type { Random } from '../base/runtime.ts';
import { backoffClassOf } from '../causes/policy.ts';
import type { EndCause } from '../events/events.ts';
import type { DialKind } from './dial-policy.ts';

/** First wait of each kind in milliseconds; the n-th failure in a row waits n times as long. */
export const BACKOFF_MS: Readonly<Record<DialKind, Readonly<Record<BackoffClass, number>>>> = {
  /** reth's 30 s, 3 min and 15 min. */
  dynamic: { none: 0, low: 30_000, medium: 180_000, high: 900_000 },
  /** Our choice: the user wants this node, and there are few of them. */
  static: { none: 0, low: 15_000, medium: 30_000, high: 120_000 },
};

/** Longest wait with its jitter, milliseconds: reth's hour, and for static nodes our choice of five minutes. */
export const MAX_BACKOFF_MS: Readonly<Record<DialKind, number>> = { dynamic: 3_600_000, static: 300_000 };

/** Our choice: a wait is up to so much shorter or longer, in thousandths, so that nodes that failed together do not come back together. */
export const JITTER_PERMILLE = 200;

/** BOUNDED: nodes whose failures are remembered; the least recently failed is forgotten. */
const MAX_REMEMBERED = 10_000;

/** What is remembered of a node's failures. */
export interface Backoff {
  /** Monotonic milliseconds until which it is left alone. */
  readonly until: number;
  /** Failures in a row that count. */
  readonly failures: number;
  readonly cause: EndCause;
}

/** The failures of all nodes. Times are monotonic milliseconds. */
export class BackoffBook {
  readonly #entries = new BoundedMap<string, Backoff>(MAX_REMEMBERED);
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Nodes that failed and have not succeeded since. */
  get size(): number {
    return this.#entries.size;
  }

  get(idHex: string): Backoff | undefined {
    return this.#entries.peek(idHex);
  }

  /** Whether the node is left alone at `now`. */
  isWaiting(idHex: string, now: number): boolean {
    return (this.#entries.peek(idHex)?.until ?? 0) > now;
  }

  /** How many nodes are left alone at `now`. */
  countWaiting(now: number): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.until > now) count++;
    return count;
  }

  /** Notes a failure; returns what is remembered now, undefined when the cause does not count. */
  fail(idHex: string, cause: EndCause, kind: DialKind, now: number): Backoff | undefined {
    const base = BACKOFF_MS[kind][backoffClassOf(cause)];
    if (base === 0) return undefined;
    const failures = (this.#entries.peek(idHex)?.failures ?? 0) + 1;
    // The longest wait is drawn by lot as well: whole neighbourhoods reach it while a network is down.
    const longest = (MAX_BACKOFF_MS[kind] * 1_000) / (1_000 + JITTER_PERMILLE);
    const waitMs = this.#jitter(Math.min(base * failures, longest));
    const entry = { until: now + waitMs, failures, cause };
    this.#entries.set(idHex, entry);
    return entry;
  }

  /** Forgets a node's failures: it works, or the user asks for it. */
  forget(idHex: string): void {
    this.#entries.delete(idHex);
  }

  #jitter(waitMs: number): number {
    const permille = 1_000 - JITTER_PERMILLE + this.#random.below(2 * JITTER_PERMILLE + 1);
    return Math.round((waitMs * permille) / 1_000);
  }
}
