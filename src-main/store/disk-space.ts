import { statfs } from 'node:fs/promises';

/** Free bytes for this user on the disk of a folder; undefined when the system does not say. Never rejects. */
export async function freeBytesOf(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
