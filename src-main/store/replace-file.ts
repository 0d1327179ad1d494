/** Replaces small files atomically and durably. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Owner } from './folder-owner.ts';

/** Only the owner may read and write the file. */
const FILE_MODE = 0o600;

/** Replaces a file atomically. Resolves after it is on disk; rejects with the system's error, and the file is unchanged. */
export type ReplaceFile = (file: string, text: string) => Promise<void>;

/** The implementation of ReplaceFile on the file system. */
export const replaceFile: ReplaceFile = (file, text) => replaceFileFor(undefined, file, text);

/** Replaces a file as ReplaceFile does; the file belongs to `owner`, if one is given. Only root can give it to another user. */
export async function replaceFileFor(owner: Owner | undefined, file: string, text: string): Promise<void> {
  await writeFileAtomic(file, text, { mode: FILE_MODE, ...(owner && { chown: { ...owner } }) });
  await syncFolder(dirname(file));
}

/** Syncs a folder, so that renames in it survive a power failure. Does nothing on Windows, which cannot sync folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
