import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BanList } from '../../../src-main/server/bans.ts';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { diskFaultOf, findDiskFault } from '../../../src-main/store/disk-fault.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import type { ReplaceFile } from '../../../src-main/store/replace-file.ts';
import { SessionHistory } from '../../../src-main/store/session-history.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { DISK_RETRY_MS, UnsavedFiles } from '../../../src-main/store/unsaved-files.ts';
import { failingLevel, levelError } from '../../support/database-copy.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { sessionOf } from '../../support/saved-sessions.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let clock: VirtualClock;
let unsaved: UnsavedFiles;
let errno: string | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
  clock = new VirtualClock();
  errno = undefined;
  unsaved = new UnsavedFiles(clock, () =>
    errno === undefined ? Promise.resolve() : Promise.reject(failure(errno)),
  );
});
afterEach(async () => {
  unsaved.close();
  await folder.remove();
});

const failure = (code: string): Error => Object.assign(new Error(`${code}: x, write`), { code });

/** Writes a file, or fails with `errno`. */
const replace: ReplaceFile = async (file, text) => {
  if (errno !== undefined) throw failure(errno);
  await writeFile(file, text);
};

const FAULTS = [
  ['ENOSPC', 'disk-full', 'the disk is full'],
  ['EDQUOT', 'disk-full', 'this user’s disk quota is used up'],
  ['EROFS', 'disk-read-only', 'the file system is read-only'],
  ['EIO', 'disk-failing', 'the disk reports an input/output error'],
] as const;

