/** Writing a small file so that it is whole or not there, and on disk when that is said. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Only the owner reads and writes what Enodeck keeps. */
const FILE_MODE = 0o600;

/** Replaces a file in one step; done when the disk has it. Rejects with the system's error, and the file is as it was. */
export type ReplaceFile = (file: string, text: string) => Promise<void>;

/** The system's own. */
export const replaceFile: ReplaceFile = async (file, text) => {
  await writeFileAtomic(file, text, { mode: FILE_MODE });
  await syncFolder(dirname(file));
};

/** A rename outlives a power cut once its folder is on disk. Windows has no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
