import { createHash } from 'node:crypto';
import {
  mkdir,
  open as openFile,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { keptCopies } from '../../../src-main/store/database-recovery.ts';
import {
  contentOf,
  copyFolder,
  failingLevel,
  filesOf,
  GOOD_DATABASE,
  levelError,
} from '../../support/database-copy.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let place: string;
let open: Database | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
  place = join(folder.path, 'database');
  await copyFolder(GOOD_DATABASE, place);
});
afterEach(async () => {
  await open?.close();
  open = undefined;
  await folder.remove();
});

const ALL = ['192.0.2.7', '192.0.2.8', '192.0.2.9'];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function bansOf(database: Database): Promise<string[]> {
  return (await new BanDatabase(database, silentLogger).load()).map(({ target }) => target.value);
}

const TABLE = '000005.ldb';
const LOG = '000006.log';
const file = (name: string): string => join(place, name);

describe('a damaged database', () => {
  const damages: readonly (readonly [string, () => Promise<unknown>, readonly string[], string])[] = [
    ['without CURRENT', () => rm(file('CURRENT')), ALL, 'CURRENT is missing'],
    ['without a MANIFEST', () => rm(file('MANIFEST-000004')), ALL, 'MANIFEST-000004 is missing'],
    [
      'without CURRENT and MANIFEST',
      () => Promise.all([rm(file('CURRENT')), rm(file('MANIFEST-000004'))]),
      ALL,
      'CURRENT is missing',
    ],
    [
      'with CURRENT holding its line twice',
      () => writeFile(file('CURRENT'), 'MANIFEST-000004\nMANIFEST-000004\n'),
      ALL,
      'CURRENT names no MANIFEST',
    ],
    [
      'with CURRENT ending in CRLF',
      () => writeFile(file('CURRENT'), 'MANIFEST-000004\r\n'),
      ALL,
      'CURRENT names no MANIFEST',
    ],
    [
      'with CURRENT naming another MANIFEST',
      () => writeFile(file('CURRENT'), 'MANIFEST-000009\n'),
      ALL,
      'MANIFEST-000009 is missing',
    ],
    ['with an empty CURRENT', () => truncate(file('CURRENT')), ALL, 'CURRENT names no MANIFEST'],
    ['with an empty MANIFEST', () => truncate(file('MANIFEST-000004')), ALL, 'MANIFEST-000004 is damaged'],
    [
      'with an empty table',
      () => truncate(file(TABLE)),
      ['192.0.2.9'],
      '483 bytes of 000005.ldb cannot be read',
    ],
    [
      'with random bytes in a table',
      () =>
        writeFile(
          file(TABLE),
          new Uint8Array(483).map((_, at) => (at * 89 + 7) % 251),
        ),
      ['192.0.2.9'],
      '483 bytes of 000005.ldb cannot be read',
    ],
    ['without its table', () => rm(file(TABLE)), ['192.0.2.9'], '000005.ldb is missing'],
    ['without its log', () => rm(file(LOG)), ['192.0.2.7', '192.0.2.8'], '000006.log is missing'],
    [
      'with zeros for a log',
      () => writeFile(file(LOG), new Uint8Array(499)),
      ['192.0.2.7', '192.0.2.8'],
      '499 bytes of 000006.log cannot be read',
    ],
    [
      'with a folder in place of a table',
      async () => {
        await rm(file(TABLE));
        await mkdir(file(TABLE));
      },
      ['192.0.2.9'],
      '000005.ldb is unreadable',
    ],
    [
      // Footer and index are lost; the data block before them is intact.
      'with a truncated table',
      () => truncate(file(TABLE), 460),
      ALL,
      'of 000005.ldb cannot be read',
    ],
    [
      'with a table and its log swapped',
      async () => {
        await rename(file(TABLE), file('x'));
        await rename(file(LOG), file(TABLE));
        await rename(file('x'), file(LOG));
      },
      ALL,
      'of 000005.ldb cannot be read',
    ],
  ];

  it.each(damages)('%s opens with all readable entries', async (_, damage, bans, what) => {
    await damage();
    const before = await filesOf(place);
    const log = recordedLog();
    open = await Database.open(place);
    open.logTo(log.logger);
    expect((await bansOf(open)).sort()).toEqual(bans);
    const [copy = ''] = await keptCopies(place);
    expect(copy).toMatch(/database\.damaged-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
    // LevelDB's LOCK, which is empty, is not moved.
    expect(await filesOf(copy)).toEqual(before);
    expect(open.state.recovery).toMatchObject({ copy, kept: { bans: bans.length } });
    const line = log.lines.find(({ level }) => level === 'warn')?.message ?? '';
    expect(line).toContain(what);
    expect(line).toContain(`Kept: ${String(bans.length)} ban`);
    expect(line).toContain(copy);
    // The next start needs no recovery.
    await new BanDatabase(open, silentLogger).put({
      id: 'ip:192.0.2.1',
      target: { kind: 'ip', value: '192.0.2.1' },
      reason: '',
      offence: null,
      by: 'user',
      createdAt: 0,
      until: null,
      name: null,
    });
    await open.close();
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(['192.0.2.1', ...bans]);
    expect(open.state.recovery).toBeUndefined();
    expect(await readdir(folder.path)).toHaveLength(2);
  });

  it('without readable entries is kept, and replaced by an empty database', async () => {
    for (const name of [TABLE, LOG, 'MANIFEST-000004'])
      await writeFile(file(name), new Uint8Array(300).fill(7));
    const before = await filesOf(place);
    open = await Database.open(place);
    expect(await bansOf(open)).toEqual([]);
    const [copy = ''] = await keptCopies(place);
    expect(await filesOf(copy)).toEqual(before);
  });

  it('is read after a damaged record of the log, where LevelDB drops the rest', async () => {
    const bytes = await readFile(file(LOG));
    bytes.fill(0xff, 10, 20);
    await writeFile(file(LOG), bytes);
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(ALL);
    expect(open.state.recovery?.damages.map(({ text }) => text)).toEqual([
      '110 bytes of 000006.log cannot be read',
    ]);
  });

  it('is recovered when the log was renamed to LOCK', async () => {
    await rename(file(LOG), file('LOCK'));
    await writeFile(file(LOG), '');
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(ALL);
    const [copy = ''] = await keptCopies(place);
    expect((await readFile(join(copy, 'LOCK'))).length).toBe(499);
    await open.close();
    open = await Database.open(place);
    expect(open.state.recovery).toBeUndefined();
  });

  it('is not one whose last write is incomplete after a kill', async () => {
    await truncate(file(LOG), 400);
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(['192.0.2.7', '192.0.2.8']);
    expect(open.state.recovery).toBeUndefined();
    expect(await keptCopies(place)).toEqual([]);
  });

  const put = (key: string, value: string | undefined) => ({ level: 'bans' as const, key, value });
  const writeOnce = async (path: string, ...writes: ReturnType<typeof put>[]): Promise<void> => {
    const database = await Database.open(path);
    await database.write(writes);
    await database.close();
  };

  it('keeps tables that an outdated MANIFEST does not name', async () => {
    const path = join(folder.path, 'used');
    await writeOnce(path, put('x', '1'));
    const old = await filesOf(path);
    await writeOnce(path, put('y', '2'));
    await writeOnce(path, put('z', '3'));
    for (const name of await readdir(path)) if (name.startsWith('MANIFEST')) await rm(join(path, name));
    for (const [name, hex] of Object.entries(old)) {
      if (/^(?:CURRENT|MANIFEST.*)$/.test(name)) await writeFile(join(path, name), Buffer.from(hex, 'hex'));
    }
    open = await Database.open(path);
    const content = await contentOf(open);
    expect(['x', 'y', 'z'].map((key) => content.get(`!bans!${key}`))).toEqual(['1', '2', '3']);
    expect(open.state.recovery?.damages.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^the MANIFEST does not name \d+\.ldb$/),
    );
  });

  it('is not one with a table that is not live yet after a kill', async () => {
    const path = join(folder.path, 'used');
    await writeOnce(path, put('x', '1'));
    const before = await filesOf(path);
    await (await Database.open(path)).close();
    for (const name of await readdir(path)) if (!name.endsWith('.ldb')) await rm(join(path, name));
    for (const [name, hex] of Object.entries(before))
      await writeFile(join(path, name), Buffer.from(hex, 'hex'));
    open = await Database.open(path);
    expect(open.state.recovery).toBeUndefined();
    expect(await open.get('bans', 'x')).toBe('1');
    expect(await keptCopies(path)).toEqual([]);
  });

  it('is recovered with the newest value of each key, without deleted keys', async () => {
    const path = join(folder.path, 'used');
    await writeOnce(path, put('x', '1'), put('y', '1'), put('z', '1'));
    await writeOnce(path, put('x', '2'), put('y', undefined));
    await writeOnce(path, put('x', '3'), put('z', undefined), put('y', '4'));
    await rm(join(path, 'CURRENT'));
    open = await Database.open(path);
    const content = await contentOf(open);
    expect(['x', 'y', 'z'].map((key) => content.get(`!bans!${key}`))).toEqual(['3', '4', undefined]);
  });

  it('of a newer Enodeck is not changed', async () => {
    const newer = await Database.open(join(folder.path, 'newer'), { version: 7, migrations: {} });
    await newer.close();
    await rm(join(folder.path, 'newer', 'CURRENT'));
    const before = await filesOf(join(folder.path, 'newer'));
    await expect(Database.open(join(folder.path, 'newer'))).rejects.toMatchObject({ code: 'newer-schema' });
    expect(await filesOf(join(folder.path, 'newer'))).toEqual(before);
  });
});

