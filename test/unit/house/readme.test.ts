import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SETTING_KEYS, SETTINGS } from '../../../shared/settings-table.ts';

const README = join(import.meta.dirname, '../../../README.md');

test('the README has the flag of every setting in its table', async () => {
  const rows = (await readFile(README, 'utf8')).split('\n').filter((line) => line.startsWith('| `--'));
  const named = rows.flatMap((row) => [...row.matchAll(/`(--[a-z0-9.]+)/g)].map((match) => match[1]));
  expect(SETTING_KEYS.map((key) => SETTINGS[key].flag).filter((flag) => !named.includes(flag))).toEqual([]);
});
