/** Opens a database: inspects its files first, and recovers it when they are damaged. */
import { join } from 'node:path';
import { Level } from 'level';
import { describeError } from '../base/errors.ts';
import { nonFileAt } from '../base/regular-file.ts';
import type { Clock } from '../base/runtime.ts';
import {
  isRecoveryUnfinished,
  recoverDatabase,
  RecoveryFailure,
  setAside,
  type RecoveryReport,
} from './database-recovery.ts';
import { findDiskFault } from './disk-fault.ts';
import { StoreError, systemErrorCode } from './errors.ts';
import { HeldEntries } from './held-entries.ts';
import { inspectFolder } from './leveldb/inspect.ts';
import { rescueEntries, type RescuedEntries } from './leveldb/rescue.ts';

/** Opens LevelDB. Tests inject faults here. */
export type OpenLevel = (folder: string) => Promise<Level>;

/** Options of `openBacking`. */
export interface OpenerOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly openLevel: OpenLevel;
  /** Checks and migrates the schema of an opened database. */
  readonly prepare: (level: Level) => Promise<void>;
  /** Throws when the entries have an unknown schema version. */
  readonly check: (entries: RescuedEntries) => void;
}

/** An open LevelDB, or the entries that could be read while it cannot be opened for writing. */
export type Backing =
  | { readonly kind: 'level'; readonly level: Level }
  | { readonly kind: 'held'; readonly entries: HeldEntries; readonly refusal: StoreError };

/** The result of `openBacking`. */
export interface Opened {
  readonly backing: Backing;
  /** The report of a recovery; undefined when none was needed. */
  readonly recovery: RecoveryReport | undefined;
}

