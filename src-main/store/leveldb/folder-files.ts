/** Lists and reads the files of a LevelDB folder. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError, systemErrorCode } from '../errors.ts';

/** BOUNDED: bytes of a file, our choice; LevelDB writes tables of 2 MiB and logs of 4 MiB. */
const MAX_FILE_BYTES = 268_435_456;

/** Kinds of files, by name. */
export type FileKind = 'current' | 'manifest' | 'table' | 'log' | 'lock' | 'other';

/** A file of the folder. */
export interface FolderFile {
  readonly name: string;
  readonly kind: FileKind;
  /** File number of manifests, tables and logs; 0 for others. */
  readonly number: number;
  /** Bytes. */
  readonly size: number;
}

/** Other names that LevelDB uses: info logs, temporary files, and tables of older versions. */
const OTHER_OWN_NAME = /^(?:LOG|LOG\.old|[0-9]{1,15}\.dbtmp|[0-9]{1,15}\.sst)$/;

/** Whether a file name is one of LevelDB's; other files in the folder do not belong to the database. */
export function isLevelName(name: string): boolean {
  return kindOf(name).kind !== 'other' || OTHER_OWN_NAME.test(name);
}

/** The bytes of a file, or why they cannot be read. */
export type FileBytes = Uint8Array | 'missing' | 'unreadable';

const NUMBERED: readonly (readonly [FileKind, RegExp])[] = [
  ['manifest', /^MANIFEST-([0-9]{1,15})$/],
  ['table', /^([0-9]{1,15})\.ldb$/],
  ['log', /^([0-9]{1,15})\.log$/],
];

/** The files of a folder; none for a missing folder. @throws StoreError `not-readable` or `not-a-folder` */
export async function listFiles(folder: string): Promise<readonly FolderFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') {
      const message = `${folder} is a file where the folder of the database should be: move it away.`;
      throw new StoreError('not-a-folder', message, { cause: error });
    }
    throw accessError(folder, error);
  });
  const files = await Promise.all(names.map((name) => fileOf(folder, name)));
  return files.filter((file) => file !== undefined);
}

/** Includes folders, pipes and devices with the name of a log or table, because LevelDB would open them. */
async function fileOf(folder: string, name: string): Promise<FolderFile | undefined> {
  const found = await stat(join(folder, name)).catch(() => undefined);
  const named = { name, ...kindOf(name), size: found?.isFile() === true ? found.size : 0 };
  if (found?.isFile() === true) return named;
  return found !== undefined && (named.kind === 'log' || named.kind === 'table') ? named : undefined;
}

function kindOf(name: string): Pick<FolderFile, 'kind' | 'number'> {
  if (name === 'CURRENT') return { kind: 'current', number: 0 };
  if (name === 'LOCK') return { kind: 'lock', number: 0 };
  for (const [kind, pattern] of NUMBERED) {
    const number = pattern.exec(name)?.[1];
    if (number !== undefined) return { kind, number: Number(number) };
  }
  return { kind: 'other', number: 0 };
}

/**
 * Reads a file. An input/output error, a size above the bound, or a folder in its place give `unreadable`.
 * @throws StoreError `not-readable` when this user has no permission to read it
 */
export async function readBytes(folder: string, name: string): Promise<FileBytes> {
  const path = join(folder, name);
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > MAX_FILE_BYTES) return 'unreadable';
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return 'missing';
    if (code === 'EACCES' || code === 'EPERM') throw accessError(path, error);
    return 'unreadable';
  }
}

function accessError(path: string, cause: unknown): StoreError {
  const why = systemErrorCode(cause) ?? 'no reason given';
  return new StoreError(
    'not-readable',
    `${path} cannot be read (${why}): give this user the right to read and write it.`,
    { cause },
  );
}
