/** The database of the stores: LevelDB with named sub-levels of text, atomic batches, and recovery. */
import type { Level } from 'level';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { systemClock } from '../base/system-runtime.ts';
import {
  levelCodeOf,
  openBacking,
  openLevel,
  reasonOf,
  unwritable,
  type Backing,
  type OpenLevel,
} from './database-opener.ts';
import { measureCopies, type KeptCopies, type RecoveryReport } from './database-recovery.ts';
import { findDiskFault } from './disk-fault.ts';
import { StoreError } from './errors.ts';
import { HeldEntries } from './held-entries.ts';
import { SCHEMA_KEY, SCHEMA_VERSION, SUB_LEVELS, WRITER_KEY, type SubLevelName } from './keys.ts';
import { rescueEntries, type RescuedEntries } from './leveldb/rescue.ts';
import { recoveryLine } from './recovery-text.ts';
import { putBatch, readRange, subLevel, type DatabaseWrite, type KeyRange } from './sub-levels.ts';

/** Migrates the schema by one version. The version is stored after it completes. */
export type Migration = (database: Database) => Promise<void>;

/** The schema of a database. Tests use other schemas. */
export interface Schema {
  readonly version: number;
  /** By the version before the migration. */
  readonly migrations: Readonly<Record<number, Migration>>;
}

/** Options of a database. */
export interface DatabaseOptions {
  readonly clock?: Clock;
  /** The version of the program. It is stored, so that an earlier program that refuses the database can name it. */
  readonly program?: string | undefined;
  /** Replaced in tests. */
  readonly openLevel?: OpenLevel;
}

/** The state of a database, for the health list. */
export interface DatabaseState {
  /** Why the last write failed; undefined when it succeeded. */
  readonly refusal: StoreError | undefined;
  /** The last recovery since the start of the process. */
  readonly recovery: RecoveryReport | undefined;
  /** The damaged copies that are kept. */
  readonly copies: KeptCopies;
}

const CURRENT_SCHEMA: Schema = { version: SCHEMA_VERSION, migrations: {} };

/** Delay before a test write after a failed write, milliseconds: our choice. */
const RETRY_MS = 30_000;

/** Minimum time between two attempts to reopen a database that is held in memory, milliseconds: each reads all files. */
const REOPEN_MS = 5_000;

/** Attempts of a read; the database is reopened between them. Our choice. */
const MAX_ATTEMPTS = 3;

/** The database was closed beneath a reader, to be opened anew. */
const NOT_OPEN: ReadonlySet<string | undefined> = new Set([
  'LEVEL_ITERATOR_NOT_OPEN',
  'LEVEL_DATABASE_NOT_OPEN',
]);

type Closed = { readonly kind: 'closed' };

/** An open database, locked by this process. */
export class Database {
  readonly #folder: string;
  readonly #schema: Schema;
  readonly #clock: Clock;
  readonly #program: string | undefined;
  readonly #openLevel: OpenLevel;
  /** Runs writes and reopening one at a time, because LevelDB may lose a write after a failed one. */
  readonly #queue = new SerialQueue();
  #backing: Backing | Closed = { kind: 'closed' };
  #openedAt = 0;
  #refusal: StoreError | undefined;
  #recovery: RecoveryReport | undefined;
  #copies: KeptCopies = { count: 0, bytes: 0 };
  #logger: Logger | undefined;
  #retry: Timer | undefined;

  private constructor(folder: string, schema: Schema, options: DatabaseOptions) {
    this.#folder = folder;
    this.#schema = schema;
    this.#clock = options.clock ?? systemClock;
    this.#program = options.program;
    this.#openLevel = options.openLevel ?? openLevel;
  }

