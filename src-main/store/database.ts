/** LevelDB as the stores use it: named sub-levels of text, batches that are written whole or not at all. */
import { Level } from 'level';
import { describeError } from '../leaf/errors.ts';
import { StoreError, systemErrorCode } from './errors.ts';
import { SCHEMA_KEY, SCHEMA_VERSION, SUB_LEVELS, type SubLevelName } from './keys.ts';

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

const CURRENT_SCHEMA: Schema = { version: SCHEMA_VERSION, migrations: {} };

function openSubLevel(level: Level, name: string) {
  return level.sublevel(name, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
}

type SubLevel = ReturnType<typeof openSubLevel>;

/** An open database. One process at a time has it. */
export class Database {
  readonly #level: Level;
  readonly #subLevels: Readonly<Record<SubLevelName, SubLevel>>;

  private constructor(level: Level) {
    this.#level = level;
    this.#subLevels = {
      meta: openSubLevel(level, SUB_LEVELS.meta),
      nodes: openSubLevel(level, SUB_LEVELS.nodes),
      endpoints: openSubLevel(level, SUB_LEVELS.endpoints),
      local: openSubLevel(level, SUB_LEVELS.local),
      bans: openSubLevel(level, SUB_LEVELS.bans),
      sessions: openSubLevel(level, SUB_LEVELS.sessions),
      dns: openSubLevel(level, SUB_LEVELS.dns),
    };
  }

  /**
   * Opens or creates the database at `folder`, repairs it once when LevelDB finds it corrupt, and brings its layout
   * up to date.
   * @throws StoreError `folder-in-use`, `newer-schema`, `database-corrupt` or `not-writable`
   */
  static async open(folder: string, schema: Schema = CURRENT_SCHEMA): Promise<Database> {
    const database = new Database(await openLevel(folder));
    try {
      await database.#migrate(folder, schema);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** The value of a key, undefined without one. */
  async get(level: SubLevelName, key: string): Promise<string | undefined> {
    return await this.#subLevels[level].get(key);
  }

  /** All entries of a sub-level in the order of their keys. */
  entries(level: SubLevelName): AsyncIterable<[string, string]> {
    return this.#subLevels[level].iterator();
  }

  /** The keys of a sub-level in their order. */
  keys(level: SubLevelName): AsyncIterable<string> {
    return this.#subLevels[level].keys();
  }

  /** The entries of a sub-level from the last one before `key` backwards; from the very last without a key. */
  entriesBefore(level: SubLevelName, key: string | undefined): AsyncIterable<[string, string]> {
    return this.#subLevels[level].iterator({ reverse: true, ...(key === undefined ? {} : { lt: key }) });
  }

  /** Writes all or nothing; done when the system has it, so that the death of the process loses nothing. */
  async write(writes: readonly DatabaseWrite[]): Promise<void> {
    await this.#level.batch(
      writes.map(({ level, key, value }) =>
        value === undefined
          ? { type: 'del' as const, sublevel: this.#subLevels[level], key }
          : { type: 'put' as const, sublevel: this.#subLevels[level], key, value },
      ),
    );
  }

  async close(): Promise<void> {
    await this.#level.close();
  }

  async #migrate(folder: string, schema: Schema): Promise<void> {
    const stored = await this.get('meta', SCHEMA_KEY);
    if (stored === undefined) {
      await this.#assertEmpty(folder);
      await this.#setVersion(schema.version);
      return;
    }
    for (let version = Number(stored); version !== schema.version; version++) {
      const step = schema.migrations[version];
      if (version > schema.version || step === undefined) {
        throw new StoreError(
          'newer-schema',
          `The database in ${folder} has the layout ${stored.slice(0, 20)}, which this Enodeck does not know (it knows ${String(schema.version)}): use the newer Enodeck, or another data folder.`,
        );
      }
      await step(this);
      await this.#setVersion(version + 1);
    }
  }

  /** Ours has a version from its first write on; what has none is another program's, such as geth's nodes. */
  async #assertEmpty(folder: string): Promise<void> {
    for await (const _ of this.#level.keys({ limit: 1 })) {
      throw new StoreError(
        'database-corrupt',
        `The database in ${folder} is not Enodeck’s: choose another folder with --nodedb. Its entries are as they were.`,
      );
    }
  }

  async #setVersion(version: number): Promise<void> {
    await this.write([{ level: 'meta', key: SCHEMA_KEY, value: String(version) }]);
  }
}

async function openLevel(folder: string): Promise<Level> {
  try {
    return await tryOpen(folder);
  } catch (first) {
    const code = causeCode(first);
    if (code !== 'LEVEL_CORRUPTION') throw openError(folder, code, first);
    try {
      await repair(folder);
      return await tryOpen(folder);
    } catch (cause) {
      throw openError(folder, causeCode(cause), cause);
    }
  }
}

async function tryOpen(folder: string): Promise<Level> {
  const level = new Level(folder, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
  await level.open();
  return level;
}

/** In Node `Level` is classic-level's class; its types, made for browsers as well, leave `repair` out. */
async function repair(folder: string): Promise<void> {
  const classic: unknown = Level;
  await (classic as { repair(location: string): Promise<void> }).repair(folder);
}

function causeCode(error: unknown): string | undefined {
  return error instanceof Error ? (systemErrorCode(error.cause) ?? systemErrorCode(error)) : undefined;
}

function openError(folder: string, code: string | undefined, cause: unknown): StoreError {
  switch (code) {
    case 'LEVEL_LOCKED':
      return new StoreError('folder-in-use', `Another process uses this data folder: ${folder}.`, { cause });
    case 'LEVEL_CORRUPTION':
      return new StoreError(
        'database-corrupt',
        `The database in ${folder} is damaged and could not be repaired: move that folder away, a new one is made at the next start.`,
        { cause },
      );
    default: {
      const reason = describeError(cause instanceof Error ? (cause.cause ?? cause) : cause);
      return new StoreError('not-writable', `The database in ${folder} cannot be opened (${reason}).`, {
        cause,
      });
    }
  }
}
