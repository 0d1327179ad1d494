/** Recognizes a full, read-only or failing disk by the error of a write. */
import { freeBytesOf } from './disk-space.ts';
import { systemErrorCode, type DiskFaultCode } from './errors.ts';

/** A fault of the disk. */
export interface DiskFault {
  readonly code: DiskFaultCode;
  /** A phrase for a sentence: `the disk is full`. */
  readonly reason: string;
}

const FULL: DiskFault = { code: 'disk-full', reason: 'the disk is full' };
const OVER_QUOTA: DiskFault = { code: 'disk-full', reason: 'this user’s disk quota is used up' };
const READ_ONLY: DiskFault = { code: 'disk-read-only', reason: 'the file system is read-only' };
const FAILING: DiskFault = { code: 'disk-failing', reason: 'the disk reports an input/output error' };

const BY_ERRNO: Readonly<Record<string, DiskFault>> = {
  ENOSPC: FULL,
  EDQUOT: OVER_QUOTA,
  EROFS: READ_ONLY,
  EIO: FAILING,
};

/** By the text of the system's error, because LevelDB reports no code: strerror of glibc, musl, macOS and Windows. */
const BY_TEXT: readonly (readonly [RegExp, DiskFault])[] = [
  [/no space left|not enough space/i, FULL],
  [/quota exceeded/i, OVER_QUOTA],
  [/read-only file system|write protected/i, READ_ONLY],
  [/input\/output error|i\/o error/i, FAILING],
];

/** Free bytes below which an error of LevelDB with unknown text means a full disk: our choice, less than a write of it. */
const LEAST_FREE_BYTES = 65_536;

/** The disk fault that an error or one of its causes reports; undefined for other errors. */
export function diskFaultOf(error: unknown): DiskFault | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = systemErrorCode(at);
    const byCode = code === undefined ? undefined : BY_ERRNO[code];
    if (byCode !== undefined) return byCode;
    const { message } = at;
    // Other errors may contain such a text in a file name.
    if (code !== 'LEVEL_IO_ERROR') continue;
    const byText = BY_TEXT.find(([text]) => text.test(message))?.[1];
    if (byText !== undefined) return byText;
  }
  return undefined;
}

/** As `diskFaultOf`, and by the free space of `folder`, because the system's errors may be in another language. */
export async function findDiskFault(error: unknown, folder: string): Promise<DiskFault | undefined> {
  const reported = diskFaultOf(error);
  if (reported !== undefined) return reported;
  const free = (await freeBytesOf(folder)) ?? Infinity;
  return free < LEAST_FREE_BYTES ? FULL : undefined;
}
