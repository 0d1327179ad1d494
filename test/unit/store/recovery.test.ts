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
import { describe, expect, it } from 'vitest';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { keptCopies } from '../../../src-main/store/database-recovery.ts';
import {
  bansOf,
  contentOf,
  copyFolder,
  failingLevel,
  filesOf,
  GOOD_BANS,
  GOOD_DATABASE,
  goodDatabase,
  levelError,
} from '../../support/database-copy.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const good = goodDatabase();

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const TABLE = '000005.ldb';
const LOG = '000006.log';

describe('a damaged database', () => {
  const damages: readonly (readonly [string, () => Promise<unknown>, readonly string[], string])[] = [
    ['without CURRENT', () => rm(good.file('CURRENT')), GOOD_BANS, 'CURRENT is missing'],
    ['without a MANIFEST', () => rm(good.file('MANIFEST-000004')), GOOD_BANS, 'MANIFEST-000004 is missing'],
    [
      'without CURRENT and MANIFEST',
      () => Promise.all([rm(good.file('CURRENT')), rm(good.file('MANIFEST-000004'))]),
      GOOD_BANS,
      'CURRENT is missing',
    ],
    [
      'with CURRENT holding its line twice',
      () => writeFile(good.file('CURRENT'), 'MANIFEST-000004\nMANIFEST-000004\n'),
      GOOD_BANS,
      'CURRENT names no MANIFEST',
    ],
    [
      'with CURRENT ending in CRLF',
      () => writeFile(good.file('CURRENT'), 'MANIFEST-000004\r\n'),
      GOOD_BANS,
      'CURRENT names no MANIFEST',
    ],
    [
      'with CURRENT naming another MANIFEST',
      () => writeFile(good.file('CURRENT'), 'MANIFEST-000009\n'),
      GOOD_BANS,
      'MANIFEST-000009 is missing',
    ],
    ['with an empty CURRENT', () => truncate(good.file('CURRENT')), GOOD_BANS, 'CURRENT names no MANIFEST'],
    [
      'with an empty MANIFEST',
      () => truncate(good.file('MANIFEST-000004')),
      GOOD_BANS,
      'MANIFEST-000004 is damaged',
    ],
    [
      'with an empty table',
      () => truncate(good.file(TABLE)),
      ['192.0.2.9'],
      '483 bytes of 000005.ldb cannot be read',
    ],
    [
      'with random bytes in a table',
      () =>
        writeFile(
          good.file(TABLE),
          new Uint8Array(483).map((_, at) => (at * 89 + 7) % 251),
        ),
      ['192.0.2.9'],
      '483 bytes of 000005.ldb cannot be read',
    ],
    ['without its table', () => rm(good.file(TABLE)), ['192.0.2.9'], '000005.ldb is missing'],
    ['without its log', () => rm(good.file(LOG)), ['192.0.2.7', '192.0.2.8'], '000006.log is missing'],
    [
      'with zeros for a log',
      () => writeFile(good.file(LOG), new Uint8Array(499)),
      ['192.0.2.7', '192.0.2.8'],
      '499 bytes of 000006.log cannot be read',
    ],
    [
      'with a folder in place of a table',
      async () => {
        await rm(good.file(TABLE));
        await mkdir(good.file(TABLE));
      },
      ['192.0.2.9'],
      '000005.ldb is unreadable',
    ],
    [
      // Footer and index are lost; the data block before them is intact.
      'with a truncated table',
      () => truncate(good.file(TABLE), 460),
      GOOD_BANS,
      'of 000005.ldb cannot be read',
    ],
    [
      'with a table and its log swapped',
      async () => {
        await rename(good.file(TABLE), good.file('x'));
        await rename(good.file(LOG), good.file(TABLE));
        await rename(good.file('x'), good.file(LOG));
      },
      GOOD_BANS,
      'of 000005.ldb cannot be read',
    ],
  ];

  it.each(damages)('%s opens with all readable entries', async (_, damage, bans, what) => {
    await damage();
    const before = await filesOf(good.place);
    const log = recordedLog();
    good.open = await Database.open(good.place);
    good.open.logTo(log.logger);
    expect((await bansOf(good.open)).sort()).toEqual(bans);
    const [copy = ''] = await keptCopies(good.place);
    expect(copy).toMatch(/database\.damaged-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
    // LevelDB's LOCK, which is empty, is not moved.
    expect(await filesOf(copy)).toEqual(before);
    expect(good.open.state.recovery).toMatchObject({ copy, kept: { bans: bans.length } });
    const line = log.lines.find(({ level }) => level === 'warn')?.message ?? '';
    expect(line).toContain(what);
    expect(line).toContain(`Kept: ${String(bans.length)} ban`);
    expect(line).toContain(copy);
    // The next start needs no recovery.
    await new BanDatabase(good.open, silentLogger).put({
      id: 'ip:192.0.2.1',
      target: { kind: 'ip', value: '192.0.2.1' },
      reason: '',
      offence: null,
      by: 'user',
      createdAt: 0,
      until: null,
      name: null,
    });
    await good.open.close();
    good.open = await Database.open(good.place);
    expect((await bansOf(good.open)).sort()).toEqual(['192.0.2.1', ...bans]);
    expect(good.open.state.recovery).toBeUndefined();
    expect(await readdir(good.folder)).toHaveLength(2);
  });

  it('without readable entries is kept, and replaced by an empty database', async () => {
    for (const name of [TABLE, LOG, 'MANIFEST-000004'])
      await writeFile(good.file(name), new Uint8Array(300).fill(7));
    const before = await filesOf(good.place);
    good.open = await Database.open(good.place);
    expect(await bansOf(good.open)).toEqual([]);
    const [copy = ''] = await keptCopies(good.place);
    expect(await filesOf(copy)).toEqual(before);
  });

  it('is read after a damaged record of the log, where LevelDB drops the rest', async () => {
    const bytes = await readFile(good.file(LOG));
    bytes.fill(0xff, 10, 20);
    await writeFile(good.file(LOG), bytes);
    good.open = await Database.open(good.place);
    expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
    expect(good.open.state.recovery?.damages.map(({ text }) => text)).toEqual([
      '110 bytes of 000006.log cannot be read',
    ]);
  });

  it('is recovered when the log was renamed to LOCK', async () => {
    await rename(good.file(LOG), good.file('LOCK'));
    await writeFile(good.file(LOG), '');
    good.open = await Database.open(good.place);
    expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
    const [copy = ''] = await keptCopies(good.place);
    expect((await readFile(join(copy, 'LOCK'))).length).toBe(499);
    await good.open.close();
    good.open = await Database.open(good.place);
    expect(good.open.state.recovery).toBeUndefined();
  });

  it('is not one whose last write is incomplete after a kill', async () => {
    await truncate(good.file(LOG), 400);
    good.open = await Database.open(good.place);
    expect((await bansOf(good.open)).sort()).toEqual(['192.0.2.7', '192.0.2.8']);
    expect(good.open.state.recovery).toBeUndefined();
    expect(await keptCopies(good.place)).toEqual([]);
  });

  const put = (key: string, value: string | undefined) => ({ level: 'bans' as const, key, value });
  const writeOnce = async (path: string, ...writes: ReturnType<typeof put>[]): Promise<void> => {
    const database = await Database.open(path);
    await database.write(writes);
    await database.close();
  };

  it('keeps tables that an outdated MANIFEST does not name', async () => {
    const path = join(good.folder, 'used');
    await writeOnce(path, put('x', '1'));
    const old = await filesOf(path);
    await writeOnce(path, put('y', '2'));
    await writeOnce(path, put('z', '3'));
    for (const name of await readdir(path)) if (name.startsWith('MANIFEST')) await rm(join(path, name));
    for (const [name, hex] of Object.entries(old)) {
      if (/^(?:CURRENT|MANIFEST.*)$/.test(name)) await writeFile(join(path, name), Buffer.from(hex, 'hex'));
    }
    good.open = await Database.open(path);
    const content = await contentOf(good.open);
    expect(['x', 'y', 'z'].map((key) => content.get(`!bans!${key}`))).toEqual(['1', '2', '3']);
    expect(good.open.state.recovery?.damages.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^the MANIFEST does not name \d+\.ldb$/),
    );
  });

  it('is not one with a table that is not live yet after a kill', async () => {
    const path = join(good.folder, 'used');
    await writeOnce(path, put('x', '1'));
    const before = await filesOf(path);
    await (await Database.open(path)).close();
    for (const name of await readdir(path)) if (!name.endsWith('.ldb')) await rm(join(path, name));
    for (const [name, hex] of Object.entries(before))
      await writeFile(join(path, name), Buffer.from(hex, 'hex'));
    good.open = await Database.open(path);
    expect(good.open.state.recovery).toBeUndefined();
    expect(await good.open.get('bans', 'x')).toBe('1');
    expect(await keptCopies(path)).toEqual([]);
  });

  it('is recovered with the newest value of each key, without deleted keys', async () => {
    const path = join(good.folder, 'used');
    await writeOnce(path, put('x', '1'), put('y', '1'), put('z', '1'));
    await writeOnce(path, put('x', '2'), put('y', undefined));
    await writeOnce(path, put('x', '3'), put('z', undefined), put('y', '4'));
    await rm(join(path, 'CURRENT'));
    good.open = await Database.open(path);
    const content = await contentOf(good.open);
    expect(['x', 'y', 'z'].map((key) => content.get(`!bans!${key}`))).toEqual(['3', '4', undefined]);
  });

  it('of a newer Enodeck is not changed', async () => {
    const newer = await Database.open(join(good.folder, 'newer'), { version: 7, migrations: {} });
    await newer.close();
    await rm(join(good.folder, 'newer', 'CURRENT'));
    const before = await filesOf(join(good.folder, 'newer'));
    await expect(Database.open(join(good.folder, 'newer'))).rejects.toMatchObject({ code: 'newer-schema' });
    expect(await filesOf(join(good.folder, 'newer'))).toEqual(before);
  });
});

