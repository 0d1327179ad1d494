import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'settings.json');
});
afterEach(() => folder.remove());

describe('the saved settings', () => {
  it('are empty without a file, and no file is created', async () => {
    const store = await SettingsStore.open(file);
    expect(store.saved()).toEqual({});
    expect(SettingsStore.readNow(file)).toEqual({});
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are loaded after a restart, from a readable file that only the owner may access', async () => {
    const store = await SettingsStore.open(file);
    const changed = await Promise.all([
      store.update({ logLevel: 'debug' }),
      store.update({ maxPeers: 12, netRestrict: ['10.0.0.0/8'] }),
    ]);
    expect(changed).toEqual([['logLevel'], ['netRestrict', 'maxPeers']]);
    const saved = { maxPeers: 12, logLevel: 'debug', netRestrict: ['10.0.0.0/8'] };
    expect((await SettingsStore.open(file)).saved()).toEqual(saved);
    expect(SettingsStore.readNow(file)).toEqual(saved);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 2, ...saved });
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  describe('that are read again', () => {
    const accept = (): Promise<void> => Promise.resolve();
    const write = (settings: object): Promise<void> =>
      writeFile(file, JSON.stringify({ version: 2, ...settings }));

    it('have what the user has edited, and report the keys that count here', async () => {
      const store = await SettingsStore.open(file);
      await store.update({ maxPeers: 12, logLevel: 'debug' });
      await write({ maxPeers: 20, snap: true });
      const seen: unknown[] = [];
      const keys = await store.reload(
        ['maxPeers', 'logLevel', 'port'],
        async (change) => void seen.push(change),
      );
      expect(keys).toEqual(['maxPeers', 'logLevel']);
      expect(seen).toEqual([{ maxPeers: 20, logLevel: undefined }]);
      expect(store.saved()).toEqual({ maxPeers: 20, snap: true });
      expect(await store.reload(['maxPeers'], accept)).toEqual([]);
      expect(seen).toHaveLength(1);
    });

    it('stay when the file is invalid, refused by the check, or gone', async () => {
      const store = await SettingsStore.open(file);
      await store.update({ maxPeers: 12 });
      await write({ maxPeers: 'many' });
      await expect(store.reload(['maxPeers'], accept)).rejects.toMatchObject({ member: 'maxPeers', line: 1 });
      await write({ maxPeers: 20 });
      const refuse = (): Promise<void> => Promise.reject(new Error('no'));
      await expect(store.reload(['maxPeers'], refuse)).rejects.toThrow('no');
      await rm(file);
      expect(await store.reload(['maxPeers'], accept)).toEqual([]);
      expect(store.saved()).toEqual({ maxPeers: 12 });
    });
  });

  it('contain only settings that were set, also when the value is the default', async () => {
    const store = await SettingsStore.open(file);
    expect(await store.update({ maxPeers: 50, dialRatio: 2 })).toEqual(['maxPeers', 'dialRatio']);
    expect(await store.update({ maxPeers: 50 })).toEqual([]);
    expect(await store.reset(['dialRatio', 'port'])).toEqual(['dialRatio']);
    expect(store.saved()).toEqual({ maxPeers: 50 });
  });

  it('keep changes that the user or another process made to the file', async () => {
    const store = await SettingsStore.open(file);
    await store.update({ maxPeers: 12 });
    await writeFile(file, '{ "version": 2, "maxPeers": 12, "port": 30310 }');
    expect(await store.update({ dialRatio: 5 })).toEqual(['dialRatio', 'port']);
    expect(store.saved()).toEqual({ maxPeers: 12, port: 30310, dialRatio: 5 });
    await writeFile(file, '{ "version": 2, "maxPeers": true }');
    await expect(store.update({ dialRatio: 6 })).rejects.toMatchObject({ code: 'invalid-value' });
    expect(await readFile(file, 'utf8')).toContain('true');
    expect(store.saved()).toMatchObject({ maxPeers: 12, dialRatio: 5 });
  });

  it('of version 1 are migrated: one limit becomes two, and defaults are removed', async () => {
    const values = { maxPendingPeers: 50, dialRatio: 3, dynamicDials: true, acceptPreEip8: false };
    await writeFile(file, JSON.stringify({ version: 1, maxPeers: 12, ...values, logLevel: 'debug' }));
    expect((await SettingsStore.open(file)).saved()).toEqual({ maxPeers: 12, logLevel: 'debug' });
    await writeFile(file, '{ "version": 1, "maxPendingPeers": 9 }');
    const store = await SettingsStore.open(file);
    expect(store.saved()).toEqual({ maxPendingInbound: 9, maxPendingOutbound: 9 });
    await store.update({ maxPeers: 3 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      version: 2,
      maxPeers: 3,
      maxPendingInbound: 9,
      maxPendingOutbound: 9,
    });
  });

  it.each([
    [
      '{\n  "version": 2,\n  "maxPeers": -1\n}',
      3,
      'invalid-value',
      /"maxPeers" must be a whole number from 0 to 10000/,
    ],
    ['{\n  "version": 2,\n  "snap": "true"\n}', 3, 'invalid-value', /"snap" must be true or false/],
    ['{\n  "version": 2,\n  "nodeKey": 7\n}', 3, 'invalid-value', /"nodeKey" must be text/],
    [
      '{\n  "version": 2,\n  "network": "mainet"\n}',
      3,
      'invalid-value',
      /"network" must be mainnet or sepolia/,
    ],
    [
      '{\n  "version": 2,\n  "maxPears": 5\n}',
      3,
      'invalid-value',
      /"maxPears" is not a name that this Enodeck knows/,
    ],
    ['{\n  "version": 2,\n  "maxPeers": 5,\n}', 3, 'invalid-json', /the comma before }/],
    ['{\n  "version": 3\n}', 2, 'newer-version', /version 3 is not one that this Enodeck knows/],
    ['{\n  "maxPeers": 5\n}', 1, 'invalid-value', /"version": 2/],
    ['[]', 1, 'invalid-value', /must be an object/],
    [
      '{\n"version": 1,\n"maxPendingPeers": 0\n}',
      3,
      'invalid-value',
      /"maxPendingPeers" is not a name that this Enodeck knows/,
    ],
    ['{"version": 2,\n"addresses": ["::",\n"nowhere"]}', 3, 'invalid-value', /"addresses.1" must be an IP/],
    ['{"version": 2,\n"addresses": ["::1", "::"]}', 2, 'invalid-value', /at most one address per family/],
    ['{"version": 2,\n"netRestrict": ["10.0.0.0"]}', 2, 'invalid-value', /must be a network such as/],
    ['{"version": 2,\n"nat": "extip:0.0.0.0"}', 2, 'invalid-value', /"nat" must be any, none/],
    ['{"version": 2,\n"networkId": "18446744073709551616"}', 2, 'invalid-value', /must be below 2\^64/],
  ])('of %j are refused with the line, and the file is not changed', async (text, line, code, reason) => {
    await writeFile(file, text);
    const refusal = { line, code, reason: expect.stringMatching(reason) as string };
    await expect(SettingsStore.open(file)).rejects.toMatchObject(refusal);
    expect(() => SettingsStore.readNow(file)).toThrow(expect.objectContaining(refusal));
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('are refused when the file is too large', async () => {
    await writeFile(file, `{"version": 2}${' '.repeat(262_145)}`);
    await expect(SettingsStore.open(file)).rejects.toMatchObject({ code: 'too-large' });
    expect(() => SettingsStore.readNow(file)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it('are unchanged when the file cannot be written', async () => {
    const store = await SettingsStore.open(join(folder.path, 'no', 'such', 'settings.json'));
    await expect(store.update({ maxPeers: 3 })).rejects.toMatchObject({ code: 'not-writable' });
    expect(store.saved()).toEqual({});
  });
});
