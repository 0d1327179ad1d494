/**
 * Recovery of a damaged database: writes all readable entries to a new database, and moves the damaged files to a folder
 * beside it. Files are neither deleted nor copied, so that a full disk cannot destroy the only copy. An interrupted recovery
 * continues at the next start: the names of the work folders have its progress.
 */
import { mkdir, readdir, rename, rm, rmdir, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Level } from 'level';
import { fileTime } from '../base/file-time.ts';
import type { Clock } from '../base/runtime.ts';
import { lockFolder } from './database-lock.ts';
import { StoreError } from './errors.ts';
import { subLevelOf, type SubLevelName } from './keys.ts';
import { isLevelName, listFiles, readBytes } from './leveldb/folder-files.ts';
import { inspectFolder, type Damage, type Inspection } from './leveldb/inspect.ts';
import { rescueEntries, type RescuedEntries } from './leveldb/rescue.ts';
import { syncFolder } from './replace-file.ts';

/** Entries per write of the new database. */
const BATCH = 1_000;

const BYTES = { keyEncoding: 'view', valueEncoding: 'view' } as const;

/** The result of a recovery. */
export interface RecoveryReport {
  /** Number of recovered entries by sub-level. */
  readonly kept: Readonly<Partial<Record<SubLevelName, number>>>;
  /** The damages that were found. */
  readonly damages: readonly Damage[];
  /** Folder of the damaged files. */
  readonly copy: string;
  /** Whether the repair failed, so that the new database is empty. */
  readonly replaced: boolean;
}

/** Parent and name prefix of the work folders: beside the database, or in it when that is another file system. */
interface Layout {
  readonly parent: string;
  readonly prefix: string;
}

/** The new database, incomplete. */
const RESCUING = 'rescuing';
/** The new database, complete; the damaged files are being moved to DAMAGED. */
const RESCUED = 'rescued-';
/** The damaged files are moved; the new files are being moved to the database folder. */
const INSTALLING = 'installing-';
/** The damaged files. */
const DAMAGED = 'damaged-';

const layoutsOf = (place: string): readonly Layout[] => [
  { parent: dirname(place), prefix: `${basename(place)}.` },
  { parent: place, prefix: '' },
];

const pathIn = ({ parent, prefix }: Layout, name: string): string => join(parent, prefix + name);

/**
 * The folders with damaged files of the database at `place`, oldest first. Only the user deletes them, because any of them
 * may have the only copy of an entry.
 */
export async function keptCopies(place: string): Promise<readonly string[]> {
  const found = await Promise.all(layoutsOf(place).map((layout) => namesIn(layout, DAMAGED)));
  return found.flat().sort();
}

/** The damaged files that are kept. */
export interface KeptCopies {
  /** Number of folders. */
  readonly count: number;
  /** Size of their files in bytes. */
  readonly bytes: number;
}

/** Number and size of `keptCopies`. A folder that cannot be read counts without its size. */
export async function measureCopies(place: string): Promise<KeptCopies> {
  const folders = await keptCopies(place);
  const files = await Promise.all(folders.map((folder) => listFiles(folder).catch(() => [])));
  return { count: folders.length, bytes: files.flat().reduce((sum, { size }) => sum + size, 0) };
}

async function namesIn(layout: Layout, start: string): Promise<string[]> {
  const names = await readdir(layout.parent).catch(() => []);
  return names
    .filter((name) => name.startsWith(layout.prefix + start))
    .map((name) => join(layout.parent, name));
}

/** Options of a recovery. */
export interface RecoveryOptions {
  readonly clock: Clock;
  readonly openLevel: (folder: string) => Promise<Level>;
  /** Throws when the entries have an unknown schema version. */
  readonly check: (entries: RescuedEntries) => void;
  /** The error of LevelDB for a folder in which the inspection finds no damage. */
  readonly refusal?: string | undefined;
}

/** Whether a recovery of the database at `place` was interrupted. */
export async function isRecoveryUnfinished(place: string): Promise<boolean> {
  return (await unfinished(place)) !== undefined;
}

