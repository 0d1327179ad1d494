/**
 * Recovery of a damaged database: what can be read goes into a new one, the damaged files are moved to a folder beside
 * it. Nothing is deleted, and nothing is copied, so that a full disk cannot take the only copy. A recovery that was cut
 * short is finished at the next start: the names of the work folders say how far it came.
 */
import { mkdir, readdir, rename, rm, rmdir, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Level } from 'level';
import type { Clock } from '../base/runtime.ts';
import { lockFolder } from './database-lock.ts';
import { StoreError } from './errors.ts';
import { subLevelOf, type SubLevelName } from './keys.ts';
import { isLevelName, readBytes } from './leveldb/folder-files.ts';
import { inspectFolder, type Damage, type Inspection } from './leveldb/inspect.ts';
import { rescueEntries, type RescuedEntries } from './leveldb/rescue.ts';
import { syncFolder } from './replace-file.ts';

/** BOUNDED: our choice. Damaged databases are kept until a person deletes them; beyond this none is repaired. */
export const MAX_KEPT_COPIES = 10;

/** Entries in one write of the new database. */
const BATCH = 1_000;

const BYTES = { keyEncoding: 'view', valueEncoding: 'view' } as const;

/** What a recovery did. */
export interface RecoveryReport {
  /** How many entries of each kind were kept. */
  readonly kept: Readonly<Partial<Record<SubLevelName, number>>>;
  /** What was wrong. */
  readonly damages: readonly Damage[];
  /** Where the damaged files are now. */
  readonly copy: string;
}

/** Names of work folders, beside the database or, where that lies on another file system, in it. */
interface Layout {
  readonly parent: string;
  readonly prefix: string;
}

/** The new database while it is written, incomplete. */
const RESCUING = 'rescuing';
/** The new database, complete; the damaged files are being moved away. */
const RESCUED = 'rescued-';
/** The damaged files are away; the new ones are being moved to their place. */
const INSTALLING = 'installing-';
/** The damaged files. */
const DAMAGED = 'damaged-';

const layoutsOf = (place: string): readonly Layout[] => [
  { parent: dirname(place), prefix: `${basename(place)}.` },
  { parent: place, prefix: '' },
];

const pathIn = ({ parent, prefix }: Layout, name: string): string => join(parent, prefix + name);

/** The folders of damaged databases that are kept of the database at `place`, oldest first. */
export async function keptCopies(place: string): Promise<readonly string[]> {
  const found = await Promise.all(layoutsOf(place).map((layout) => namesIn(layout, DAMAGED)));
  return found.flat().sort();
}

async function namesIn(layout: Layout, start: string): Promise<string[]> {
  const names = await readdir(layout.parent).catch(() => []);
  return names
    .filter((name) => name.startsWith(layout.prefix + start))
    .map((name) => join(layout.parent, name));
}

/** What a recovery is told. */
export interface RecoveryOptions {
  readonly clock: Clock;
  readonly openLevel: (folder: string) => Promise<Level>;
  /** Throws where the entries are not for this program. */
  readonly check: (entries: RescuedEntries) => void;
  /** Why LevelDB refuses a folder in which no damage is found. */
  readonly refusal?: string | undefined;
}

/** Whether a recovery of the database at `place` was cut short. */
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

/** The entries that were read, and why they could not be written anew. */
export class RecoveryFailure extends StoreError {
  readonly entries: RescuedEntries;

  constructor(entries: RescuedEntries, message: string, options?: ErrorOptions) {
    super('database-corrupt', message, options);
    this.entries = entries;
  }
}

/**
 * Makes the database at `place` one that LevelDB can open. Takes LevelDB's lock meanwhile, and looks at the folder again
 * beneath it: what looked damaged may have been another process at work.
 * @returns what was done; undefined when nothing was to be done, or an earlier recovery was finished
 * @throws RecoveryFailure when the new database cannot be written; all files are as they were
 * @throws StoreError `not-readable`, or what LevelDB throws for a locked folder
 */
