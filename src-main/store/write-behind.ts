import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import type { Database } from './database.ts';
import type { DatabaseWrite } from './sub-levels.ts';

/** Delay before a failed write is tried again, milliseconds. Our choice: a full disk rarely has space soon. */
const RETRY_MS = 30_000;

/** Options of WriteBehind. */
export interface WriteBehindOptions {
  readonly database: Pick<Database, 'write'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Logged once per series of failed writes: "The node database cannot be written". */
  readonly failureMessage: string;
  /** The oldest writes beyond this number are dropped. Without it the owner bounds the keys. */
  readonly maxPending?: number;
  /** Called after each batch that is written. @param count writes in the batch */
  readonly onWritten?: (count: number) => void;
}

/**
 * Buffers writes to the database, so that callers do not wait for the disk. A newer write of a key replaces an older one.
 * A failed batch is kept and tried again with the next write, or after 30 s.
 */
export class WriteBehind {
  readonly #options: WriteBehindOptions;
  /** By sub-level and key, oldest first. BOUNDED: maxPending, or the keys of the owner. */
  #pending = new Map<string, DatabaseWrite>();
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #retry: Timer | undefined;
  #closed = false;

  constructor(options: WriteBehindOptions) {
    this.#options = options;
  }

  /** Writes that are neither on disk nor being written, oldest first. */
  get pending(): readonly DatabaseWrite[] {
    return [...this.#pending.values()];
  }

  /** The error of the last batch; undefined when it was written. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Adds a write; ignored after `close`. */
  put(write: DatabaseWrite): void {
    if (this.#closed) return;
    const id = idOf(write);
    this.#pending.delete(id);
    this.#pending.set(id, write);
    this.#dropExcess();
    this.#writing ??= this.#write();
  }

  /** Tries to write everything that is pending, including what failed before. Never rejects; see `failure`. */
  async flush(): Promise<void> {
    if (this.#pending.size > 0) this.#writing ??= this.#write();
    await this.idle();
  }

  /** Waits for the writes under way; what failed before is not tried again. Never rejects. */
  async idle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Ignores further writes, tries once to write what is pending, and cancels the retry. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  /** Writes until nothing is pending or a batch fails. Never rejects. */
  async #write(): Promise<void> {
    // Collects all writes of the caller's turn into one batch.
    await Promise.resolve();
    while (this.#pending.size > 0) {
      const batch = this.#pending;
      this.#pending = new Map();
      try {
        await this.#options.database.write([...batch.values()]);
        this.#failure = undefined;
        this.#options.onWritten?.(batch.size);
      } catch (error) {
        this.#keep(batch, error);
        break;
      }
    }
    this.#writing = undefined;
  }

  #keep(batch: ReadonlyMap<string, DatabaseWrite>, error: unknown): void {
    const { clock, logger, failureMessage } = this.#options;
    if (this.#failure === undefined) logger.error(failureMessage, { error: describeError(error) });
    this.#failure = error ?? new Error('no reason given');
    // Keeps the order; a newer write of the same key replaces the failed one.
    this.#pending = new Map([...batch, ...this.#pending]);
    this.#dropExcess();
    this.#retry ??= clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      void this.flush();
    });
  }

  #dropExcess(): void {
    const { maxPending = Infinity } = this.#options;
    for (const id of this.#pending.keys()) {
      if (this.#pending.size <= maxPending) return;
      this.#pending.delete(id);
    }
  }
}

const idOf = ({ level, key }: DatabaseWrite): string => `${level}/${key}`;
