import { expect, test } from 'vitest';
import { TrafficTrend } from '../../../src-main/p2p/traffic-trend.ts';

test('the trend has the whole session in at most 60 intervals', () => {
  const trend = new TrafficTrend(500);
  trend.count(500, 'in', 7);
  trend.count(2_700, 'out', 3);
  expect(trend.snapshot(3_500)).toEqual({ intervalMs: 1_000, bytesIn: [7, 0, 0, 0], bytesOut: [0, 0, 3, 0] });
  for (let second = 4; second < 1_000; second++) trend.count(500 + second * 1_000, 'in', 1);
  const { intervalMs, bytesIn, bytesOut } = trend.snapshot(1_000_000);
  expect(intervalMs).toBe(32_000);
  expect(bytesIn).toHaveLength(32);
  expect(bytesIn.reduce((sum, value) => sum + value, 0)).toBe(7 + 996);
  expect(bytesOut[0]).toBe(3);
  expect(bytesIn[1]).toBe(32);
});

test('a long silence costs no more intervals', () => {
  const trend = new TrafficTrend(0);
  trend.count(0, 'in', 1);
  const { bytesIn } = trend.snapshot(30 * 86_400_000);
  expect(bytesIn.length).toBeLessThanOrEqual(60);
  expect(bytesIn[0]).toBe(1);
});
