import { beforeEach, describe, expect, test } from 'vitest';
import { DiskSpaceWatch, SPACE_INTERVAL_MS } from '../../../src-main/app/disk-space-watch.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const MB = 1_000_000;
let clock: VirtualClock;
let free: Record<string, number>;

function open() {
  const { logger, lines } = recordedLog();
  const watch = new DiskSpaceWatch({
    ...{ clock, logger },
    folders: () => ['/data', '/var/log'],
    freeBytesOf: (folder) => Promise.resolve(free[folder]),
  });
  /** What it reports after the free space of a folder has changed. */
  const after = async (megabytes: number, folder = '/data') => {
    free[folder] = megabytes * MB;
    await clock.advance(SPACE_INTERVAL_MS);
    return watch.shortest?.level;
  };
  return { watch, lines, after };
}

beforeEach(() => {
  clock = new VirtualClock();
  free = { '/data': 50_000 * MB, '/var/log': 50_000 * MB };
});

describe('the free space of the disks', () => {
  test('is nothing to report while there is enough, and measured at once at the start', async () => {
    const { watch } = open();
    await watch.start();
    expect(watch.shortest).toBeUndefined();
    free = { '/data': 700 * MB, '/var/log': 50_000 * MB };
    const late = open();
    await late.watch.start();
    expect(late.watch.shortest).toEqual({ folder: '/data', freeBytes: 700 * MB, level: 'low' });
  });

  test('changes its level only when it has clearly changed', async () => {
    const { watch, after, lines } = open();
    await watch.start();
    expect(await after(1_001)).toBeUndefined();
    expect(await after(999)).toBe('low');
    expect(await after(1_249)).toBe('low');
    expect(await after(1_250)).toBeUndefined();
    expect(await after(199)).toBe('critical');
    expect(await after(299)).toBe('critical');
    expect(await after(300)).toBe('low');
    expect(await after(2_000)).toBeUndefined();
    expect(lines.map(({ level, message, fields }) => [level, message, Number(fields['freeBytes'])])).toEqual([
      ['warn', 'the disk has little space left', 999 * MB],
      ['info', 'the disk has enough space again', 1_250 * MB],
      ['error', 'the disk is nearly full', 199 * MB],
      ['warn', 'the disk has little space left', 300 * MB],
      ['info', 'the disk has enough space again', 2_000 * MB],
    ]);
  });

  test('is that of the disk which is nearest to its end', async () => {
    const { watch, after } = open();
    await watch.start();
    await after(900);
    expect(await after(100, '/var/log')).toBe('critical');
    expect(watch.shortest?.folder).toBe('/var/log');
    await after(50_000, '/var/log');
    expect(watch.shortest?.folder).toBe('/data');
  });

  test('is not reported where the system does not say it', async () => {
    const { watch } = open();
    free = {};
    await watch.start();
    expect(watch.shortest).toBeUndefined();
  });

  test('is no longer measured after the stop', async () => {
    const { watch, after } = open();
    await watch.start();
    await watch.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(await after(1)).toBeUndefined();
  });
});
