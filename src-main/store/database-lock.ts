/** Takes LevelDB's lock of a folder without opening the database in it. */
import { link, mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';

/** A held lock. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of the database in `folder`: opens a database in a temporary folder whose LOCK is a link to the LOCK of
 * `folder`. LevelDB locks the target of the link, so that no other process can open `folder`.
 * @throws errors of LevelDB; code LEVEL_LOCKED when another process has the lock
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'LOCK');
  await (await open(file, 'a')).close();
  // A hard link needs the same file system; a symbolic link needs a privilege that few users of Windows have.
  const isWindows = process.platform === 'win32';
  const guard = await makeGuard([
    ...(isWindows ? [] : [join(tmpdir(), 'enodeck-lock-')]),
    `${folder}.lock-`,
    join(folder, 'lock-'),
  ]);
  const remove = (): Promise<void> => rm(guard, { recursive: true, force: true });
  let level: Level | undefined;
  try {
    await (isWindows ? link : symlink)(file, join(guard, 'LOCK'));
    level = new Level(guard);
    await level.open();
  } catch (error) {
    await level?.close();
    await remove();
    throw error;
  }
  const held = level;
  return {
    release: async () => {
      await held.close();
      await remove();
    },
  };
}

/** Makes a folder at the first path where it succeeds: the system's temporary folder may not be writable. */
async function makeGuard([place = '', ...others]: readonly string[]): Promise<string> {
  try {
    return await mkdtemp(place);
  } catch (error) {
    if (others.length === 0) throw error;
    return await makeGuard(others);
  }
}