describe('a recovery', () => {
  it('on a full disk changes nothing, opens with all readable entries, and succeeds later', async () => {
    await rm(good.file('CURRENT'));
    const before = await filesOf(good.place);
    let isFull = true;
    const clock = new VirtualClock();
    const openLevel = failingLevel((what) => {
      if (isFull && what === 'write') {
        throw levelError('LEVEL_IO_ERROR', 'IO error: /x/000003.log: No space left on device');
      }
    });
    good.open = await Database.open(good.place, undefined, { clock, openLevel });
    expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
    expect(good.open.state.refusal).toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(
        /is damaged.*\(the disk is full\)\. No entry was deleted, and nothing new is saved/,
      ) as string,
    });
    const store = new BanDatabase(good.open, silentLogger);
    await expect(store.remove(['ip:192.0.2.7'])).rejects.toMatchObject({ code: 'disk-full' });
    expect(await filesOf(good.place)).toEqual(before);
    expect(await readdir(good.folder)).toEqual(['database']);
    isFull = false;
    await expect(store.remove(['ip:192.0.2.7'])).rejects.toMatchObject({ code: 'disk-full' });
    await clock.advance(5_000);
    await store.remove(['ip:192.0.2.7']);
    expect(good.open.state.refusal).toBeUndefined();
    expect(good.open.state.recovery?.kept.bans).toBe(3);
    expect((await bansOf(good.open)).sort()).toEqual(['192.0.2.8', '192.0.2.9']);
  });

  it.each(['rescued', 'installing'])(
    'that was interrupted in stage %s continues at the next start',
    async (stage) => {
      const time = '2026-11-28T18-00-00Z';
      await rm(good.file('CURRENT'));
      const damaged = await filesOf(good.place);
      const made = join(good.folder, `database.${stage}-${time}`);
      await copyFolder(GOOD_DATABASE, made);
      if (stage === 'rescued') {
        // One file is moved already.
        await mkdir(`${good.place}.damaged-${time}`);
        await rename(good.file(TABLE), join(`${good.place}.damaged-${time}`, TABLE));
      } else {
        await rename(good.place, `${good.place}.damaged-${time}`);
        await mkdir(good.place);
        await rename(join(made, TABLE), good.file(TABLE));
      }
      good.open = await Database.open(good.place);
      expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
      expect(await filesOf(`${good.place}.damaged-${time}`)).toEqual(damaged);
      expect((await readdir(good.folder)).sort()).toEqual(['database', `database.damaged-${time}`]);
    },
  );

  it('keeps the damaged files in the folder where they cannot be moved beside it', async () => {
    // The name of a work folder beside this folder would be too long for the file system.
    good.place = join(good.folder, 'd'.repeat(250));
    await copyFolder(GOOD_DATABASE, good.place);
    await rm(good.file('CURRENT'));
    const before = await filesOf(good.place);
    good.open = await Database.open(good.place);
    const [copy = ''] = await keptCopies(good.place);
    expect(copy.startsWith(join(good.place, 'damaged-'))).toBe(true);
    expect(await filesOf(copy)).toEqual(before);
    expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
    await good.open.close();
    good.open = await Database.open(good.place);
    expect(good.open.state.recovery).toBeUndefined();
  });
});

