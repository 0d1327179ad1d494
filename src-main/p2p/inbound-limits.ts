import type { Clock } from '../base/runtime.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { MessageClass } from './message-class.ts';

/** What a peer may send of one class, and what becomes of the rest. */
interface ClassLimit {
  /** Messages at once, and messages a second for ever; a message above COST_UNIT bytes counts as several. */
  readonly burst: number;
  readonly perSecond: number;
  /**
   * `drop`: the message is not handed on, because nobody waits for what comes of it. `delay`: it is handed on, and the
   * session stops reading until the rate is met again, so that the peer waits for itself.
   */
  readonly excess: 'drop' | 'delay';
}

/**
 * The limits of one peer. Our choice: what the busiest honest peer of mainnet sends is a small part of each.
 * - control: two pings a minute and side are usual (geth p2p/peer.go pingInterval).
 * - requests: a syncing peer has few under way at a time (geth eth/downloader, snap: one of a kind and peer), and
 *   waits for a network round trip between two: tens a second.
 * - announcements: some 20 transactions and 1/12 block a second; geth collects hashes while its last message is sent,
 *   so a peer sends a few messages a second, and thousands of hashes in a handful of them when the session begins.
 * - answers: they follow our own requests; only their sheer rate is limited.
 */
const LIMITS: Readonly<Record<MessageClass, ClassLimit>> = {
  control: { burst: 20, perSecond: 2, excess: 'drop' },
  request: { burst: 300, perSecond: 100, excess: 'delay' },
  announcement: { burst: 1_000, perSecond: 200, excess: 'drop' },
  answer: { burst: 1_000, perSecond: 500, excess: 'delay' },
};

/** A message costs a token, and another for each of these many bytes. */
const COST_UNIT = 64 * 1024;

/** Dropped messages within a second after which the session stops reading for the rest of it: reading costs time too. */
const MAX_DROPPED_A_SECOND = 200;

/** Excess is told of once in this time, milliseconds. */
const REPORT_INTERVAL_MS = 1_000;

/** What to do with a message. */
export interface Verdict {
  readonly isDropped: boolean;
  /** How long to stop reading, milliseconds; 0: not at all. */
  readonly pauseMs: number;
  /** Whether the excess should be told of now. */
  readonly isReported: boolean;
}

const WITHIN: Verdict = { isDropped: false, pauseMs: 0, isReported: false };

/** What one peer has sent of late, against the limits. BOUNDED: a bucket a class. */
export class InboundLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<MessageClass, TokenBucket>();
  #exceeded = 0;
  #reportedAt = -Infinity;
  #droppedSince = 0;
  #dropped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Messages over the limit so far. */
  get exceeded(): number {
    return this.#exceeded;
  }

  /** Counts a message of that many bytes. */
  judge(kind: MessageClass, bytes: number): Verdict {
    const { excess } = LIMITS[kind];
    const bucket = this.#bucket(kind);
    const cost = 1 + Math.floor(bytes / COST_UNIT);
    if (bucket.take(cost)) return WITHIN;
    this.#exceeded++;
    const isReported = this.#report();
    if (excess === 'drop') return { isDropped: true, pauseMs: this.#drop(), isReported };
    return { isDropped: false, pauseMs: bucket.takeOnCredit(cost), isReported };
  }

  #bucket(kind: MessageClass): TokenBucket {
    let bucket = this.#buckets.get(kind);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#clock, LIMITS[kind]);
      this.#buckets.set(kind, bucket);
    }
    return bucket;
  }

  #report(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#reportedAt < REPORT_INTERVAL_MS) return false;
    this.#reportedAt = now;
    return true;
  }

  #drop(): number {
    const now = this.#clock.monotonic();
    if (now - this.#droppedSince >= 1_000) {
      this.#droppedSince = now;
      this.#dropped = 0;
    }
    this.#dropped++;
    return this.#dropped < MAX_DROPPED_A_SECOND ? 0 : 1_000 - (now - this.#droppedSince);
  }
}
