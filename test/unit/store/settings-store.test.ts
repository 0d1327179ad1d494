import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, SettingsStore } from '../../../src-main/store/settings-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'settings.json');
});
afterEach(() => folder.remove());

describe('the settings', () => {
  it('are the defaults where there is no file, and none is made', async () => {
    const store = await SettingsStore.open(file);
    expect(store.current()).toEqual(DEFAULT_SETTINGS);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('survive a restart, in a file that people can read and only the owner may', async () => {
    const store = await SettingsStore.open(file);
    const seen: number[] = [];
    store.onChange(({ maxPeers }) => seen.push(maxPeers));
    await Promise.all([store.update({ maxPeers: 12 }), store.update({ logLevel: 'debug' })]);
    expect(seen).toEqual([12, 12]);
    expect((await SettingsStore.open(file)).current()).toEqual({
      ...DEFAULT_SETTINGS,
      maxPeers: 12,
      logLevel: 'debug',
    });
    expect(await readFile(file, 'utf8')).toContain('"version": 1,\n  "maxPeers": 12,\n');
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('take what the file leaves out from the defaults', async () => {
    await writeFile(file, '{ "version": 1, "dialRatio": 2 }');
    expect((await SettingsStore.open(file)).current()).toEqual({ ...DEFAULT_SETTINGS, dialRatio: 2 });
  });

  it.each([
    ['{\n  "version": 1,\n  "maxPeers": -1\n}', 3, 'invalid-value', /"maxPeers": too small/i],
    ['{\n  "version": 1,\n  "maxPears": 5\n}', 3, 'invalid-value', /"maxPears" is not a setting/],
    ['{\n  "version": 1,\n  "maxPeers": 5,\n}', 4, 'invalid-json', /a name in double quotes/],
    ['{\n  "version": 2\n}', 2, 'newer-version', /version 2 is not one that this Enodeck knows/],
    ['{\n  "maxPeers": 5\n}', 1, 'invalid-value', /"version": 1/],
    ['[]', 1, 'invalid-value', /must be an object/],
  ])('of %j are refused with the line, and the file stays as it is', async (text, line, code, reason) => {
    await writeFile(file, text);
    await expect(SettingsStore.open(file)).rejects.toMatchObject({
      line,
      code,
      reason: expect.stringMatching(reason) as string,
    });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('are refused when the file is absurdly large', async () => {
    await writeFile(file, `{"version": 1}${' '.repeat(70_000)}`);
    await expect(SettingsStore.open(file)).rejects.toMatchObject({ code: 'too-large' });
  });

  it('stay as they were when the file cannot be written', async () => {
    const store = await SettingsStore.open(join(folder.path, 'no', 'such', 'settings.json'));
    await expect(store.update({ maxPeers: 3 })).rejects.toMatchObject({ code: 'not-writable' });
    expect(store.current()).toEqual(DEFAULT_SETTINGS);
  });
});
