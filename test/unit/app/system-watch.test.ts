import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHECK_INTERVAL_MS, SystemWatch } from '../../../src-main/app/system-watch.ts';
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

describe('the system watch', () => {
  test('reports nothing while nothing changes', async () => {
    await clock.advance(3_600_000);
    expect([slept, seen]).toEqual([[], []]);
  });

  test('detects a sleep during which the monotonic clock stopped', async () => {
    await clock.advance(10_000);
    clock.sleep(3_600_000, false);
    await clock.advance(CHECK_INTERVAL_MS);
    expect(slept).toEqual([3_600_000]);
    await clock.advance(60_000);
    expect(slept).toHaveLength(1);
  });

  test('detects a sleep during which the monotonic clock ran', async () => {
    clock.sleep(60_000, true);
    await clock.advance(CHECK_INTERVAL_MS);
    expect(slept).toEqual([60_000]);
  });

  test('does not report a busy moment or a clock that is set back as a sleep', async () => {
    clock.sleep(5_000, true);
    await clock.advance(CHECK_INTERVAL_MS);
    clock.sleep(-3_600_000, false);
    await clock.advance(CHECK_INTERVAL_MS);
    expect(slept).toEqual([]);
  });

  test('reports added and removed addresses, in any order', async () => {
    addresses = ['fd00::20', '192.168.1.20', '192.168.1.20'];
    await clock.advance(CHECK_INTERVAL_MS);
    expect(seen).toEqual([]);
    addresses = [];
    await clock.advance(CHECK_INTERVAL_MS);
    addresses = ['10.0.0.7'];
    await clock.advance(CHECK_INTERVAL_MS);
    expect(seen).toEqual([[], ['10.0.0.7']]);
  });

  test('does not check after it has stopped', async () => {
    await watch.stop();
    addresses = [];
    await clock.advance(60_000);
    expect(seen).toEqual([]);
  });
});
