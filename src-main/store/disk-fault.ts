/** Tells a full, read-only or failing disk from other failures of a write. */
import { statfs } from 'node:fs/promises';
import { systemErrorCode, type DiskFaultCode } from './errors.ts';

/** What is wrong with the disk, in words that go into a sentence. */
export interface DiskFault {
  readonly code: DiskFaultCode;
  /** `the disk is full`. */
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

/** LevelDB hands on the text of the system's error alone: strerror of glibc, musl, macOS and Windows. */
const BY_TEXT: readonly (readonly [RegExp, DiskFault])[] = [
  [/no space left|not enough space/i, FULL],
  [/quota exceeded/i, OVER_QUOTA],
  [/read-only file system|write protected/i, READ_ONLY],
  [/input\/output error|i\/o error/i, FAILING],
];

/** With fewer bytes free than LevelDB makes at once, an error of it without a known text is that the disk is full. */
const LEAST_FREE_BYTES = 65_536;

/** Whose code or text names a fault of the disk; undefined where none does. */
export function diskFaultOf(error: unknown): DiskFault | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = systemErrorCode(at);
    const byCode = code === undefined ? undefined : BY_ERRNO[code];
    if (byCode !== undefined) return byCode;
    const { message } = at;
    // Other errors may carry such words in a file's name.
    if (code !== 'LEVEL_IO_ERROR') continue;
    const byText = BY_TEXT.find(([text]) => text.test(message))?.[1];
    if (byText !== undefined) return byText;
  }
  return undefined;
}

/** As `diskFaultOf`; where the system words its errors in another language, the free space is looked at. */
export async function findDiskFault(error: unknown, folder: string): Promise<DiskFault | undefined> {
  const told = diskFaultOf(error);
  if (told !== undefined) return told;
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Infinity,
  );
  return free < LEAST_FREE_BYTES ? FULL : undefined;
}
