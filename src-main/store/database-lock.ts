/** LevelDB's lock of a folder, taken without opening the database in it. */
import { link, mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';

/** A held lock. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of the database in `folder`: a database in a temporary folder is opened whose LOCK is the folder's own.
 * LevelDB locks the file that the link leads to, so that no other process opens the folder meanwhile.
 * @throws what LevelDB throws, with the code LEVEL_LOCKED where another process has it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'LOCK');
  await (await open(file, 'a')).close();
  // A hard link needs the same file system, a symbolic one needs rights that Windows rarely gives.
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

/** A new folder at the first of these places where one can be made: a system may have no temporary folder to write to. */
async function makeGuard([place = '', ...others]: readonly string[]): Promise<string> {
  try {
    return await mkdtemp(place);
  } catch (error) {
    if (others.length === 0) throw error;
    return await makeGuard(others);
  }
}