export async function recoverDatabase(
  place: string,
  options: RecoveryOptions,
): Promise<RecoveryReport | undefined> {
  const lockFile = await readBytes(place, 'LOCK');
  const lockBytes = typeof lockFile === 'string' || lockFile.length === 0 ? undefined : lockFile;
  const report = await recoverLocked(place, lockBytes, options);
  // Closing LOCK ends this process's lock, so that it is emptied last; the copy has what it held.
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
    return { kept: countBySubLevel(entries), damages: found.damages, copy };
  } finally {
    await lock.release();
  }
}

function withRefusal(found: Inspection, refusal: string | undefined): Inspection {
  if (found.state !== 'whole' || refusal === undefined) return found;
  return { state: 'damaged', damages: [{ text: refusal, loses: false }], obsolete: new Set() };
}

/** Writes the new database and puts it in the place of the damaged one. @returns where that is now */
async function install(
  place: string,
  entries: RescuedEntries,
  lockBytes: Uint8Array | undefined,
  { clock, openLevel }: RecoveryOptions,
): Promise<string> {
  const copies = await keptCopies(place);
  if (copies.length >= MAX_KEPT_COPIES) {
    throw new RecoveryFailure(
      entries,
      `The database in ${place} is damaged again, and ${String(copies.length)} damaged copies of it are kept already: check the disk, then delete the copies that you do not need (${copies[0] ?? ''} is the oldest).`,
    );
  }
  try {
    const layout = await chooseLayout(place);
    const time = freeTime(copies, clock);
    await writeNew(pathIn(layout, RESCUING), entries, openLevel);
    const folder = pathIn(layout, RESCUED + time);
    await rename(pathIn(layout, RESCUING), folder);
    await syncFolder(layout.parent);
    await finish(place, { layout, folder, stage: RESCUED });
    const copy = pathIn(layout, DAMAGED + time);
    if (lockBytes !== undefined) await writeFile(join(copy, 'LOCK'), lockBytes);
    return copy;
  } catch (cause) {
    if (cause instanceof RecoveryFailure) throw cause;
    throw new RecoveryFailure(
      entries,
      `The database in ${place} is damaged, and a new one cannot be written beside it.`,
      { cause },
    );
  }
}

/** `2026-11-28T18-05-00Z`, as no name of a kept copy has it. */
function freeTime(copies: readonly string[], clock: Clock): string {
  const time = `${new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const isTaken = (name: string): boolean => copies.some((copy) => copy.endsWith(DAMAGED + name));
  let name = time;
  for (let serial = 2; isTaken(name); serial++) name = `${time}-${String(serial)}`;
  return name;
}

/** Beside the database, unless a file cannot be moved from it to there. */
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

/** Each step may be done again, so that it does not matter where an earlier process was stopped. */
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
 * Moves what is LevelDB's, but for LOCK, which this process holds. What else lies in the folder stays: the user may keep
 * other things there. CURRENT goes last: without it nothing is open.
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

/** What people call the entries of a sub-level; of the others nothing is said. */
const NOUNS: readonly (readonly [SubLevelName, string])[] = [
  ['bans', 'ban'],
  ['sessions', 'past session'],
  ['nodes', 'node'],
];

/** Damages that a sentence names. */
const MAX_NAMED = 5;

/** `Kept: 3 bans, 120 past sessions, 1,240 nodes`. */
export function keptText({ kept }: RecoveryReport): string {
  const parts = NOUNS.map(([level, noun]) => {
    const count = kept[level] ?? 0;
    return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
  });
  return `Kept: ${parts.join(', ')}`;
}

/** `000005.ldb is missing; CURRENT names no MANIFEST`. */
export function damageText({ damages }: RecoveryReport): string {
  const named = damages.slice(0, MAX_NAMED).map(({ text }) => text);
  const more = damages.length - named.length;
  return [...named, ...(more > 0 ? [`${String(more)} more`] : [])].join('; ');
}

/** All of it in a line of the log. */
export function recoveryLine(report: RecoveryReport): string {
  const lost = report.damages.some(({ loses }) => loses)
    ? 'entries in those parts are lost, and what was deleted last may be there again'
    : 'no entry was lost';
  return `The database was damaged and has been repaired (${damageText(report)}). ${keptText(report)}; ${lost}. The damaged files are in ${report.copy}`;
}