describe('a write that the disk refuses', () => {
  it.each(FAULTS)('is reported with its reason: settings with %s', async (code, fault, reason) => {
    const file = join(folder.path, 'settings.json');
    const store = await SettingsStore.open(file, unsaved.watching(replace));
    await store.update({ maxPeers: 20 });
    const before = await readFile(file, 'utf8');
    errno = code;
    await expect(store.update({ maxPeers: 30 })).rejects.toMatchObject({
      code: fault,
      message: expect.stringMatching(
        `^${file}: ${reason}, so it cannot be written\\. The file was left as it is\\. [A-Z].*\\.$`,
      ) as string,
    });
    expect(store.saved().maxPeers).toBe(20);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(unsaved.all).toEqual([{ name: 'settings.json', fault: { code: fault, reason } }]);
  });

  it.each(FAULTS)('is reported with its reason: node lists with %s', async (code, fault) => {
    const file = join(folder.path, 'nodes.json');
    const options = { file, clock, events: { emit: () => undefined }, ownIdHex: '0'.repeat(64) };
    const lists = await NodeListStore.open({ ...options, replaceFile: unsaved.watching(replace) });
    const enode = (digit: string): string => `enode://${KEYS[digit] ?? ''}@192.0.2.1:30303`;
    await lists.add('static', enode('a'), null);
    errno = code;
    await expect(lists.add('static', enode('b'), null)).rejects.toMatchObject({ code: fault });
    await expect(lists.remove('static', lists.entries('static')[0]!.node.idHex)).rejects.toMatchObject({
      code: fault,
    });
    expect(lists.entries('static')).toHaveLength(1);
    expect((await NodeListStore.open(options)).entries('static')).toHaveLength(1);
  });

  it.each([
    ['No space left on device', 'disk-full'],
    ['Disk quota exceeded', 'disk-full'],
    ['Read-only file system', 'disk-read-only'],
    ['Input/output error', 'disk-failing'],
    ['There is not enough space on the disk.', 'disk-full'],
  ])('is reported with its reason: bans with "%s"', async (text, fault) => {
    let fails = false;
    const openLevel = failingLevel((what) => {
      if (fails && what === 'write') throw levelError('LEVEL_IO_ERROR', `IO error: db/000003.log: ${text}`);
    });
    const database = await Database.open(join(folder.path, 'db'), undefined, { clock, openLevel });
    const bans = await BanList.open({
      store: new BanDatabase(database, silentLogger),
      clock,
      events: { emit: () => undefined },
      logger: silentLogger,
      ownIdHex: '0'.repeat(64),
      trusted: () => [],
      nameOf: () => null,
    });
    await bans.add('192.0.2.1', 'forever', '');
    fails = true;
    await expect(bans.add('192.0.2.2', 'forever', '')).rejects.toMatchObject({ layer: 'store', code: fault });
    await expect(bans.remove('ip:192.0.2.1')).rejects.toMatchObject({ code: fault });
    expect(bans.list().map(({ target }) => target.value)).toEqual(['192.0.2.1']);
    expect(database.state.refusal?.code).toBe(fault);
    fails = false;
    await bans.add('192.0.2.2', 'forever', '');
    expect(database.state.refusal).toBeUndefined();
    await bans.close();
    await database.close();
  });

  it('stays reported while the retries fail', async () => {
    let fails = false;
    const openLevel = failingLevel((what) => {
      if (fails && what === 'write')
        throw levelError('LEVEL_IO_ERROR', 'IO error: x: No space left on device');
    });
    const database = await Database.open(join(folder.path, 'db'), undefined, { clock, openLevel });
    const store = await SettingsStore.open(join(folder.path, 'settings.json'), unsaved.watching(replace));
    fails = true;
    errno = 'ENOSPC';
    await expect(store.update({ maxPeers: 30 })).rejects.toThrow();
    await expect(database.write([{ level: 'bans', key: 'x', value: '1' }])).rejects.toThrow();
    await clock.advance(DISK_RETRY_MS);
    await database.close();
    expect(database.state.refusal?.code).toBe('disk-full');
    expect(unsaved.all).toHaveLength(1);
  });

  it('is no longer reported after a test write succeeded', async () => {
    const store = await SettingsStore.open(join(folder.path, 'settings.json'), unsaved.watching(replace));
    errno = 'ENOSPC';
    await expect(store.update({ maxPeers: 30 })).rejects.toThrow();
    await clock.advance(DISK_RETRY_MS);
    expect(unsaved.all).toHaveLength(1);
    errno = undefined;
    await clock.advance(DISK_RETRY_MS);
    expect(unsaved.all).toEqual([]);
  });

  it('of past sessions stays pending, can be read, and is saved later', async () => {
    let fails = false;
    const openLevel = failingLevel((what) => {
      if (fails && what === 'write')
        throw levelError('LEVEL_IO_ERROR', 'IO error: x: No space left on device');
    });
    const place = join(folder.path, 'db');
    let database = await Database.open(place, undefined, { clock, openLevel });
    const log = recordedLog();
    const history = await SessionHistory.open({ database, clock, logger: log.logger });
    const idOf = (digit: string): string => digit.repeat(64);
    history.add(sessionOf(idOf('1'), 1, clock.now()));
    await history.flush();
    fails = true;
    for (const digit of ['2', '3']) history.add(sessionOf(idOf(digit), 1, clock.now() + Number(digit)));
    const all = { before: null, limit: 10, text: '', node: null };
    const page = await history.page(all);
    expect(page.records.map(({ nodeId }) => nodeId[0])).toEqual(['3', '2', '1']);
    expect(page.total).toBe(3);
    const rest = await history.page({ ...all, before: page.records[0]?.key ?? '' });
    expect(rest.records.map(({ nodeId }) => nodeId[0])).toEqual(['2', '1']);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    fails = false;
    await history.stop();
    await database.close();
    database = await Database.open(place);
    const again = await SessionHistory.open({ database, clock, logger: silentLogger });
    expect(again.total).toBe(3);
    await database.close();
  });
});

describe('a fault of the disk', () => {
  it('is distinguished from other failures', async () => {
    expect(diskFaultOf(failure('EACCES'))).toBeUndefined();
    expect(diskFaultOf(new Error('no space left'))).toBeUndefined();
    expect(diskFaultOf(levelError('LEVEL_CORRUPTION', 'Corruption: no space left'))).toBeUndefined();
    expect(diskFaultOf(new Error('x', { cause: failure('ENOSPC') }))?.code).toBe('disk-full');
    const foreign = levelError('LEVEL_IO_ERROR', 'IO error: x: Auf dem Gerät ist kein Speicherplatz mehr');
    expect(await findDiskFault(foreign, folder.path)).toBeUndefined();
    // /proc has no free space, so that the text of the error does not matter.
    if (process.platform === 'linux') expect((await findDiskFault(foreign, '/proc'))?.code).toBe('disk-full');
  });
});

/** Public keys of the private keys 1 and 2. */
const KEYS: Readonly<Record<string, string>> = {
  a: '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8',
  b: 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee51ae168fea63dc339a3c58419466ceaeef7f632653266d0e1236431a950cfe52a',
};