describe('a recovery', () => {
  it('on a full disk changes nothing, opens with all readable entries, and succeeds later', async () => {
    await rm(file('CURRENT'));
    const before = await filesOf(place);
    let isFull = true;
    const clock = new VirtualClock();
    const openLevel = failingLevel((what) => {
      if (isFull && what === 'write') {
        throw levelError('LEVEL_IO_ERROR', 'IO error: /x/000003.log: No space left on device');
      }
    });
    open = await Database.open(place, undefined, { clock, openLevel });
    expect((await bansOf(open)).sort()).toEqual(ALL);
    expect(open.state.refusal).toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(
        /is damaged.*\(the disk is full\)\. No entry was deleted, and nothing new is saved/,
      ) as string,
    });
    const store = new BanDatabase(open, silentLogger);
    await expect(store.remove(['ip:192.0.2.7'])).rejects.toMatchObject({ code: 'disk-full' });
    expect(await filesOf(place)).toEqual(before);
    expect(await readdir(folder.path)).toEqual(['database']);
    isFull = false;
    await expect(store.remove(['ip:192.0.2.7'])).rejects.toMatchObject({ code: 'disk-full' });
    await clock.advance(5_000);
    await store.remove(['ip:192.0.2.7']);
    expect(open.state.refusal).toBeUndefined();
    expect(open.state.recovery?.kept.bans).toBe(3);
    expect((await bansOf(open)).sort()).toEqual(['192.0.2.8', '192.0.2.9']);
  });

  it.each(['rescued', 'installing'])(
    'that was interrupted in stage %s continues at the next start',
    async (stage) => {
      const time = '2026-11-28T18-00-00Z';
      await rm(file('CURRENT'));
      const damaged = await filesOf(place);
      const made = join(folder.path, `database.${stage}-${time}`);
      await copyFolder(GOOD_DATABASE, made);
      if (stage === 'rescued') {
        // One file is moved already.
        await mkdir(`${place}.damaged-${time}`);
        await rename(file(TABLE), join(`${place}.damaged-${time}`, TABLE));
      } else {
        await rename(place, `${place}.damaged-${time}`);
        await mkdir(place);
        await rename(join(made, TABLE), file(TABLE));
      }
      open = await Database.open(place);
      expect((await bansOf(open)).sort()).toEqual(ALL);
      expect(await filesOf(`${place}.damaged-${time}`)).toEqual(damaged);
      expect((await readdir(folder.path)).sort()).toEqual(['database', `database.damaged-${time}`]);
    },
  );

  it('keeps the damaged files in the folder where they cannot be moved beside it', async () => {
    // The name of a work folder beside this folder would be too long for the file system.
    place = join(folder.path, 'd'.repeat(250));
    await copyFolder(GOOD_DATABASE, place);
    await rm(file('CURRENT'));
    const before = await filesOf(place);
    open = await Database.open(place);
    const [copy = ''] = await keptCopies(place);
    expect(copy.startsWith(join(place, 'damaged-'))).toBe(true);
    expect(await filesOf(copy)).toEqual(before);
    expect((await bansOf(open)).sort()).toEqual(ALL);
    await open.close();
    open = await Database.open(place);
    expect(open.state.recovery).toBeUndefined();
  });
});

