/** Past sessions in the database, bounded by age and count. */
import { DEFAULT_SETTINGS } from '../../shared/settings-table.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Startable, Timer } from '../base/runtime.ts';
import type { SessionPage, SessionRecord } from '../../shared/model/session.ts';
import type { Database } from './database.ts';
import { decodeSession, encodeSession, mayContain, matchesText } from './session-values.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { oldestSessionKey, sessionKey, sessionKeyTime } from './keys.ts';
import { sessionRetention, type Retention } from './retention.ts';
import { WriteBehind } from './write-behind.ts';

/** Interval of pruning, milliseconds; the number of sessions may exceed that of the retention meanwhile. */
export const SESSION_PRUNE_MS = 3_600_000;

/** Sessions per write of pruning. */
const PRUNE_BATCH = 1_000;

/** BOUNDED: sessions that wait to be written; the oldest is dropped. */
const MAX_PENDING_SESSIONS = 5_000;

/** Options of SessionHistory. */
export interface SessionHistoryOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: that of the default settings. */
  readonly retention?: Retention;
}

/** A query of past sessions. */
export interface SessionFilter {
  /** Only sessions before this key; null: from the newest. */
  readonly before: string | null;
  readonly limit: number;
  /** Text in the name, address, ID or cause; empty for all. */
  readonly text: string;
  /** Node ID; null for all nodes. */
  readonly node: string | null;
}

/** Stores, queries and prunes past sessions. */
export class SessionHistory implements Startable {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #retention: Retention;
  /** BOUNDED: MAX_PENDING_SESSIONS. */
  readonly #writes: WriteBehind;
  readonly #prunings = new SerialQueue();
  #timer: Timer | undefined;
  #total: number;
  #serial = 0;

  private constructor(options: SessionHistoryOptions, total: number) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#retention = options.retention ?? sessionRetention(DEFAULT_SETTINGS);
    this.#total = total;
    this.#writes = new WriteBehind({
      ...options,
      failureMessage: 'Past sessions cannot be saved',
      maxPending: MAX_PENDING_SESSIONS,
      onWritten: (count) => {
        this.#total += count;
      },
    });
  }

  /** Counts the sessions, removes invalid keys, and prunes. */
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

  /** Starts periodic pruning. */
  start(): Promise<void> {
    this.#timer ??= this.#clock.after(SESSION_PRUNE_MS, () => {
      this.#timer = undefined;
      void this.prune();
      void this.start();
    });
    return Promise.resolve();
  }

  /** Tries to write all pending sessions. The database stays open. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#prunings.idle();
    await this.#writes.close();
    const { length: count } = this.#writes.pending;
    if (count > 0) this.#logger.error('Past sessions were not saved', { count });
  }

  /** Number of sessions on disk. */
  get total(): number {
    return this.#total;
  }

  /** Adds a past session, and returns it with its key. It is written in the background; a failed write is tried again. */
  add(session: Omit<SessionRecord, 'key'>): SessionRecord {
    this.#serial = (this.#serial + 1) % 10_000;
    const key = sessionKey(session.endedAt, session.nodeId, this.#serial);
    this.#writes.put({ level: 'sessions', key, value: encodeSession(session) });
    return { ...session, key };
  }

  /** Resolves when all writes that were started before have succeeded or failed. Never rejects. */
  async flush(): Promise<void> {
    await this.#writes.idle();
  }

  /** A page of sessions, newest first. Skips invalid entries. @throws StoreError */
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
      // There is a next page only when it has at least one session.
      if (records.length === filter.limit) {
        next = records.at(-1)?.key ?? null;
        break;
      }
      records.push(record);
    }
    return { records, next, total: this.#total + this.#writes.pending.length };
  }

  /** The last sessions with a node, newest first. @throws StoreError */
  async ofNode(nodeId: string, limit: number): Promise<readonly SessionRecord[]> {
    return (await this.page({ before: null, limit, text: '', node: nodeId })).records;
  }

  /** All sessions, newest first. @throws StoreError */
  async *all(): AsyncGenerator<SessionRecord> {
    await this.flush();
    for await (const [key, value] of this.#newestFirst(undefined)) {
      const record = decodeSession(key, value);
      if (record !== undefined) yield record;
    }
  }

  /** Changes what is kept. What is too much or too old is removed at once. Never rejects. */
  setRetention(retention: Retention): Promise<void> {
    this.#retention = retention;
    return this.prune();
  }

  /** Removes sessions that are too old, and the oldest beyond the maximum number. Never rejects. */
  prune(): Promise<void> {
    return this.#prunings.run(() => this.#prune());
  }

  async #prune(): Promise<void> {
    try {
      await this.flush();
      const { count, ageMs } = this.#retention;
      const cutoff = oldestSessionKey(this.#clock.now() - ageMs);
      for (;;) {
        const batch: string[] = [];
        for await (const key of this.#database.keys('sessions')) {
          const excess = this.#total - batch.length > count;
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

  /** Pending sessions come first, because they ended after those on disk. */
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
