/** LevelDB as the stores use it: named sub-levels of text, batches that are written whole or not at all. */
import type { Level } from 'level';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
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
import { keptCopies, recoveryLine, type RecoveryReport } from './database-recovery.ts';
import { findDiskFault } from './disk-fault.ts';
import { StoreError } from './errors.ts';
import { HeldEntries } from './held-entries.ts';
import { SCHEMA_KEY, SCHEMA_VERSION, SUB_LEVELS, type SubLevelName } from './keys.ts';
import { rescueEntries, type RescuedEntries } from './leveldb/rescue.ts';
import { SerialQueue } from '../base/serial-queue.ts';

/** One write of a batch; without a value the key is deleted. */
export interface DatabaseWrite {
  readonly level: SubLevelName;
  readonly key: string;
  readonly value: string | undefined;
}

/** Turns the layout of one version into the next; runs to its end before the version is raised. */
export type Migration = (database: Database) => Promise<void>;

/** The layout to open with; tests use others than ours. */
export interface Schema {
  readonly version: number;
  /** By the version that they start from. */
  readonly migrations: Readonly<Record<number, Migration>>;
}

/** What a database is opened with. */
export interface DatabaseOptions {
  readonly clock?: Clock;
  /** Others in tests. */
  readonly openLevel?: OpenLevel;
}

/** Why nothing is saved now, and what a recovery did. */
export interface DatabaseState {
  /** Undefined while what is written is saved. */
  readonly refusal: StoreError | undefined;
  /** The last recovery of this run. */
  readonly recovery: RecoveryReport | undefined;
  /** Damaged databases that are kept beside this one. */
  readonly copies: number;
}

const CURRENT_SCHEMA: Schema = { version: SCHEMA_VERSION, migrations: {} };

/** Pause before the disk is tried again, where nothing is written meanwhile, milliseconds: our choice. */
const RETRY_MS = 30_000;

/** Least time between two attempts to open a database that is held in memory, milliseconds: each reads all of it. */
const REOPEN_MS = 5_000;

/** How often reading goes on after the database was opened anew beneath it. */
const MAX_ATTEMPTS = 3;

const ENCODINGS = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;

/** The database was closed beneath a reader, to be opened anew. */
const NOT_OPEN: ReadonlySet<string | undefined> = new Set([
  'LEVEL_ITERATOR_NOT_OPEN',
  'LEVEL_DATABASE_NOT_OPEN',
]);

type Closed = { readonly kind: 'closed' };

/** An open database. One process at a time has it. */
export class Database {
  readonly #folder: string;
  readonly #schema: Schema;
  readonly #clock: Clock;
  readonly #openLevel: OpenLevel;
  /** Writes, and what opens anew, one after the other: LevelDB may lose what is written behind a write that failed. */
  readonly #queue = new SerialQueue();
  #backing: Backing | Closed = { kind: 'closed' };
  #openedAt = 0;
  #refusal: StoreError | undefined;
  #recovery: RecoveryReport | undefined;
  #copies = 0;
  #logger: Logger | undefined;
  #retry: Timer | undefined;

  private constructor(folder: string, schema: Schema, options: DatabaseOptions) {
    this.#folder = folder;
    this.#schema = schema;
    this.#clock = options.clock ?? systemClock;
    this.#openLevel = options.openLevel ?? openLevel;
  }

  /**
   * Opens or creates the database at `folder`, recovers it where it is damaged, and brings its layout up to date.
   * Where the disk takes nothing, what was saved is there to be read and writes are refused.
   * @throws StoreError `folder-in-use`, `newer-schema`, `database-foreign`, `database-corrupt`, `not-readable` or
   *   `not-writable`; the files are as they were
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

  /** How saving stands. */
  get state(): DatabaseState {
    return { refusal: this.#refusal, recovery: this.#recovery, copies: this.#copies };
  }

  /** Says in the log what happened to the database since it was opened, and from now on. */
  logTo(logger: Logger): void {
    this.#logger = logger;
    if (this.#recovery !== undefined) logger.warn(recoveryLine(this.#recovery));
    if (this.#refusal !== undefined) logger.error(this.#refusal.message);
  }

  /** The value of a key, undefined without one. @throws StoreError */
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

  /** The entries of a sub-level from the last one before `key` backwards; from the very last without a key. */
  entriesBefore(level: SubLevelName, key: string | undefined): AsyncIterable<[string, string]> {
    return this.#walk({ level, reverse: true, ...(key !== undefined && { bound: key }) });
  }

  /**
   * Writes all or nothing; done when the system has it, so that the death of the process loses nothing.
   * @param durability `disk` waits until the disk has it, so that the death of the machine loses nothing either
   * @throws StoreError with the reason when it is not saved
   */
  async write(writes: readonly DatabaseWrite[], durability: 'system' | 'disk' = 'system'): Promise<void> {
    await this.#queue.run(() => this.#write(writes, durability === 'disk'));
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = undefined;
    await this.#queue.run(() => this.#closeLevel());
  }

  async #open(): Promise<void> {
    const folder = this.#folder;
    this.#openedAt = this.#clock.monotonic();
    const check = (entries: RescuedEntries): void => {
      const stored = entries.get(`!${SUB_LEVELS.meta}!${SCHEMA_KEY}`);
      if (stored !== undefined) this.#assertKnown(new TextDecoder().decode(stored.value));
    };
    const prepare = (level: Level): Promise<void> => this.#migrate(level);
    const openLevel = this.#openLevel;
    const { backing, recovery } = await openBacking({
      folder,
      clock: this.#clock,
      openLevel,
      prepare,
      check,
    });
    this.#backing = backing;
    this.#copies = (await keptCopies(folder)).length;
    if (recovery !== undefined) {
      this.#recovery = recovery;
      this.#logger?.warn(recoveryLine(recovery));
    }
    if (backing.kind === 'level') return;
    this.#assertKnown(backing.entries.get('meta', SCHEMA_KEY) ?? String(this.#schema.version));
    this.#report(backing.refusal);
  }

  /** Ours has a version from its first write on; where a recovery lost it, the entries are of the first one. */
  async #migrate(level: Level): Promise<void> {
    const stored = await subLevel(level, 'meta').get(SCHEMA_KEY);
    const { version: wanted, migrations } = this.#schema;
    if (stored === undefined) {
      await setVersion(level, wanted);
      return;
    }
    this.#assertKnown(stored);
    for (let version = Number(stored); version < wanted; version++) {
      this.#backing = { kind: 'level', level };
      await migrations[version]?.(this);
      await setVersion(level, version + 1);
    }
  }

  #assertKnown(stored: string): void {
    const { version: wanted, migrations } = this.#schema;
    const version = Number(stored);
    const steps = Array.from({ length: Math.max(0, wanted - version) }, (_, at) => version + at);
    if (version <= wanted && steps.every((step) => migrations[step] !== undefined)) return;
    throw new StoreError(
      'newer-schema',
      `The database in ${this.#folder} has the layout ${stored.slice(0, 20)}, which this Enodeck does not know (it knows ${String(wanted)}): use the newer Enodeck, or another data folder.`,
    );
  }