describe('a database of another program', () => {
  it('is recognized by its keys and not changed, intact or damaged', async () => {
    const theirs = join(folder.path, 'geth');
    const level = new Level(theirs);
    await level.put('n:1', 'x');
    await level.close();
    for (const damage of [undefined, 'CURRENT']) {
      if (damage !== undefined) await rm(join(theirs, damage));
      const before = await filesOf(theirs);
      await expect(Database.open(theirs)).rejects.toMatchObject({ code: 'database-foreign' });
      expect(await filesOf(theirs)).toEqual(before);
    }
    expect((await readdir(folder.path)).sort()).toEqual(['database', 'geth']);
  });

  it('of another engine is recognized by its files', async () => {
    const theirs = join(folder.path, 'pebble');
    await mkdir(theirs);
    for (const name of ['CURRENT', 'OPTIONS-000003', '000007.sst']) await writeFile(join(theirs, name), 'x');
    await expect(Database.open(theirs)).rejects.toMatchObject({ code: 'database-foreign' });
    expect(Object.keys(await filesOf(theirs))).toHaveLength(3);
  });

  it('is not one of this program whose schema version is lost', async () => {
    await truncate(file(TABLE));
    await truncate(file('MANIFEST-000004'));
    open = await Database.open(place);
    expect(await bansOf(open)).toEqual(['192.0.2.9']);
    expect(await open.get('meta', 'schema')).toBe('1');
  });
});