interface Unfinished {
  readonly layout: Layout;
  readonly folder: string;
  readonly stage: typeof RESCUED | typeof INSTALLING;
}

async function unfinished(place: string): Promise<Unfinished | undefined> {
  for (const layout of layoutsOf(place)) {
    for (const stage of [INSTALLING, RESCUED] as const) {
      const [folder] = await namesIn(layout, stage);
      if (folder !== undefined) return { layout, folder, stage };
    }
  }
  return undefined;
}

/** A failed recovery, with the entries that were read. */
export class RecoveryFailure extends StoreError {
  readonly entries: RescuedEntries;

  constructor(entries: RescuedEntries, message: string, options?: ErrorOptions) {
    super('database-corrupt', message, options);
    this.entries = entries;
  }
}

/**
 * Recovers the database at `place`. Takes LevelDB's lock and inspects the folder again, because another process may have
 * been writing during the first inspection.
 * @returns the report; undefined when there is no damage, or an interrupted recovery was completed
 * @throws RecoveryFailure when the new database cannot be written; all files are unchanged
 * @throws StoreError `not-readable`, and the error of LevelDB for a locked folder
 */
export async function recoverDatabase(
  place: string,
  options: RecoveryOptions,
): Promise<RecoveryReport | undefined> {
  const lockFile = await readBytes(place, 'LOCK');
  const lockBytes = typeof lockFile === 'string' || lockFile.length === 0 ? undefined : lockFile;
  const report = await recoverLocked(place, lockBytes, options);
  // Truncated last, because closing LOCK releases the lock of this process. The folder of the copy has its content.
  if (report !== undefined && lockBytes !== undefined) await truncate(join(place, 'LOCK'));
  return report;
}

async function recoverLocked(
  place: string,
  lockBytes: Uint8Array | undefined,
  options: RecoveryOptions,
): Promise<RecoveryReport | undefined> {
  const lock = await lockFolder(place);
  try {
    const rest = await unfinished(place);
    if (rest !== undefined) {
      await finish(place, rest);
      return undefined;
    }
    const found = withRefusal(await inspectFolder(place), options.refusal);
    if (found.state !== 'damaged') return undefined;
    const entries = await rescueEntries(place, { obsolete: found.obsolete, lock: lockBytes });
    options.check(entries);
    const copy = await install(place, entries, lockBytes, options);
    return { kept: countBySubLevel(entries), damages: found.damages, copy, replaced: false };
  } finally {
    await lock.release();
  }
}

function withRefusal(found: Inspection, refusal: string | undefined): Inspection {
  if (found.state !== 'whole' || refusal === undefined) return found;
  return { state: 'damaged', damages: [{ text: refusal, loses: false }], obsolete: new Set() };
}

/** Writes the new database and replaces the damaged one. @returns the folder of the damaged files */
async function install(
  place: string,
  entries: RescuedEntries,
  lockBytes: Uint8Array | undefined,
  { clock, openLevel }: RecoveryOptions,
): Promise<string> {
  try {
    const layout = await chooseLayout(place);
    const time = freeTime(await keptCopies(place), clock);
    await writeNew(pathIn(layout, RESCUING), entries, openLevel);
    const folder = pathIn(layout, RESCUED + time);
    await rename(pathIn(layout, RESCUING), folder);
    await syncFolder(layout.parent);
    await finish(place, { layout, folder, stage: RESCUED });
    const copy = pathIn(layout, DAMAGED + time);
    if (lockBytes !== undefined) await writeFile(join(copy, 'LOCK'), lockBytes);
    return copy;
  } catch (cause) {
    throw new RecoveryFailure(
      entries,
      `The database in ${place} is damaged, and a new one cannot be written beside it.`,
      { cause },
    );
  }
}

/**
 * Moves the files of a database that cannot be repaired to a folder beside it, so that a new one can be created. When the
 * process is killed meanwhile, CURRENT is still there: the next start recovers the rest.
 * @returns the folder of the damaged files; undefined when there is no database
 * @throws StoreError `not-readable`, errors of the file system, and the error of LevelDB for a locked folder
 */
