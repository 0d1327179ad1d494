import { chmod, copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Level } from 'level';
import { afterEach, beforeEach } from 'vitest';
import { BanDatabase } from '../../src-main/store/ban-store.ts';
import type { Database } from '../../src-main/store/database.ts';
import { openLevel } from '../../src-main/store/database-opener.ts';
import type { SubLevelName } from '../../src-main/store/keys.ts';
import { silentLogger } from './silent-logger.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A database with three bans that Enodeck 4 wrote. */
export const GOOD_DATABASE = join(import.meta.dirname, '../vectors/cases/db/good');

/** The banned addresses in GOOD_DATABASE, sorted. */
export const GOOD_BANS: readonly string[] = ['192.0.2.7', '192.0.2.8', '192.0.2.9'];

/** When the first of them ends, Unix milliseconds. */
export const GOOD_BANS_END = Date.parse('2026-11-29T16:41:51Z');

/** A copy of GOOD_DATABASE for one test. */
interface GoodDatabase {
  /** The temporary folder, which contains `place`. */
  folder: string;
  /** The folder of the copy; a test may use another one. */
  place: string;
  /** Closed after the test. */
  open: Database | undefined;
  /** The path of a file in `place`. */
  file(name: string): string;
}

/** Copies GOOD_DATABASE before each test of the file; closes the database and removes the folder after it. */
export function goodDatabase(): GoodDatabase {
  const good: GoodDatabase = {
    folder: '',
    place: '',
    open: undefined,
    file: (name) => join(good.place, name),
  };
  let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    temporary = await temporaryFolder();
    good.folder = temporary.path;
    good.place = join(good.folder, 'database');
    await copyFolder(GOOD_DATABASE, good.place);
  });
  afterEach(async () => {
    await good.open?.close();
    good.open = undefined;
    await temporary.remove();
  });
  return good;
}

/** The targets of all bans. */
export async function bansOf(database: Database): Promise<string[]> {
  return (await new BanDatabase(database, silentLogger).load()).map(({ target }) => target.value);
}

/** Copies the files of a folder into a new one. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    await copyFile(join(from, name), join(to, name));
    await chmod(join(to, name), 0o600);
  }
}

/** The bytes of all files of a folder, as hex by name, without the empty lock file of LevelDB. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && entry.name !== 'LOCK')
      files[entry.name] = (await readFile(join(folder, entry.name))).toString('hex');
  }
  return files;
}

const LEVELS: readonly SubLevelName[] = ['meta', 'nodes', 'endpoints', 'local', 'bans', 'sessions', 'dns'];

/** All entries, by sub-level and key. */
export async function contentOf(database: Database): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for (const level of LEVELS) {
    for await (const [key, value] of database.entries(level)) content.set(`!${level}!${key}`, value);
  }
  return content;
}

/** A system error as LevelDB reports it. */
export const levelError = (code: string, text: string): Error => Object.assign(new Error(text), { code });

/** Opens LevelDB and calls `fail`, which may throw, before each opening and each write. */
export const failingLevel =
  (fail: (what: 'open' | 'write', folder: string) => void) =>
  async (folder: string): Promise<Level> => {
    fail('open', folder);
    const level = await openLevel(folder);
    const write = level.batch.bind(level) as (...parameters: unknown[]) => Promise<void>;
    level.batch = (async (...parameters: unknown[]) => {
      fail('write', folder);
      await write(...parameters);
    }) as typeof level.batch;
    return level;
  };
