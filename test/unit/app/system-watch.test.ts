import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LOOK_INTERVAL_MS, SystemWatch } from '../../../src-main/app/system-watch.ts';
import { ShiftedClock } from '../../support/shifted-clock.ts';

let clock: ShiftedClock;
let addresses: string[];
let slept: number[];
let seen: (readonly string[])[];
let watch: SystemWatch;

beforeEach(async () => {
  clock = new ShiftedClock();
  addresses = ['192.168.1.20', 'fd00::20'];
  slept = [];
  seen = [];
  watch = new SystemWatch({
    clock,
    addresses: () => addresses,
    onWoke: (ms) => slept.push(ms),
    onAddresses: (now) => seen.push(now),
  });
  await watch.start();
});

afterEach(async () => {
  await watch.stop();
  expect(clock.pendingTimers).toBe(0);
});

describe('the watch over the system', () => {
  test('is silent while nothing happens', async () => {
    await clock.advance(3_600_000);
    expect([slept, seen]).toEqual([[], []]);
  });

  test('notices a sleep in which the monotonic clock stood still', async () => {
    await clock.advance(10_000);
    clock.sleep(3_600_000, false);
    await clock.advance(LOOK_INTERVAL_MS);
    expect(slept).toEqual([3_600_000]);
    await clock.advance(60_000);
    expect(slept).toHaveLength(1);
  });

  test('notices a sleep in which the monotonic clock went on', async () => {
    clock.sleep(60_000, true);
    await clock.advance(LOOK_INTERVAL_MS);
    expect(slept).toEqual([60_000]);
  });

  test('takes neither a busy moment nor a clock that is set back for a sleep', async () => {
    clock.sleep(5_000, true);
    await clock.advance(LOOK_INTERVAL_MS);
    clock.sleep(-3_600_000, false);
    await clock.advance(LOOK_INTERVAL_MS);
    expect(slept).toEqual([]);
  });

  test('tells of addresses that come and go, whatever their order', async () => {
    addresses = ['fd00::20', '192.168.1.20', '192.168.1.20'];
    await clock.advance(LOOK_INTERVAL_MS);
    expect(seen).toEqual([]);
    addresses = [];
    await clock.advance(LOOK_INTERVAL_MS);
    addresses = ['10.0.0.7'];
    await clock.advance(LOOK_INTERVAL_MS);
    expect(seen).toEqual([[], ['10.0.0.7']]);
  });

  test('looks no more once it is stopped', async () => {
    await watch.stop();
    addresses = [];
    await clock.advance(60_000);
    expect(seen).toEqual([]);
  });
});