export async function setAside(place: string, clock: Clock): Promise<string | undefined> {
  const lock = await lockFolder(place);
  try {
    if ((await inspectFolder(place)).state === 'new') return undefined;
    const layout = await chooseLayout(place);
    const copy = pathIn(layout, DAMAGED + freeTime(await keptCopies(place), clock));
    await rename(pathIn(layout, RESCUING), copy);
    await moveFiles(place, copy);
    await syncFolder(copy);
    await syncFolder(layout.parent);
    return copy;
  } finally {
    await lock.release();
  }
}

/** The current time as a name that no kept copy has: `2026-11-28T18-05-00Z`. */
function freeTime(copies: readonly string[], clock: Clock): string {
  const time = `${fileTime(clock.now())}Z`;
  const isTaken = (name: string): boolean => copies.some((copy) => copy.endsWith(DAMAGED + name));
  let name = time;
  for (let serial = 2; isTaken(name); serial++) name = `${time}-${String(serial)}`;
  return name;
}

/** Work folders are beside the database, unless files cannot be moved there. */
async function chooseLayout(place: string): Promise<Layout> {
  const [beside, within] = layoutsOf(place);
  if (beside === undefined || within === undefined) throw new TypeError('there are two layouts');
  const probe = join(place, 'move-test');
  await writeFile(probe, '');
  for (const layout of [beside, within]) {
    const target = pathIn(layout, RESCUING);
    try {
      await rm(target, { recursive: true, force: true });
      await mkdir(target, { mode: 0o700 });
      await rename(probe, join(target, 'move-test'));
      await rm(join(target, 'move-test'));
      return layout;
    } catch (error) {
      await rm(target, { recursive: true, force: true }).catch(() => undefined);
      if (layout === beside) continue;
      await rm(probe, { force: true });
      throw error;
    }
  }
  return within;
}

async function writeNew(
  folder: string,
  entries: RescuedEntries,
  openLevel: RecoveryOptions['openLevel'],
): Promise<void> {
  let level: Level | undefined;
  try {
    level = await openLevel(folder);
    const puts = [...entries.values()].map(({ key, value }) => ({ type: 'put' as const, key, value }));
    for (let at = 0; at < puts.length; at += BATCH) {
      await level.batch(puts.slice(at, at + BATCH), { ...BYTES, sync: true });
    }
    await level.close();
    const found = await inspectFolder(folder);
    if (puts.length > 0 && found.state !== 'whole') {
      throw new StoreError('database-corrupt', 'What was written cannot be read again.');
    }
  } catch (error) {
    await level?.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Completes a recovery. Each step can be repeated, so that it may be interrupted anywhere. */
async function finish(place: string, { layout, folder, stage }: Unfinished): Promise<void> {
  const time = basename(folder).slice((layout.prefix + stage).length);
  const copy = pathIn(layout, DAMAGED + time);
  const installing = pathIn(layout, INSTALLING + time);
  if (stage === RESCUED) {
    await mkdir(copy, { recursive: true, mode: 0o700 });
    await moveFiles(place, copy);
    await syncFolder(copy);
    await rename(folder, installing);
    await syncFolder(layout.parent);
  }
  await moveFiles(installing, place);
  await syncFolder(place);
  await rm(join(installing, 'LOCK'), { force: true });
  await rmdir(installing);
}

/**
 * Moves the files of LevelDB except LOCK, which this process holds. Other files stay, because the user may have put them
 * there. CURRENT is moved last: without it LevelDB does not open a database.
 */
async function moveFiles(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).filter((name) => name !== 'LOCK' && isLevelName(name));
  names.sort((a, b) => Number(a === 'CURRENT') - Number(b === 'CURRENT'));
  for (const name of names) await rename(join(from, name), join(to, name));
}

function countBySubLevel(entries: RescuedEntries): Partial<Record<SubLevelName, number>> {
  const counts: Partial<Record<SubLevelName, number>> = {};
  for (const key of entries.keys()) {
    const level = subLevelOf(key);
    if (level !== undefined) counts[level] = (counts[level] ?? 0) + 1;
  }
  return counts;
}
