import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_TOKENS, readTokens, writeTokens, type StoredToken } from '../../../src-main/store/token-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOKEN: StoredToken = {
  ...{ name: 'scripts', right: 'operate', created: '2026-01-31T12:00:00.000Z', sha256: 'ab'.repeat(32) },
};
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'tokens.json');
});

afterEach(() => folder.remove());

test('tokens are read as they were written, by their owner only', async () => {
  expect(await readTokens(file)).toEqual([]);
  await writeTokens(file, [TOKEN]);
  expect(await readTokens(file)).toEqual([TOKEN]);
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each([
  ['a token itself', [{ ...TOKEN, token: 'secret' }], '"tokens.0.token"'],
  ['a right that there is not', [{ ...TOKEN, right: 'root' }], '"tokens.0.right"'],
  ['a hash of another length', [{ ...TOKEN, sha256: 'ab' }], '"tokens.0.sha256"'],
  ['a name with a space', [{ ...TOKEN, name: 'a b' }], '"tokens.0.name"'],
  [
    'the name of the token in the address',
    [{ ...TOKEN, name: 'page' }],
    '"tokens.0.name" must not be "page"',
  ],
  ['a name twice', [TOKEN, TOKEN], 'each name once'],
  [
    'too many tokens',
    Array.from({ length: MAX_TOKENS + 1 }, (_, at) => ({ ...TOKEN, name: String(at) })),
    '"tokens"',
  ],
])('a file with %s is refused', async (_, tokens, reason) => {
  await writeFile(file, JSON.stringify({ version: 1, tokens }));
  await expect(readTokens(file)).rejects.toThrow(reason);
});