  async #write(writes: readonly DatabaseWrite[], sync: boolean): Promise<void> {
    const level = await this.#writable();
    try {
      await putBatch(level, writes, sync);
    } catch (error) {
      const recovered = await this.#openAnew(level);
      // Entries whose write failed because of the damage can be written now.
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

  /** LevelDB, opened anew where it was not open and some time has passed. @throws StoreError */
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

  /** Says once that nothing is saved, until something is. */
  #report(refusal: StoreError): void {
    if (this.#refusal?.code !== refusal.code) this.#logger?.error(refusal.message);
    this.#refusal = refusal;
    this.#retry ??= this.#clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      // Writes what is there already.
      void this.write([{ level: 'meta', key: SCHEMA_KEY, value: String(this.#schema.version) }]).catch(
        () => undefined,
      );
    });
  }

  /**
   * After a failure LevelDB is not to be trusted: it goes on behind a half-written record, which hides what follows, and
   * keeps no record of damage. @returns LevelDB where a recovery found damage and repaired it
   */
  async #openAnew(failed: Level): Promise<Level | undefined> {
    if (this.#backing.kind !== 'level' || this.#backing.level !== failed) return undefined;
    const before = this.#recovery;
    await this.#closeLevel();
    await this.#tryOpen(undefined);
    return this.#recovery === before ? undefined : this.#levelNow();
  }

  #levelNow(): Level | undefined {
    return this.#backing.kind === 'level' ? this.#backing.level : undefined;
  }

  /** Never rejects: where it cannot be opened, its entries are held. */
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

  /** Reads; damage that shows only now leads to a recovery, and then to another attempt. */
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

  async *#walk(range: Walk): AsyncGenerator<[string, string]> {
    let { bound } = range;
    for (let attempt = 1; ; attempt++) {
      const backing = this.#backing.kind === 'closed' ? await this.#settled() : this.#backing;
      try {
        for await (const entry of walk(backing, { ...range, ...(bound !== undefined && { bound }) })) {
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
      if (!NOT_OPEN.has(code)) await this.#openAnew(backing.level);
    });
  }
}

function openSubLevel(level: Level, name: SubLevelName) {
  return level.sublevel(SUB_LEVELS[name], ENCODINGS);
}

const subLevels = new WeakMap<Level, Map<SubLevelName, ReturnType<typeof openSubLevel>>>();

/** LevelDB's view of a sub-level, made once. */
function subLevel(level: Level, name: SubLevelName): ReturnType<typeof openSubLevel> {
  const made = subLevels.get(level) ?? new Map<SubLevelName, ReturnType<typeof openSubLevel>>();
  subLevels.set(level, made);
  const found = made.get(name) ?? openSubLevel(level, name);
  made.set(name, found);
  return found;
}

async function putBatch(level: Level, writes: readonly DatabaseWrite[], sync: boolean): Promise<void> {
  await level.batch(
    writes.map(({ level: name, key, value }) =>
      value === undefined
        ? { type: 'del' as const, sublevel: subLevel(level, name), key }
        : { type: 'put' as const, sublevel: subLevel(level, name), key, value },
    ),
    { sync },
  );
}

/** Which entries are read, in which order. */
interface Walk {
  readonly level: SubLevelName;
  /** Backwards. */
  readonly reverse?: boolean;
  /** Values are empty then. */
  readonly keysOnly?: boolean;
  /** Only what comes behind this key in the order of reading. */
  readonly bound?: string;
}

async function* walk(
  backing: Backing,
  { level, reverse = false, keysOnly = false, bound }: Walk,
): AsyncGenerator<[string, string]> {
  if (backing.kind === 'level') {
    const range = { reverse, ...(bound !== undefined && (reverse ? { lt: bound } : { gt: bound })) };
    const entries = subLevel(backing.level, level);
    if (!keysOnly) yield* entries.iterator(range);
    else for await (const key of entries.keys(range)) yield [key, ''];
    return;
  }
  const all = backing.entries.all(level);
  for (const [key, value] of reverse ? [...all].reverse() : all) {
    if (bound === undefined || (reverse ? key < bound : key > bound)) yield [key, value];
  }
}

async function setVersion(level: Level, version: number): Promise<void> {
  await putBatch(level, [{ level: 'meta', key: SCHEMA_KEY, value: String(version) }], false);
}
