import { beforeEach, describe, expect, test } from 'vitest';
import type { HealthCheck } from '../../../shared/model/node.ts';
import { HEALTH_INTERVAL_MS, HealthWatch } from '../../../src-main/app/health-watch.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let health: HealthCheck[];
let reads: number;
let watch: HealthWatch;

const checkOf = (change: Partial<HealthCheck> = {}): HealthCheck => ({
  ...{ id: 'discovery-v4', state: 'good', title: 'v4 works', evidence: '90% answered', advice: null },
  ...change,
});

beforeEach(() => {
  clock = new VirtualClock();
  health = [checkOf()];
  reads = 0;
  watch = new HealthWatch(clock, () => {
    reads += 1;
    return health;
  });
});

const collect = (): { told: (readonly HealthCheck[])[]; end: () => void } => {
  const told: (readonly HealthCheck[])[] = [];
  return { told, end: watch.subscribe((list) => told.push(list)) };
};

describe('the watch of the health', () => {
  test('tells the list at first, and when a check has another state or title, comes or goes', async () => {
    const { told } = collect();
    expect(told).toEqual([]);
    await clock.advance(0);
    expect(told).toEqual([[checkOf()]]);
    for (const next of [
      [checkOf({ state: 'bad' })],
      [checkOf({ state: 'bad', title: 'v4 gets no responses' })],
      [checkOf({ state: 'bad', title: 'v4 gets no responses' }), checkOf({ id: 'clock' })],
      [checkOf()],
    ]) {
      health = next;
      await clock.advance(HEALTH_INTERVAL_MS);
      expect(told.at(-1)).toBe(next);
    }
    expect(told).toHaveLength(5);
  });

  test('tells nothing when only the evidence has changed', async () => {
    const { told } = collect();
    await clock.advance(0);
    health = [checkOf({ evidence: '80% answered' })];
    await clock.advance(10 * HEALTH_INTERVAL_MS);
    expect(told).toHaveLength(1);
  });

  test('reads once for all listeners, tells a later one its first list, and rests without any', async () => {
    const first = collect();
    await clock.advance(HEALTH_INTERVAL_MS / 2);
    const second = collect();
    await clock.advance(HEALTH_INTERVAL_MS);
    expect([first.told.length, second.told.length, reads]).toEqual([1, 1, 2]);
    first.end();
    health = [checkOf({ state: 'warning' })];
    await clock.advance(HEALTH_INTERVAL_MS);
    expect([first.told.length, second.told.length]).toEqual([1, 2]);
    second.end();
    expect(clock.pendingTimers).toBe(0);
  });

  test('stops when a listener ends its subscription during a call', async () => {
    const { told, end } = collect();
    const other = watch.subscribe(() => {
      end();
      other();
    });
    await clock.advance(5 * HEALTH_INTERVAL_MS);
    expect(told).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
