/**
 * Reads files at paths that the user configures. A named pipe would block the reader, a device may have no end, and a file
 * may have any size: only regular files are read, up to a maximum size.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { formatNumber } from '../../shared/format.ts';
import { EnodeckError } from './errors.ts';

/** Error codes of FileError. */
export type FileErrorCode = 'file-missing' | 'file-not-regular' | 'file-too-large' | 'file-unreadable';

/** A file that was not read; the message is a phrase that follows its path: "is a named pipe, not a file". */
export class FileError extends EnodeckError<FileErrorCode> {
  constructor(code: FileErrorCode, message: string, options?: ErrorOptions) {
    super('store', code, message, options);
  }
}

/** Content and mode of a file. */
export interface FileContent {
  readonly bytes: Uint8Array;
  /** Permission bits, `0o600`. */
  readonly mode: number;
}

/** Without O_NONBLOCK, opening a named pipe blocks until a writer opens it. Windows has neither. */
const OPEN_FLAGS = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * Reads a regular file.
 * @param maxBytes BOUNDED: a larger file is refused, and no more bytes are read
 * @throws FileError
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<FileContent> {
  let file: FileHandle | undefined;
  try {
    // Before `open`, because opening a device can have effects.
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

/** A regular file that is read piece by piece. */
export interface OpenFile {
  readonly path: string;
  /** Bytes at the time of opening. */
  readonly size: number;
  /**
   * The `length` bytes at `offset`, in a new array.
   * @throws FileError, also when the file ends before them
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a regular file of any size. @throws FileError */
export async function openRegularFile(path: string): Promise<OpenFile> {
  let file: FileHandle | undefined;
  try {
    assertReadable(await stat(path), Infinity);
    const handle = await open(path, OPEN_FLAGS);
    file = handle;
    const stats = await handle.stat();
    assertReadable(stats, Infinity);
    return {
      path,
      size: stats.size,
      read: (offset, length) => readPiece(handle, offset, length),
      close: () => handle.close(),
    };
  } catch (cause) {
    await file?.close();
    throw fileErrorOf(cause);
  }
}

async function readPiece(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  try {
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw new FileError('file-unreadable', 'changes while it is read');
      filled += bytesRead;
    }
    return bytes;
  } catch (cause) {
    throw fileErrorOf(cause);
  }
}

/** Synchronous `readRegularFile`, for use during startup. @throws FileError */
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

/** What a path is, as a phrase: "a named pipe". Undefined for a regular file, and for a missing or inaccessible path. */
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

/** The callers request one byte more than the size: a full buffer means that the file grew or reported a wrong size. */
function contentOf(bytes: Uint8Array, length: number, stats: Stats): FileContent {
  if (length === bytes.length) throw new FileError('file-unreadable', 'changes while it is read');
  return { bytes: bytes.slice(0, length), mode: stats.mode & 0o777 };
}

function assertReadable(stats: Stats, maxBytes: number): void {
  if (!stats.isFile()) throw new FileError('file-not-regular', `is ${kindOf(stats)}, not a file`);
  if (stats.size > maxBytes) {
    throw new FileError('file-too-large', `is larger than ${formatNumber(maxBytes)} bytes`);
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
