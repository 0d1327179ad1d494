import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { saveReport } from '../../../src-main/desktop/report-saver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const FILES = [{ name: 'readme.txt', text: 'text' }];

async function save(target: string | undefined, files = () => Promise.resolve(FILES)): Promise<string[][]> {
  const told: string[][] = [];
  await saveReport({
    ...{ files, folder: '/downloads', now: () => Date.UTC(2026, 10, 29) },
    windows: {
      chooseTarget: (...asked) => {
        told.push(asked);
        return Promise.resolve(target);
      },
      tell: (...texts) => {
        told.push(texts);
        return Promise.resolve();
      },
    },
  });
  return told;
}

test('the bundle is saved where the user chooses, for the user alone, and a dialog says what is in it', async () => {
  const path = join(folder.path, 'report.zip');
  const [asked, told] = await save(path);
  expect(asked?.[1]).toBe(join('/downloads', 'enodeck-report-20261129-000000.zip'));
  const files = unzipSync(new Uint8Array(await readFile(path)));
  expect(strFromU8(files['readme.txt'] ?? new Uint8Array())).toBe('text');
  expect((await stat(path)).mode & 0o077).toBe(0);
  expect(told?.[0]).toBe('info');
  expect(told?.[2]).toContain(path);
  expect(told?.[2]).toContain('readme.txt');
});

test('nothing is saved or said when the user cancels', async () => {
  expect(await save(undefined)).toHaveLength(1);
});

test.each([
  ['a target that cannot be written', join(folder.path, 'none', 'report.zip'), undefined, 'ENOENT'],
  ['data that is not open', undefined, () => Promise.reject(new Error('not open yet')), 'not open yet'],
])('a failure is said with its reason: %s', async (_name, target, files, reason) => {
  const told = await save(target, files);
  expect(told.at(-1)?.slice(0, 2)).toEqual(['error', 'The diagnostic bundle was not saved']);
  expect(told.at(-1)?.[2]).toContain(reason);
});