describe('a database of another program', () => {
  it('is recognized by its keys and not changed, intact or damaged', async () => {
    const theirs = join(good.folder, 'geth');
    const level = new Level(theirs);
    await level.put('n:1', 'x');
    await level.close();
    for (const damage of [undefined, 'CURRENT']) {
      if (damage !== undefined) await rm(join(theirs, damage));
      const before = await filesOf(theirs);
      await expect(Database.open(theirs)).rejects.toMatchObject({ code: 'database-foreign' });
      expect(await filesOf(theirs)).toEqual(before);
    }
    expect((await readdir(good.folder)).sort()).toEqual(['database', 'geth']);
  });

  it('of another engine is recognized by its files', async () => {
    const theirs = join(good.folder, 'pebble');
    await mkdir(theirs);
    for (const name of ['CURRENT', 'OPTIONS-000003', '000007.sst']) await writeFile(join(theirs, name), 'x');
    await expect(Database.open(theirs)).rejects.toMatchObject({ code: 'database-foreign' });
    expect(Object.keys(await filesOf(theirs))).toHaveLength(3);
  });

  it('is not one of this program whose schema version is lost', async () => {
    await truncate(good.file(TABLE));
    await truncate(good.file('MANIFEST-000004'));
    good.open = await Database.open(good.place);
    expect(await bansOf(good.open)).toEqual(['192.0.2.9']);
    expect(await good.open.get('meta', 'schema')).toBe('1');
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
    good.open = await Database.open(good.place, undefined, { openLevel });
    await expect(good.open.write(sample)).rejects.toMatchObject({
      code: 'disk-failing',
      message: `The database in ${good.place} cannot be written: the disk reports an input/output error. What was saved before is kept.`,
    });
    expect(opened).toHaveLength(2);
    expect(good.open.state.refusal?.code).toBe('disk-failing');
    await good.open.write(sample);
    expect(good.open.state.refusal).toBeUndefined();
    expect(await contentOf(good.open)).toContainEqual(['!bans!x', '1']);
  });

  it('is read into memory while the disk is full, and reopened when the disk has space', async () => {
    let isFull = false;
    const clock = new VirtualClock();
    const log = recordedLog();
    const openLevel = failingLevel(() => {
      if (isFull) throw levelError('LEVEL_IO_ERROR', 'IO error: x: No space left on device');
    });
    good.open = await Database.open(good.place, undefined, { clock, openLevel });
    good.open.logTo(log.logger);
    isFull = true;
    for (let index = 0; index < 3; index++) {
      await expect(good.open.write(sample, 'disk')).rejects.toMatchObject({ code: 'disk-full' });
    }
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
    isFull = false;
    await clock.advance(5_000);
    await good.open.write(sample, 'disk');
    expect(log.lines.at(-1)?.message).toBe('The database is written again');
    expect(await contentOf(good.open)).toContainEqual(['!bans!x', '1']);
  });

  /** An open database whose past sessions are in one table, the first block of which is overwritten. */
  async function damagedWhileOpen(openLevel = failingLevel(() => undefined)): Promise<Database> {
    const before = await Database.open(good.place);
    const value = (index: number): string => JSON.stringify({ index, name: sha256(String(index)).repeat(8) });
    await before.write(
      Array.from({ length: 40 }, (_, index) => ({
        level: 'sessions' as const,
        key: String(index).padStart(3, '0'),
        value: value(index),
      })),
    );
    await before.close();
    const known = await readdir(good.place);
    const database = await Database.open(good.place, undefined, { openLevel });
    const made = (await readdir(good.place)).filter((name) => name.endsWith('.ldb') && !known.includes(name));
    expect(made).toHaveLength(1);
    const handle = await openFile(good.file(made[0]!), 'r+');
    await handle.write(new Uint8Array(300).fill(0xff), 0, 300, 0);
    await handle.close();
    return database;
  }

  it('recovers when an iterator finds damage, and the iterator continues with the readable entries', async () => {
    good.open = await damagedWhileOpen();
    const keys: string[] = [];
    for await (const [key] of good.open.entries('sessions')) keys.push(key);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.at(-1)).toBe('039');
    expect(keys).not.toContain('000');
    expect(good.open.state.recovery?.damages[0]?.text).toMatch(/^[\d,]+ bytes of \d+\.ldb cannot be read$/);
    expect(good.open.state.recovery?.kept).toMatchObject({ bans: 3, sessions: keys.length });
    expect(await keptCopies(good.place)).toHaveLength(1);
    await good.open.write(sample);
    expect(await good.open.get('bans', 'x')).toBe('1');
  });

  it('recovers when a get finds damage', async () => {
    good.open = await damagedWhileOpen();
    expect(await good.open.get('sessions', '000')).toBeUndefined();
    expect(await good.open.get('sessions', '039')).toBeDefined();
    expect(good.open.state.recovery?.kept.bans).toBe(3);
  });

  it('continues an iteration at its position after the database was reopened', async () => {
    let fail = false;
    const openLevel = failingLevel((what) => {
      if (what === 'write' && fail) throw levelError('LEVEL_IO_ERROR', 'IO error: x: Input/output error');
    });
    good.open = await Database.open(good.place, undefined, { openLevel });
    const seen: string[] = [];
    for await (const [key] of good.open.entries('bans')) {
      seen.push(key);
      fail = true;
      await expect(good.open.write(sample)).rejects.toMatchObject({ code: 'disk-failing' });
      fail = false;
    }
    expect(seen).toEqual(GOOD_BANS.map((ip) => `ip:${ip}`));
  });

  it('repeats a write that failed because of damaged entries', async () => {
    let fail = true;
    const openLevel = failingLevel((what) => {
      if (what === 'write' && fail) {
        fail = false;
        throw levelError('LEVEL_CORRUPTION', 'Corruption: block checksum mismatch');
      }
    });
    good.open = await damagedWhileOpen(openLevel);
    await good.open.write(sample);
    expect(good.open.state).toMatchObject({ refusal: undefined, recovery: { kept: { bans: 3 } } });
    expect(await contentOf(good.open)).toContainEqual(['!bans!x', '1']);
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
    good.open = await Database.open(good.place, undefined, { openLevel });
    await expect(good.open.get('bans', 'x')).rejects.toMatchObject({
      name: 'StoreError',
      code: 'database-corrupt',
      message: `The database in ${good.place} cannot be read (Corruption: bad entry in block): check the disk.`,
    });
  });
});
