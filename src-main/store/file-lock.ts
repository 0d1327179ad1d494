import { open, rm } from 'node:fs/promises';
import { describeError } from '../base/errors.ts';
import type { Clock } from '../base/runtime.ts';
import { StoreError, systemErrorCode } from './errors.ts';

/** Time between two attempts, milliseconds. */
const RETRY_MS = 20;
/** Time after which an attempt is given up, milliseconds: who holds the lock reads and writes one small file. */
const WAIT_MS = 5_000;

/**
 * Runs an action while a lock file is there that this process has created: one process at a time.
 * @returns the result of `act` @throws StoreError `not-writable`, and what `act` throws
 */
export async function withFileLock<Result>(
  lock: string,
  clock: Clock,
  act: () => Promise<Result>,
): Promise<Result> {
  await create(lock, clock);
  try {
    return await act();
  } finally {
    await rm(lock, { force: true });
  }
}

async function create(lock: string, clock: Clock): Promise<void> {
  const end = clock.monotonic() + WAIT_MS;
  while (!(await createNow(lock))) {
    if (clock.monotonic() >= end) {
      throw new StoreError(
        'not-writable',
        `Another process is about to change the file beside ${lock}. If there is none, remove ${lock}.`,
      );
    }
    await new Promise<void>((resolve) => {
      clock.after(RETRY_MS, resolve);
    });
  }
}

/** Whether the file was created: false when it is there already. */
async function createNow(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (cause) {
    if (systemErrorCode(cause) === 'EEXIST') return false;
    throw new StoreError('not-writable', `${lock} cannot be created (${describeError(cause)}).`, { cause });
  }
}