/** Opens LevelDB with UTF-8 keys and values. Rejects with the errors of `level`. */
export async function openLevel(folder: string): Promise<Level> {
  const level = new Level(folder, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
  await level.open();
  return level;
}

/**
 * Opens or creates the database, and recovers it when it is damaged. When it cannot be repaired, its files are moved to a
 * folder beside it and an empty database replaces it. When the disk cannot be written, the entries are read into memory and
 * every write is refused with the reason.
 * @throws StoreError `folder-in-use`, `database-foreign`, `not-readable`, `not-a-folder`, `not-a-file`, `not-writable`, or
 *   `database-corrupt` for a folder without files that LevelDB refuses, and errors of `check`; the files are not changed
 */
export async function openBacking(options: OpenerOptions): Promise<Opened> {
  const { folder } = options;
  assertLockFile(folder);
  let recovery: RecoveryReport | undefined;
  try {
    recovery = await recoverIfDamaged(options);
    return { backing: await openPrepared(options), recovery };
  } catch (error) {
    if (error instanceof RecoveryFailure) return await openUnrepaired(options, error);
    if (error instanceof StoreError) throw error;
    const code = levelCodeOf(error);
    if (code === 'LEVEL_LOCKED') throw inUse(folder, error);
    if (code !== 'LEVEL_CORRUPTION') return { backing: await holdUnwritable(folder, error), recovery };
    return recovery === undefined
      ? await openRefused(options, error)
      : await openReplaced(options, error, recovery);
  }
}

/** Asserts that LOCK is a file: LevelDB's error for anything else has neither the path nor the reason. @throws StoreError */
function assertLockFile(folder: string): void {
  const file = join(folder, 'LOCK');
  const kind = nonFileAt(file);
  if (kind === undefined) return;
  const message = `${file} is ${kind}, where the database has its lock file: move it away, or choose another folder for the database. It was left as it is.`;
  throw new StoreError('not-a-file', message);
}

async function openPrepared({ folder, openLevel, prepare }: OpenerOptions): Promise<Backing> {
  const level = await openLevel(folder);
  try {
    await prepare(level);
    return { kind: 'level', level };
  } catch (error) {
    await level.close();
    throw error;
  }
}

/** The code of LevelDB or of the operating system in an error of package `level`. */
export function levelCodeOf(error: unknown): string | undefined {
  return error instanceof Error ? (systemErrorCode(error.cause) ?? systemErrorCode(error)) : undefined;
}

async function recoverIfDamaged(options: OpenerOptions): Promise<RecoveryReport | undefined> {
  const { folder } = options;
  if (await isRecoveryUnfinished(folder)) await recoverDatabase(folder, options);
  const { state } = await inspectFolder(folder);
  if (state === 'foreign') throw foreign(folder);
  return state === 'damaged' ? await recoverDatabase(folder, options) : undefined;
}

/** Recovers a database that LevelDB reports as corrupt although the inspection found no damage. */
async function openRefused(options: OpenerOptions, refusal: unknown): Promise<Opened> {
  let recovery: RecoveryReport | undefined;
  try {
    recovery = await recoverDatabase(options.folder, { ...options, refusal: reasonOf(refusal) });
    return { backing: await openPrepared(options), recovery };
  } catch (error) {
    if (error instanceof RecoveryFailure) return await openUnrepaired(options, error);
    if (error instanceof StoreError) throw error;
    const code = levelCodeOf(error);
    if (code === 'LEVEL_LOCKED') throw inUse(options.folder, error);
    if (code === 'LEVEL_CORRUPTION') return await openReplaced(options, error, recovery);
    return { backing: await holdUnwritable(options.folder, error), recovery };
  }
}

/** A fault of the disk or of the rights may end: the entries are held in memory until a repair succeeds. */
async function openUnrepaired(options: OpenerOptions, failure: RecoveryFailure): Promise<Opened> {
  const code = levelCodeOf(failure.cause);
  const isOfSystem =
    (code !== undefined && (/^E[A-Z0-9]+$/.test(code) || code === 'LEVEL_IO_ERROR')) ||
    (await findDiskFault(failure.cause, options.folder)) !== undefined;
  if (isOfSystem) return { backing: await holdRescued(options.folder, failure), recovery: undefined };
  return await openReplaced(options, failure, undefined);
}

/**
 * Moves a database that cannot be repaired aside and opens an empty one. Where this fails too, the readable entries are held
 * in memory.
 * @param recovery the recovery after which LevelDB refused the database
 */
async function openReplaced(
  options: OpenerOptions,
  refusal: unknown,
  recovery: RecoveryReport | undefined,
): Promise<Opened> {
  const { folder, clock } = options;
  const damages = [...(recovery?.damages ?? []), { text: reasonOf(refusal), loses: true }];
  // The folder of the first recovery has the files as they were before it.
  const reportOf = (copy: string): RecoveryReport => ({ kept: {}, damages, copy, replaced: true });
  let copy = recovery?.copy;
  try {
    const aside = await setAside(folder, clock);
    copy ??= aside;
    return {
      backing: await openPrepared(options),
      recovery: copy === undefined ? undefined : reportOf(copy),
    };
  } catch (cause) {
    if (levelCodeOf(cause) === 'LEVEL_LOCKED') throw inUse(folder, cause);
    const message = `The database in ${folder} is damaged and cannot be repaired.`;
    if (copy === undefined) {
      if (refusal instanceof RecoveryFailure)
        return { backing: await holdRescued(folder, refusal), recovery: undefined };
      throw new StoreError('database-corrupt', message, { cause });
    }
    const entries = await rescueEntries(copy, { obsolete: new Set() });
    const failure = new RecoveryFailure(entries, message, { cause });
    return { backing: await holdRescued(folder, failure), recovery: reportOf(copy) };
  }
}

/** Holds the entries of a failed recovery in memory. */
async function holdRescued(folder: string, failure: RecoveryFailure): Promise<Backing> {
  const fault = await findDiskFault(failure.cause, folder);
  const why = fault?.reason ?? reasonOf(failure.cause);
  const message = `${failure.message.slice(0, -1)} (${why}). No entry was deleted, and nothing new is saved until it can be repaired.`;
  const refusal = new StoreError(fault?.code ?? 'database-corrupt', message, { cause: failure });
  return { kind: 'held', entries: new HeldEntries(failure.entries), refusal };
}

/** Reads the entries of a database on a disk that cannot be written. @throws StoreError `not-writable` for other errors */
async function holdUnwritable(folder: string, cause: unknown): Promise<Backing> {
  const fault = await findDiskFault(cause, folder);
  if (fault === undefined) {
    throw new StoreError('not-writable', `The database in ${folder} cannot be opened (${reasonOf(cause)}).`, {
      cause,
    });
  }
  const entries = new HeldEntries(await rescueEntries(folder, { obsolete: new Set() }));
  return { kind: 'held', entries, refusal: unwritable(folder, fault.code, fault.reason, cause) };
}

/** The error of a refused write. */
export function unwritable(
  folder: string,
  code: StoreError['code'],
  reason: string,
  cause: unknown,
): StoreError {
  return new StoreError(
    code,
    `The database in ${folder} cannot be written: ${reason}. What was saved before is kept.`,
    { cause },
  );
}

/** The message of an error of package `level`, or of its cause, which is more specific. */
export function reasonOf(error: unknown): string {
  return describeError(error instanceof Error ? (error.cause ?? error) : error);
}

function inUse(folder: string, cause: unknown): StoreError {
  return new StoreError('folder-in-use', `Another process uses this data folder: ${folder}.`, { cause });
}

function foreign(folder: string): StoreError {
  return new StoreError(
    'database-foreign',
    `The database in ${folder} is another program’s: choose another folder. It was left as it is.`,
  );
}