  /**
   * Opens or creates the database at `folder`, recovers it when it is damaged, and migrates its schema. An empty database
   * replaces one that cannot be repaired, whose files are kept. When the disk cannot be written, the entries can be read
   * and writes are refused.
   * @throws StoreError `folder-in-use`, `newer-schema`, `database-foreign`, `database-corrupt`, `not-readable` or
   *   `not-writable`; the files are not changed
   */
  static async open(
    folder: string,
    schema: Schema = CURRENT_SCHEMA,
    options: DatabaseOptions = {},
  ): Promise<Database> {
    const database = new Database(folder, schema, options);
    try {
      await database.#open();
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Whether writes succeed, and what was recovered. */
  get state(): DatabaseState {
    return { refusal: this.#refusal, recovery: this.#recovery, copies: this.#copies };
  }

  /** Logs the recovery and the refusal so far, and later ones. */
  logTo(logger: Logger): void {
    this.#logger = logger;
    if (this.#recovery !== undefined) logger.warn(recoveryLine(this.#recovery));
    if (this.#refusal !== undefined) logger.error(this.#refusal.message);
  }

  /** The value of a key; undefined when it does not exist. @throws StoreError */
  async get(level: SubLevelName, key: string): Promise<string | undefined> {
    return await this.#read(async (backing) =>
      backing.kind === 'held'
        ? backing.entries.get(level, key)
        : await subLevel(backing.level, level).get(key),
    );
  }

  /** All entries of a sub-level in the order of their keys. @throws StoreError */
  entries(level: SubLevelName): AsyncIterable<[string, string]> {
    return this.#walk({ level });
  }

  /** The keys of a sub-level in their order. @throws StoreError */
  async *keys(level: SubLevelName): AsyncIterable<string> {
    for await (const [key] of this.#walk({ level, keysOnly: true })) yield key;
  }

  /** The entries of a sub-level in reverse order, from the last one before `key`; without a key all. @throws StoreError */
  entriesBefore(level: SubLevelName, key: string | undefined): AsyncIterable<[string, string]> {
    return this.#walk({ level, reverse: true, ...(key !== undefined && { bound: key }) });
  }

  /**
   * Writes a batch atomically.
   * @param durability `system`: resolves when the operating system has the data, so that it survives a crash of the
   *   process; `disk`: when it is on disk, so that it survives a power failure
   * @throws StoreError with the reason when it is not written
   */
  async write(writes: readonly DatabaseWrite[], durability: 'system' | 'disk' = 'system'): Promise<void> {
    await this.#queue.run(() => this.#write(writes, durability === 'disk'));
  }

  /** Closes the database after running writes. */
  async close(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = undefined;
    await this.#queue.run(() => this.#closeLevel());
  }

  async #open(): Promise<void> {
    const folder = this.#folder;
    this.#openedAt = this.#clock.monotonic();
    const check = (entries: RescuedEntries): void => {
      const metaOf = (key: string): string | undefined => {
        const entry = entries.get(`!${SUB_LEVELS.meta}!${key}`);
        return entry === undefined ? undefined : new TextDecoder().decode(entry.value);
      };
      this.#assertKnown(metaOf(SCHEMA_KEY), metaOf(WRITER_KEY));
    };
    const prepare = async (level: Level): Promise<void> => {
      await this.#migrate(level);
      await this.#sign(level);
    };
    const openLevel = this.#openLevel;
    const { backing, recovery } = await openBacking({
      folder,
      clock: this.#clock,
      openLevel,
      prepare,
      check,
    });
    this.#backing = backing;
    this.#copies = await measureCopies(folder);
    if (recovery !== undefined) {
      this.#recovery = recovery;
      this.#logger?.warn(recoveryLine(recovery));
    }
    if (backing.kind === 'level') return;
    this.#assertKnown(backing.entries.get('meta', SCHEMA_KEY), backing.entries.get('meta', WRITER_KEY));
    this.#report(backing.refusal);
  }

  /** Migrates to the current schema. A new database gets its version; so does one whose version was lost in a recovery. */
  async #migrate(level: Level): Promise<void> {
    const stored = await subLevel(level, 'meta').get(SCHEMA_KEY);
    const { version: wanted, migrations } = this.#schema;
    if (stored === undefined) {
      await setVersion(level, wanted);
      return;
    }
    this.#assertKnown(stored, await subLevel(level, 'meta').get(WRITER_KEY));
    for (let version = Number(stored); version < wanted; version++) {
      this.#backing = { kind: 'level', level };
      await migrations[version]?.(this);
      await setVersion(level, version + 1);
    }
  }

  /** Stores the version of this program, where another one is stored. */
  async #sign(level: Level): Promise<void> {
    const program = this.#program;
    if (program === undefined || (await subLevel(level, 'meta').get(WRITER_KEY)) === program) return;
    await putBatch(level, [{ level: 'meta', key: WRITER_KEY, value: program }], false);
  }

  /**
   * Asserts that the schema is known or can be migrated.
   * @param stored version of the schema; undefined for a new database
   * @param writer version of the program that opened the database last, if it is known
   * @throws StoreError `newer-schema`
   */
  #assertKnown(stored: string | undefined, writer: string | undefined): void {
    if (stored === undefined) return;
    const { version: wanted, migrations } = this.#schema;
    const version = Number(stored);
    const steps = Array.from({ length: Math.max(0, wanted - version) }, (_, at) => version + at);
    if (version <= wanted && steps.every((step) => migrations[step] !== undefined)) return;
    const owner = writer === undefined ? 'another version of Enodeck' : `Enodeck ${writer.slice(0, 40)}`;
    const reader = this.#program === undefined ? 'this Enodeck' : `this Enodeck ${this.#program}`;
    throw new StoreError(
      'newer-schema',
      `The database in ${this.#folder} has the layout ${stored.slice(0, 20)} of ${owner}, and ${reader} knows the layout ${String(wanted)}: use that version, or another data folder. The database was left as it is.`,
    );
  }

  async #write(writes: readonly DatabaseWrite[], sync: boolean): Promise<void> {
    const level = await this.#writable();
    try {
      await putBatch(level, writes, sync);
    } catch (error) {
      const recovered = await this.#reopen(level);
      // The write may have failed because of the damage that was repaired.
      if (recovered === undefined) throw await this.#refuse(error);
      try {
        await putBatch(recovered, writes, sync);
      } catch (again) {
        throw await this.#refuse(again);
      }
    }
    if (this.#refusal !== undefined) this.#logger?.info('The database is written again');
    this.#refusal = undefined;
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  /** The open LevelDB; tries to reopen it when REOPEN_MS have passed. @throws StoreError when it cannot be written */
  async #writable(): Promise<Level> {
    const due = this.#clock.monotonic() - this.#openedAt >= REOPEN_MS;
    if (this.#backing.kind === 'held' && due) await this.#tryOpen(this.#backing);
    if (this.#backing.kind === 'level') return this.#backing.level;
    if (this.#backing.kind === 'held') throw this.#backing.refusal;
    throw new StoreError('not-writable', 'Database is not open');
  }

  async #refuse(error: unknown): Promise<StoreError> {
    const fault = await findDiskFault(error, this.#folder);
    const code = fault?.code ?? 'not-writable';
    const refusal = unwritable(this.#folder, code, fault?.reason ?? reasonOf(error), error);
    this.#report(refusal);
    return refusal;
  }

  /** Records and logs that writes fail, and schedules a test write. */
  #report(refusal: StoreError): void {
    if (this.#refusal?.code !== refusal.code) this.#logger?.error(refusal.message);
    this.#refusal = refusal;
    this.#retry ??= this.#clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      // A test write of an existing value.
      void this.write([{ level: 'meta', key: SCHEMA_KEY, value: String(this.#schema.version) }]).catch(
        () => undefined,
      );
    });
  }

  /**
   * Reopens LevelDB after a failure: it would continue after an incomplete record, which hides the records after it, and
   * it does not remember damage. @returns LevelDB when a recovery repaired damage; else undefined
   */
  async #reopen(failed: Level): Promise<Level | undefined> {
    if (this.#backing.kind !== 'level' || this.#backing.level !== failed) return undefined;
    const before = this.#recovery;
    await this.#closeLevel();
    await this.#tryOpen(undefined);
    return this.#recovery === before ? undefined : this.#levelNow();
  }

  #levelNow(): Level | undefined {
    return this.#backing.kind === 'level' ? this.#backing.level : undefined;
  }

  /** Opens the database, or holds its entries in memory when it cannot be opened. Never rejects. */
  async #tryOpen(held: Extract<Backing, { kind: 'held' }> | undefined): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      const refusal =
        error instanceof StoreError
          ? error
          : unwritable(this.#folder, 'not-writable', reasonOf(error), error);
      await this.#closeLevel();
      const entries = held?.entries ?? (await this.#heldNow());
      this.#backing = { kind: 'held', entries, refusal };
      this.#report(refusal);
    }
  }

  async #heldNow(): Promise<HeldEntries> {
    const entries = await rescueEntries(this.#folder, { obsolete: new Set() }).catch(() => new Map());
    return new HeldEntries(entries);
  }

  async #closeLevel(): Promise<void> {
    const backing = this.#backing;
    this.#backing = { kind: 'closed' };
    if (backing.kind === 'level') await backing.level.close();
  }

  /** Reads. When the read finds damage, the database is recovered and the read is repeated. */
  async #read<Result>(read: (backing: Backing) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const backing = this.#backing.kind === 'closed' ? await this.#settled() : this.#backing;
      try {
        return await read(backing);
      } catch (error) {
        await this.#afterFailedRead(backing, error, attempt);
      }
    }
  }

  async *#walk(range: KeyRange): AsyncGenerator<[string, string]> {
    let { bound } = range;
    for (let attempt = 1; ; attempt++) {
      const backing = this.#backing.kind === 'closed' ? await this.#settled() : this.#backing;
      try {
        for await (const entry of readRange(backing, { ...range, ...(bound !== undefined && { bound }) })) {
          bound = entry[0];
          attempt = 1;
          yield entry;
        }
        return;
      } catch (error) {
        await this.#afterFailedRead(backing, error, attempt);
      }
    }
  }

  async #settled(): Promise<Backing> {
    await this.#queue.idle();
    if (this.#backing.kind !== 'closed') return this.#backing;
    throw new StoreError('not-writable', 'Database is not open');
  }

  async #afterFailedRead(backing: Backing, error: unknown, attempt: number): Promise<void> {
    const code = levelCodeOf(error);
    const isLevels = code?.startsWith('LEVEL_') === true;
    if (error instanceof StoreError || backing.kind !== 'level' || !isLevels) throw error;
    if (attempt >= MAX_ATTEMPTS) {
      const message = `The database in ${this.#folder} cannot be read (${reasonOf(error)}): check the disk.`;
      throw new StoreError('database-corrupt', message, { cause: error });
    }
    await this.#queue.run(async () => {
      if (!NOT_OPEN.has(code)) await this.#reopen(backing.level);
    });
  }
}

async function setVersion(level: Level, version: number): Promise<void> {
  await putBatch(level, [{ level: 'meta', key: SCHEMA_KEY, value: String(version) }], false);
}
