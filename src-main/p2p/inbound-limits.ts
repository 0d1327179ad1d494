import { LateMap } from '../base/late-collections.ts';
import type { Clock } from '../base/runtime.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { MessageClass } from './message-class.ts';

/** Rate limit of one message class, and the treatment of excess messages. */
interface ClassLimit {
  /** Burst size and sustained rate in messages; a message above COST_UNIT bytes counts as several. */
  readonly burst: number;
  readonly perSecond: number;
  /**
   * `drop`: the message is discarded, because it needs no answer. `delay`: the message is delivered, and the session
   * stops reading until the rate is met again, which slows the peer down.
   */
  readonly excess: 'drop' | 'delay';
}

/**
 * Limits of one peer. Our choice: far above what the busiest honest peer on mainnet sends.
 * - control: a usual peer sends four pings a minute (geth p2p/peer.go pingInterval).
 * - requests: a syncing peer has few requests in flight (geth eth/downloader, snap: one per kind and peer), one round
 *   trip apart: tens per second.
 * - announcements: about 20 transactions and 1/12 block per second. geth collects hashes while it sends its last
 *   message, so a peer sends a few messages per second, and thousands of hashes in a few messages at the start of the
 *   session.
 * - answers: they follow our own requests, so only the rate is limited.
 */
const LIMITS: Readonly<Record<MessageClass, ClassLimit>> = {
  control: { burst: 20, perSecond: 2, excess: 'drop' },
  request: { burst: 300, perSecond: 100, excess: 'delay' },
  announcement: { burst: 1_000, perSecond: 200, excess: 'drop' },
  answer: { burst: 1_000, perSecond: 500, excess: 'delay' },
};

/** A message costs one token, and one more for each COST_UNIT bytes. */
const COST_UNIT = 64 * 1024;

/** Dropped messages per second after which the session stops reading for the rest of the second, because reading costs time too. */
const MAX_DROPPED_A_SECOND = 200;

/** Shortest time between two reports of excess messages, milliseconds. */
const REPORT_INTERVAL_MS = 1_000;

/** Treatment of one message. */
export interface Verdict {
  readonly isDropped: boolean;
  /** How long the session must stop reading, milliseconds; 0 when it need not. */
  readonly pauseMs: number;
  /** Whether the excess should be reported now. */
  readonly isReported: boolean;
}

const WITHIN: Verdict = { isDropped: false, pauseMs: 0, isReported: false };

/** Applies the limits to the messages of one peer. BOUNDED: one bucket per class. */
export class InboundLimits {
  readonly #clock: Clock;
  readonly #buckets = new LateMap<MessageClass, TokenBucket>();
  #exceeded = 0;
  #reportedAt = -Infinity;
  #droppedSince = 0;
  #dropped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Number of messages above the limits so far. */
  get exceeded(): number {
    return this.#exceeded;
  }

  /** Counts a message of `bytes` bytes and decides its treatment. */
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
