/** Files that a command writes into the data folder of another user's node, which must be able to read them. */
import { lchown, lstat, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { StoreError } from './errors.ts';

/** User and group of a file. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT = 0;

/**
 * The user who must own new files in a folder: the owner of the folder when this process is root, undefined when it is the owner
 * itself.
 * @param user ID of the user of this process; undefined on Windows
 * @throws StoreError `not-writable` for a folder of somebody else
 */
export async function ownerOf(folder: string, user = process.getuid?.()): Promise<Owner | undefined> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats === undefined || user === undefined || stats.uid === user) return undefined;
  if (user === ROOT) return { uid: stats.uid, gid: stats.gid };
  throw new StoreError(
    'not-writable',
    `The data folder ${folder} belongs to another user (${String(stats.uid)}): run this command as that user, or as root.`,
  );
}

/**
 * Refuses links among paths within a folder of another user, who could lead what root writes elsewhere with them.
 * @throws StoreError `not-writable`
 */
export async function refuseLinks(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if ((await statsOf(path))?.isSymbolicLink() !== true) continue;
    throw new StoreError('not-writable', `${path} is a link: root does not write through links of others.`);
  }
}

/** Gives files and folders to an owner. It leaves out links, files with several names, and what is not there. */
export async function giveTo({ uid, gid }: Owner, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const stats = await statsOf(path);
    const isSafe = stats?.isDirectory() === true || (stats?.isFile() === true && stats.nlink === 1);
    if (isSafe) await lchown(path, uid, gid);
  }
}

const statsOf = async (path: string): Promise<Stats | undefined> => await lstat(path).catch(() => undefined);
