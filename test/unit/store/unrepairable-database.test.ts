import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { keptCopies } from '../../../src-main/store/database-recovery.ts';
import { copyFolder, failingLevel, filesOf, GOOD_DATABASE, levelError } from '../../support/database-copy.ts';
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
const LOG = '000006.log';
const file = (name: string): string => join(place, name);

const TIME = '2026-11-28T18-05-00Z';

/** A clock that starts at the time of a folder's name. */
function clockAt(name: string): VirtualClock {
  return new VirtualClock(Date.parse(name.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')));
}

async function bansOf(database: Database): Promise<string[]> {
  return (await new BanDatabase(database, silentLogger).load()).map(({ target }) => target.value);
}

describe('a database that cannot be repaired', () => {
  /** Opens LevelDB, which reports corruption of the folder `place` the first times. */
  function corruptTimes(times: number, code = 'LEVEL_CORRUPTION'): ReturnType<typeof failingLevel> {
    let left = times;
    return failingLevel((what, path) => {
      if (what === 'open' && path === place && left-- > 0) throw levelError(code, 'Corruption: bad block');
    });
  }

  const cases = [
    ['whole by inspection, refused before and after the repair', () => Promise.resolve(), 2, 2],
    ['without CURRENT, refused after the repair', () => rm(file('CURRENT')), 1, 2],
  ] as const;
  it.each(cases)('is kept, and replaced by an empty one: %s', async (_, damage, times, copies) => {
    await damage();
    const before = await filesOf(place);
    const log = recordedLog();
    open = await Database.open(place, undefined, { openLevel: corruptTimes(times) });
    open.logTo(log.logger);
    expect(await bansOf(open)).toEqual([]);
    const { refusal, recovery, copies: kept } = open.state;
    expect(refusal).toBeUndefined();
    expect(recovery).toMatchObject({ kept: {}, replaced: true });
    expect(recovery?.damages.at(-1)).toEqual({ text: 'Corruption: bad block', loses: true });
    expect(kept.count).toBe(copies);
    expect(await filesOf(recovery?.copy ?? '')).toEqual(before);
    expect(log.lines.find(({ level }) => level === 'warn')?.message).toContain(
      `An empty one replaces it: bans, past sessions and known nodes are lost. The damaged files are in ${recovery?.copy ?? '-'}`,
    );
    await open.write([{ level: 'bans', key: 'new', value: '1' }], 'disk');
    await open.close();
    open = await Database.open(place);
    expect(open.state).toMatchObject({ refusal: undefined, recovery: undefined });
    expect(await open.get('bans', 'new')).toBe('1');
  });

  it('is kept, and replaced by an empty one, when LevelDB refuses the new database while it is written', async () => {
    await rm(file('CURRENT'));
    const before = await filesOf(place);
    const openLevel = failingLevel((what, path) => {
      if (what === 'open' && path !== place) throw levelError('LEVEL_CORRUPTION', 'Corruption: bad block');
    });
    open = await Database.open(place, undefined, { openLevel });
    expect(open.state).toMatchObject({
      refusal: undefined,
      recovery: { replaced: true },
      copies: { count: 1 },
    });
    expect(await filesOf(open.state.recovery?.copy ?? '')).toEqual(before);
    expect((await readdir(folder.path)).sort()).toHaveLength(2);
  });

  it('is read in memory when an empty one cannot be opened, makes no more copies, and recovers later', async () => {
    const clock = new VirtualClock();
    open = await Database.open(place, undefined, { clock, openLevel: corruptTimes(6) });
    expect((await bansOf(open)).sort()).toEqual(ALL);
    expect(open.state.refusal).toMatchObject({ code: 'database-corrupt' });
    const before = (await keptCopies(place)).length;
    const put = [{ level: 'bans' as const, key: 'new', value: '1' }];
    await expect(open.write(put)).rejects.toMatchObject({ code: 'database-corrupt' });
    await clock.advance(5_000);
    await expect(open.write(put)).rejects.toMatchObject({ code: 'database-corrupt' });
    expect((await bansOf(open)).sort()).toEqual(ALL);
    expect(await keptCopies(place)).toHaveLength(before);
    await clock.advance(5_000);
    await open.write(put);
    expect(open.state).toMatchObject({ refusal: undefined, recovery: { replaced: true } });
  });

  it.each(['EACCES', 'EMFILE', 'LEVEL_IO_ERROR'])(
    'because of %s, which may end, is read in memory and repaired later',
    async (code) => {
      await rm(file('CURRENT'));
      const before = await filesOf(place);
      let fails = true;
      const clock = new VirtualClock();
      const openLevel = failingLevel((what, path) => {
        if (fails && what === 'open' && path !== place) throw levelError(code, 'refused');
      });
      open = await Database.open(place, undefined, { clock, openLevel });
      expect((await bansOf(open)).sort()).toEqual(ALL);
      expect(await filesOf(place)).toEqual(before);
      expect(await keptCopies(place)).toEqual([]);
      fails = false;
      await clock.advance(5_000);
      await new BanDatabase(open, silentLogger).remove(['ip:192.0.2.7']);
      expect((await bansOf(open)).sort()).toEqual(['192.0.2.8', '192.0.2.9']);
    },
  );
});

describe('a database with many damaged copies', () => {
  it('is recovered however many damaged copies are kept, none of which is changed', async () => {
    const kept: string[] = [];
    for (let index = 0; index < 12; index++) {
      // The same second: each copy has a name of its own.
      const name = index === 0 ? TIME : `${TIME}-${String(index + 1)}`;
      kept.push(`${place}.damaged-${name}`);
      await mkdir(kept[index]!);
      await writeFile(join(kept[index]!, LOG), `copy ${String(index)}`);
    }
    await rm(file('CURRENT'));
    const before = await filesOf(place);
    open = await Database.open(place, undefined, { clock: clockAt(TIME) });
    const copy = `${place}.damaged-${TIME}-13`;
    expect(open.state).toMatchObject({ refusal: undefined, recovery: { copy }, copies: { count: 13 } });
    expect(open.state.copies.bytes).toBeGreaterThan(12 * 6);
    expect(await filesOf(copy)).toEqual(before);
    for (const [index, path] of kept.entries())
      expect(await readFile(join(path, LOG), 'utf8')).toBe(`copy ${String(index)}`);
    await new BanDatabase(open, silentLogger).remove(['ip:192.0.2.7']);
    expect((await bansOf(open)).sort()).toEqual(['192.0.2.8', '192.0.2.9']);
  });
});
