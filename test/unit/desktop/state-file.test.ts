import { execFileSync } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readState, writeState } from '../../../src-main/desktop/state-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const schema = z.object({ count: z.int() });
const file = join(folder.path, 'state.json');

test('a state is read by the next run, and only this user can read it', async () => {
  expect(readState(file, schema, 100)).toBeUndefined();
  writeState(file, { count: 3 });
  expect(readState(file, schema, 100)).toEqual({ count: 3 });
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each(['', 'no JSON', 'null', '{"count":"3"}', `{"count":3}${' '.repeat(100)}`])(
  'an invalid file counts as none: %j',
  async (text) => {
    await writeFile(file, text);
    expect(readState(file, schema, 100)).toBeUndefined();
  },
);

test('a place that cannot be written is no error', () => {
  writeState(folder.path, { count: 1 });
  writeState(join(folder.path, 'no', 'folder'), { count: 1 });
  expect(readState(folder.path, schema, 100)).toBeUndefined();
});

test.skipIf(process.platform === 'win32')('a pipe is left alone', () => {
  const pipe = join(folder.path, 'pipe');
  execFileSync('mkfifo', [pipe]);
  writeState(pipe, { count: 1 });
  expect(readState(pipe, schema, 100)).toBeUndefined();
});
