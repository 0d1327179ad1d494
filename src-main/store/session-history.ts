/** Sessions that have ended, in the database: who, when, how long, how it ended, bytes. Bounded by age and count. */
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Startable, Timer } from '../base/runtime.ts';
import type { SessionPage, SessionRecord } from '../../shared/model/session.ts';
import type { Database } from './database.ts';
import { decodeSession, encodeSession, mayContain, matchesText } from './session-values.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { oldestSessionKey, sessionKey, sessionKeyTime } from './keys.ts';
import { WriteBehind } from './write-behind.ts';

/** Our choice: three months answer "since when is it so?". */
export const SESSION_MAX_AGE_MS = 90 * 24 * 3_600_000;

/** Our choice: some 25 MB; a node of 50 peers ends a few hundred sessions a day. */
export const MAX_SESSIONS = 50_000;

/** How often old sessions are looked for, milliseconds; a few more than MAX_SESSIONS may be there meanwhile. */
export const SESSION_PRUNE_MS = 3_600_000;

/** Sessions that are deleted in one write. */
const PRUNE_BATCH = 1_000;

/** Sessions that wait to be written, while the disk is slow or full. BOUNDED: the oldest of them is given up. */
const MAX_PENDING = 5_000;

/** What the history works with. */
export interface SessionHistoryOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Others in tests. */
  readonly maxSessions?: number;
}

/** Which sessions are wanted. */
export interface SessionFilter {
  /** Only those that ended before this key; null from the newest on. */
  readonly before: string | null;
  readonly limit: number;
  /** In the name, address, ID or cause; empty for all. */
  readonly text: string;
  /** Only this node's; null for all. */
  readonly node: string | null;
}

/** The past sessions on disk. */
export class SessionHistory implements Startable {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxSessions: number;
  /** BOUNDED: MAX_PENDING. */
  readonly #writes: WriteBehind;
  readonly #prunings = new SerialQueue();
  #timer: Timer | undefined;
  #total: number;
  #serial = 0;

  private constructor(options: SessionHistoryOptions, total: number) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#maxSessions = options.maxSessions ?? MAX_SESSIONS;
    this.#total = total;
    this.#writes = new WriteBehind({
      ...options,
      failureMessage: 'Past sessions cannot be saved',
      maxPending: MAX_PENDING,
      onWritten: (count) => {
        this.#total += count;
      },
    });
  }

  /** Counts what is kept, and drops what is too old or no session's key. */
  static async open(options: SessionHistoryOptions): Promise<SessionHistory> {
    let total = 0;
    const invalid: string[] = [];
    for await (const key of options.database.keys('sessions')) {
      if (sessionKeyTime(key) === undefined) invalid.push(key);
      else total += 1;
    }
    const history = new SessionHistory(options, total);
    await history.#remove(invalid, 0);
    await history.prune();
    return history;
  }

  /** Begins to forget old sessions by the hour. */
  start(): Promise<void> {
    this.#timer ??= this.#clock.after(SESSION_PRUNE_MS, () => {
      this.#timer = undefined;
      void this.prune();
      void this.start();
    });
    return Promise.resolve();
  }

  /** Waits until all is written; the database stays open. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#prunings.idle();
    await this.#writes.close();
    const { length: count } = this.#writes.pending;
    if (count > 0) this.#logger.error('Past sessions were not saved', { count });
  }

  /** How many are kept. */
  get total(): number {
    return this.#total;
  }

  /** Keeps a session that has ended. It is written behind, and tried again while it cannot be. */
  add(session: Omit<SessionRecord, 'key'>): void {
    this.#serial = (this.#serial + 1) % 10_000;
    const key = sessionKey(session.endedAt, session.nodeId, this.#serial);
    this.#writes.put({ level: 'sessions', key, value: encodeSession(session) });
  }

  /** Resolves when all that was added before is handed to the system, or could not be. */
  async flush(): Promise<void> {
    await this.#writes.idle();
  }

  /** A page, newest first. Entries that do not read as sessions are passed over. */
  async page(filter: SessionFilter): Promise<SessionPage> {
    await this.flush();
    const records: SessionRecord[] = [];
    const text = filter.text.trim().toLowerCase();
    const before =
      filter.before === null || sessionKeyTime(filter.before) === undefined ? undefined : filter.before;
    let next: string | null = null;
    for await (const [key, value] of this.#newestFirst(before)) {
      if (!mayContain(value, filter.node, text)) continue;
      const record = decodeSession(key, value);
      if (record === undefined || !fits(record, filter.node, text)) continue;
      // A page says that there is another one only when it has seen its first line.
      if (records.length === filter.limit) {
        next = records.at(-1)?.key ?? null;
        break;
      }
      records.push(record);
    }
    return { records, next, total: this.#total + this.#writes.pending.length };
  }

  /** The last sessions with a node, newest first. */
  async ofNode(nodeId: string, limit: number): Promise<readonly SessionRecord[]> {
    return (await this.page({ before: null, limit, text: '', node: nodeId })).records;
  }

  /** All sessions, newest first. */
  async *all(): AsyncGenerator<SessionRecord> {
    await this.flush();
    for await (const [key, value] of this.#newestFirst(undefined)) {
      const record = decodeSession(key, value);
      if (record !== undefined) yield record;
    }
  }

  /** Forgets what is too old, and the oldest of what is too much. Never rejects. */
  prune(): Promise<void> {
    return this.#prunings.run(() => this.#prune());
  }

  async #prune(): Promise<void> {
    try {
      await this.flush();
      const cutoff = oldestSessionKey(this.#clock.now() - SESSION_MAX_AGE_MS);
      for (;;) {
        const batch: string[] = [];
        for await (const key of this.#database.keys('sessions')) {
          const excess = this.#total - batch.length > this.#maxSessions;
          if (batch.length >= PRUNE_BATCH || (!excess && key >= cutoff)) break;
          batch.push(key);
        }
        if (batch.length === 0) return;
        await this.#remove(batch, batch.length);
      }
    } catch (error) {
      this.#logger.warn('Past sessions were not pruned', { error: describeError(error) });
    }
  }

  async #remove(keys: readonly string[], counted: number): Promise<void> {
    if (keys.length === 0) return;
    await this.#database.write(keys.map((key) => ({ level: 'sessions' as const, key, value: undefined })));
    this.#total -= counted;
  }

  /** What waits to be written ended after what is written. */
  async *#newestFirst(before: string | undefined): AsyncGenerator<readonly [string, string]> {
    for (const { key, value } of this.#writes.pending.toReversed()) {
      if (value === undefined) continue;
      if (before === undefined || key < before) yield [key, value];
    }
    yield* this.#database.entriesBefore('sessions', before);
  }
}

function fits(record: SessionRecord, node: string | null, text: string): boolean {
  return (node === null || record.nodeId === node) && (text === '' || matchesText(record, text));
}
