import type * as Fs from 'node:fs';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { makeFolder } from '../../../src-main/base/make-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The folder that another process creates as soon as its parent exists. */
const other = vi.hoisted(() => ({ folder: '' }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  return {
    ...fs,
    mkdirSync: (path: string, options: object) => {
      fs.mkdirSync(path, options);
      if (join(path, 'data') === other.folder) fs.mkdirSync(other.folder);
    },
  };
});

const folder = await temporaryFolder();
afterAll(() => folder.remove());

test('a folder that another start creates at the same moment is no error', () => {
  other.folder = join(folder.path, 'new', 'data');
  makeFolder(other.folder, 0o700);
  expect(statSync(other.folder).isDirectory()).toBe(true);
});
