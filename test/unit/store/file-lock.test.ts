import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFileLock } from '../../../src-main/store/file-lock.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lock: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  lock = join(folder.path, 'tokens.json.lock');
});
afterEach(() => folder.remove());

test('a lock is given back after an action, also after one that fails', async () => {
  const clock = new VirtualClock();
  expect(await withFileLock(lock, clock, () => readdir(folder.path))).toEqual(['tokens.json.lock']);
  await expect(withFileLock(lock, clock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(folder.path)).toEqual([]);
});

test('a lock that another process keeps is waited for, and then named', async () => {
  const clock = new VirtualClock();
  await writeFile(lock, '');
  let refusal: unknown;
  withFileLock(lock, clock, () => Promise.resolve()).catch((error: unknown) => (refusal = error));
  await eventually('the refusal', async () => {
    await clock.advance(1_000);
    return refusal;
  });
  expect(String(refusal)).toContain(`If there is none, remove ${lock}.`);
  expect(clock.monotonic()).toBeGreaterThanOrEqual(5_000);
  expect(await readdir(folder.path)).toEqual(['tokens.json.lock']);
});

test('a folder that is missing is an error at once', async () => {
  const missing = join(folder.path, 'missing', 'lock');
  await expect(withFileLock(missing, new VirtualClock(), () => Promise.resolve())).rejects.toThrow(
    'cannot be created',
  );
});
