import { existsSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** The process that has a data folder open, by the lock of Electron. */
export async function processOf(dataFolder: string): Promise<number | undefined> {
  const lock = await readlink(join(dataFolder, 'desktop', 'SingletonLock')).catch(() => '');
  return Number(/-(\d+)$/.exec(lock)?.[1]) || undefined;
}

/** Ends a process that is no child of this one. */
export async function endProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  await eventually('it ends', () => Promise.resolve(existsSync(`/proc/${String(pid)}`) ? undefined : true));
}