describe('a database that fails while it is open', () => {
  const sample = [{ level: 'bans' as const, key: 'x', value: '1' }];

  it('is reopened after a failed write, because LevelDB would lose later writes', async () => {
    const opened: string[] = [];
    let fail = 1;
    const openLevel = failingLevel((what) => {
      if (what === 'open') opened.push(what);
      else if (fail-- === 1) throw levelError('LEVEL_IO_ERROR', 'IO error: 000008.log: Input/output error');
    });
    open = await Database.open(place, undefined, { openLevel });
    await expect(open.write(sample)).rejects.toMatchObject({
      code: 'disk-failing',
      message: `The database in ${place} cannot be written: the disk reports an input/output error. What was saved before is kept.`,
    });
    expect(opened).toHaveLength(2);
    expect(open.state.refusal?.code).toBe('disk-failing');
    await open.write(sample);
    expect(open.state.refusal).toBeUndefined();
    expect(await contentOf(open)).toContainEqual(['!bans!x', '1']);
  });

  it('is read into memory while the disk is full, and reopened when the disk has space', async () => {
    let isFull = false;
    const clock = new VirtualClock();
    const log = recordedLog();
    const openLevel = failingLevel(() => {
      if (isFull) throw levelError('LEVEL_IO_ERROR', 'IO error: x: No space left on device');
    });
    open = await Database.open(place, undefined, { clock, openLevel });
    open.logTo(log.logger);
    isFull = true;
    for (let index = 0; index < 3; index++) {
      await expect(open.write(sample, 'disk')).rejects.toMatchObject({ code: 'disk-full' });
    }
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect((await bansOf(open)).sort()).toEqual(ALL);
    isFull = false;
    await clock.advance(5_000);
    await open.write(sample, 'disk');
    expect(log.lines.at(-1)?.message).toBe('The database is written again');
    expect(await contentOf(open)).toContainEqual(['!bans!x', '1']);
  });

  /** An open database whose past sessions are in one table, the first block of which is overwritten. */
  async function damagedWhileOpen(openLevel = failingLevel(() => undefined)): Promise<Database> {
    const before = await Database.open(place);
    const value = (index: number): string => JSON.stringify({ index, name: sha256(String(index)).repeat(8) });
    await before.write(
      Array.from({ length: 40 }, (_, index) => ({
        level: 'sessions' as const,
        key: String(index).padStart(3, '0'),
        value: value(index),
      })),
    );
    await before.close();
    const known = await readdir(place);
    const database = await Database.open(place, undefined, { openLevel });
    const made = (await readdir(place)).filter((name) => name.endsWith('.ldb') && !known.includes(name));
    expect(made).toHaveLength(1);
    const handle = await openFile(file(made[0]!), 'r+');
    await handle.write(new Uint8Array(300).fill(0xff), 0, 300, 0);
    await handle.close();
    return database;
  }

  it('recovers when an iterator finds damage, and the iterator continues with the readable entries', async () => {
    open = await damagedWhileOpen();
    const keys: string[] = [];
    for await (const [key] of open.entries('sessions')) keys.push(key);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.at(-1)).toBe('039');
    expect(keys).not.toContain('000');
    expect(open.state.recovery?.damages[0]?.text).toMatch(/^[\d,]+ bytes of \d+\.ldb cannot be read$/);
    expect(open.state.recovery?.kept).toMatchObject({ bans: 3, sessions: keys.length });
    expect(await keptCopies(place)).toHaveLength(1);
    await open.write(sample);
    expect(await open.get('bans', 'x')).toBe('1');
  });

  it('recovers when a get finds damage', async () => {
    open = await damagedWhileOpen();
    expect(await open.get('sessions', '000')).toBeUndefined();
    expect(await open.get('sessions', '039')).toBeDefined();
    expect(open.state.recovery?.kept.bans).toBe(3);
  });

  it('continues an iteration at its position after the database was reopened', async () => {
    let fail = false;
    const openLevel = failingLevel((what) => {
      if (what === 'write' && fail) throw levelError('LEVEL_IO_ERROR', 'IO error: x: Input/output error');
    });
    open = await Database.open(place, undefined, { openLevel });
    const seen: string[] = [];
    for await (const [key] of open.entries('bans')) {
      seen.push(key);
      fail = true;
      await expect(open.write(sample)).rejects.toMatchObject({ code: 'disk-failing' });
      fail = false;
    }
    expect(seen).toEqual(ALL.map((ip) => `ip:${ip}`));
  });

  it('repeats a write that failed because of damaged entries', async () => {
    let fail = true;
    const openLevel = failingLevel((what) => {
      if (what === 'write' && fail) {
        fail = false;
        throw levelError('LEVEL_CORRUPTION', 'Corruption: block checksum mismatch');
      }
    });
    open = await damagedWhileOpen(openLevel);
    await open.write(sample);
    expect(open.state).toMatchObject({ refusal: undefined, recovery: { kept: { bans: 3 } } });
    expect(await contentOf(open)).toContainEqual(['!bans!x', '1']);
  });

  it('reports that it cannot be read when reopening does not help', async () => {
    const plain = failingLevel(() => undefined);
    const openLevel = async (path: string): Promise<Level> => {
      const level = await plain(path);
      const sublevel = level.sublevel.bind(level) as (...parameters: unknown[]) => { get: unknown };
      level.sublevel = ((...parameters: unknown[]) => {
        const made = sublevel(...parameters);
        const get = made.get as (key: string) => Promise<string>;
        made.get = async (key: string) => {
          if (key !== 'schema') throw levelError('LEVEL_CORRUPTION', 'Corruption: bad entry in block');
          return await get.call(made, key);
        };
        return made;
      }) as typeof level.sublevel;
      return level;
    };
    open = await Database.open(place, undefined, { openLevel });
    await expect(open.get('bans', 'x')).rejects.toMatchObject({
      name: 'StoreError',
      code: 'database-corrupt',
      message: `The database in ${place} cannot be read (Corruption: bad entry in block): check the disk.`,
    });
  });
});
