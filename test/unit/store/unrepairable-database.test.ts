import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { keptCopies } from '../../../src-main/store/database-recovery.ts';
import {
  bansOf,
  failingLevel,
  filesOf,
  GOOD_BANS,
  goodDatabase,
  levelError,
} from '../../support/database-copy.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const good = goodDatabase();
const LOG = '000006.log';

const TIME = '2026-11-28T18-05-00Z';

/** A clock that starts at the time of a folder's name. */
function clockAt(name: string): VirtualClock {
  return new VirtualClock(Date.parse(name.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')));
}

describe('a database that cannot be repaired', () => {
  /** Opens LevelDB, which reports corruption of the folder `good.place` the first times. */
  function corruptTimes(times: number, code = 'LEVEL_CORRUPTION'): ReturnType<typeof failingLevel> {
    let left = times;
    return failingLevel((what, path) => {
      if (what === 'open' && path === good.place && left-- > 0)
        throw levelError(code, 'Corruption: bad block');
    });
  }

  const cases = [
    ['whole by inspection, refused before and after the repair', () => Promise.resolve(), 2, 2],
    ['without CURRENT, refused after the repair', () => rm(good.file('CURRENT')), 1, 2],
  ] as const;
  it.each(cases)('is kept, and replaced by an empty one: %s', async (_, damage, times, copies) => {
    await damage();
    const before = await filesOf(good.place);
    const log = recordedLog();
    good.open = await Database.open(good.place, undefined, { openLevel: corruptTimes(times) });
    good.open.logTo(log.logger);
    expect(await bansOf(good.open)).toEqual([]);
    const { refusal, recovery, copies: kept } = good.open.state;
    expect(refusal).toBeUndefined();
    expect(recovery).toMatchObject({ kept: {}, replaced: true });
    expect(recovery?.damages.at(-1)).toEqual({ text: 'Corruption: bad block', loses: true });
    expect(kept.count).toBe(copies);
    expect(await filesOf(recovery?.copy ?? '')).toEqual(before);
    expect(log.lines.find(({ level }) => level === 'warn')?.message).toContain(
      `An empty one replaces it: bans, past sessions and known nodes are lost. The damaged files are in ${recovery?.copy ?? '-'}`,
    );
    await good.open.write([{ level: 'bans', key: 'new', value: '1' }], 'disk');
    await good.open.close();
    good.open = await Database.open(good.place);
    expect(good.open.state).toMatchObject({ refusal: undefined, recovery: undefined });
    expect(await good.open.get('bans', 'new')).toBe('1');
  });

  it('is kept, and replaced by an empty one, when LevelDB refuses the new database while it is written', async () => {
    await rm(good.file('CURRENT'));
    const before = await filesOf(good.place);
    const openLevel = failingLevel((what, path) => {
      if (what === 'open' && path !== good.place)
        throw levelError('LEVEL_CORRUPTION', 'Corruption: bad block');
    });
    good.open = await Database.open(good.place, undefined, { openLevel });
    expect(good.open.state).toMatchObject({
      refusal: undefined,
      recovery: { replaced: true },
      copies: { count: 1 },
    });
    expect(await filesOf(good.open.state.recovery?.copy ?? '')).toEqual(before);
    expect((await readdir(good.folder)).sort()).toHaveLength(2);
  });

  it('is read in memory when an empty one cannot be opened, makes no more copies, and recovers later', async () => {
    const clock = new VirtualClock();
    good.open = await Database.open(good.place, undefined, { clock, openLevel: corruptTimes(6) });
    expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
    expect(good.open.state.refusal).toMatchObject({ code: 'database-corrupt' });
    const before = (await keptCopies(good.place)).length;
    const put = [{ level: 'bans' as const, key: 'new', value: '1' }];
    await expect(good.open.write(put)).rejects.toMatchObject({ code: 'database-corrupt' });
    await clock.advance(5_000);
    await expect(good.open.write(put)).rejects.toMatchObject({ code: 'database-corrupt' });
    expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
    expect(await keptCopies(good.place)).toHaveLength(before);
    await clock.advance(5_000);
    await good.open.write(put);
    expect(good.open.state).toMatchObject({ refusal: undefined, recovery: { replaced: true } });
  });

  it.each(['EACCES', 'EMFILE', 'LEVEL_IO_ERROR'])(
    'because of %s, which may end, is read in memory and repaired later',
    async (code) => {
      await rm(good.file('CURRENT'));
      const before = await filesOf(good.place);
      let fails = true;
      const clock = new VirtualClock();
      const openLevel = failingLevel((what, path) => {
        if (fails && what === 'open' && path !== good.place) throw levelError(code, 'refused');
      });
      good.open = await Database.open(good.place, undefined, { clock, openLevel });
      expect((await bansOf(good.open)).sort()).toEqual(GOOD_BANS);
      expect(await filesOf(good.place)).toEqual(before);
      expect(await keptCopies(good.place)).toEqual([]);
      fails = false;
      await clock.advance(5_000);
      await new BanDatabase(good.open, silentLogger).remove(['ip:192.0.2.7']);
      expect((await bansOf(good.open)).sort()).toEqual(['192.0.2.8', '192.0.2.9']);
    },
  );
});

describe('a database with many damaged copies', () => {
  it('is recovered however many damaged copies are kept, none of which is changed', async () => {
    const kept: string[] = [];
    for (let index = 0; index < 12; index++) {
      // The same second: each copy has a name of its own.
      const name = index === 0 ? TIME : `${TIME}-${String(index + 1)}`;
      kept.push(`${good.place}.damaged-${name}`);
      await mkdir(kept[index]!);
      await writeFile(join(kept[index]!, LOG), `copy ${String(index)}`);
    }
    await rm(good.file('CURRENT'));
    const before = await filesOf(good.place);
    good.open = await Database.open(good.place, undefined, { clock: clockAt(TIME) });
    const copy = `${good.place}.damaged-${TIME}-13`;
    expect(good.open.state).toMatchObject({ refusal: undefined, recovery: { copy }, copies: { count: 13 } });
    expect(good.open.state.copies.bytes).toBeGreaterThan(12 * 6);
    expect(await filesOf(copy)).toEqual(before);
    for (const [index, path] of kept.entries())
      expect(await readFile(join(path, LOG), 'utf8')).toBe(`copy ${String(index)}`);
    await new BanDatabase(good.open, silentLogger).remove(['ip:192.0.2.7']);
    expect((await bansOf(good.open)).sort()).toEqual(['192.0.2.8', '192.0.2.9']);
  });
});
