import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Theme } from '../../../shared/model/theme.ts';
import { ThemeChoice } from '../../../src-main/desktop/theme-choice.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let file: string;
let native: { themeSource: Theme };
let choice: ThemeChoice;

beforeEach(async () => {
  const folder = await temporaryFolder();
  onTestFinished(() => folder.remove());
  file = join(folder.path, 'theme.json');
  native = { themeSource: 'system' };
  choice = new ThemeChoice(native, () => folder.path);
});

test('uses a choice at once, and in the next run', async () => {
  choice.choose('light');
  expect(native.themeSource).toBe('light');
  native.themeSource = 'system';
  choice.restore();
  expect(native.themeSource).toBe('light');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ theme: 'light' });
});

test('saves the system’s theme too after another one', () => {
  choice.choose('dark');
  choice.choose('system');
  native.themeSource = 'dark';
  choice.restore();
  expect(native.themeSource).toBe('system');
});

test('writes nothing when the page repeats the choice', async () => {
  choice.choose('system');
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each(['', '{"theme":"pink"}', '["dark"]', `{"theme":"dark","x":"${'x'.repeat(1_024)}"}`])(
  'takes the system’s theme where the file has %j',
  async (text) => {
    await writeFile(file, text);
    native.themeSource = 'dark';
    choice.restore();
    expect(native.themeSource).toBe('system');
  },
);
