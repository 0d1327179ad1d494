/**
 * Reads files that people name. A path may lead to anything: a named pipe would keep the reader waiting, a device would
 * never end, a file may be of any size. Regular files alone are read, and no more of them than a bound.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { EnodeckError } from './errors.ts';

/** Why a file is not read. */
export type FileErrorCode = 'file-missing' | 'file-not-regular' | 'file-too-large' | 'file-unreadable';

/** A file that is not read; the message is a phrase that follows its path, "is a named pipe". */
export class FileError extends EnodeckError<FileErrorCode> {
  constructor(code: FileErrorCode, message: string, options?: ErrorOptions) {
    super('store', code, message, options);
  }
}

/** What was read. */
export interface FileContent {
  readonly bytes: Uint8Array;
  /** Permission bits, `0o600`. */
  readonly mode: number;
}

/** Opening a pipe without this waits for somebody to write; Windows has neither. */
const OPEN_FLAGS = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * The whole content of a regular file.
 * @param maxBytes BOUNDED: a larger file is refused, and no more is ever read
 * @throws FileError
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<FileContent> {
  let file: FileHandle | undefined;
  try {
    // Opening a device can already act on it.
    assertReadable(await stat(path), maxBytes);
    file = await open(path, OPEN_FLAGS);
    const stats = await file.stat();
    assertReadable(stats, maxBytes);
    const bytes = new Uint8Array(Math.min(stats.size, maxBytes) + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return contentOf(bytes, length, stats);
  } catch (cause) {
    throw fileErrorOf(cause);
  } finally {
    await file?.close();
  }
}

/** `readRegularFile` for a program that cannot wait yet. */
export function readRegularFileNow(path: string, maxBytes: number): FileContent {
  let file: number | undefined;
  try {
    assertReadable(statSync(path), maxBytes);
    file = openSync(path, OPEN_FLAGS);
    const stats = fstatSync(file);
    assertReadable(stats, maxBytes);
    const bytes = new Uint8Array(Math.min(stats.size, maxBytes) + 1);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return contentOf(bytes, length, stats);
  } catch (cause) {
    throw fileErrorOf(cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What is at `path` if that is no regular file, as a phrase: "a named pipe". Undefined for a file, where nothing is, and where it cannot be found out. */
export function nonFileAt(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined || stats.isFile() ? undefined : kindOf(stats);
  } catch (error) {
    return isLoop(error) ? LOOP : undefined;
  }
}

const LOOP = 'a symbolic link that leads back to itself';
const isLoop = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ELOOP';

/** One byte more than the file had was asked for, so that one that grows or lies about its size is seen. */
function contentOf(bytes: Uint8Array, length: number, stats: Stats): FileContent {
  if (length === bytes.length) throw new FileError('file-unreadable', 'changes while it is read');
  return { bytes: bytes.slice(0, length), mode: stats.mode & 0o777 };
}

function assertReadable(stats: Stats, maxBytes: number): void {
  if (!stats.isFile()) throw new FileError('file-not-regular', `is ${kindOf(stats)}, not a file`);
  if (stats.size > maxBytes) {
    throw new FileError('file-too-large', `is larger than ${maxBytes.toLocaleString('en')} bytes`);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : 'something else';
}

function fileErrorOf(cause: unknown): FileError {
  if (cause instanceof FileError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return new FileError('file-missing', 'does not exist', { cause });
  if (code === 'ENOTDIR') return new FileError('file-missing', 'lies below a file', { cause });
  if (isLoop(cause)) return new FileError('file-not-regular', `is ${LOOP}, not a file`, { cause });
  if (code === 'EACCES' || code === 'EPERM') {
    return new FileError('file-unreadable', 'may not be read by this user', { cause });
  }
  const reason = code === '' ? 'cannot be read' : `cannot be read (${code})`;
  return new FileError('file-unreadable', reason, { cause });
}
