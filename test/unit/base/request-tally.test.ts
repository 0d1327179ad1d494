import { describe, expect, test } from 'vitest';
import { percentile, RequestTally } from '../../../src-main/base/request-tally.ts';

describe('a percentile', () => {
  test('is the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 0.95)).toBe(95);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([7], 0)).toBe(7);
    expect(percentile([], 0.5)).toBeNull();
  });
});

describe('a tally of requests', () => {
  test('counts by kind, and keeps the last 128 latencies', () => {
    const tally = new RequestTally();
    tally.timedOut('GetReceipts');
    for (let index = 0; index < 200; index++) tally.answered('GetBlockHeaders', index);
    expect(tally.list()).toEqual([
      { name: 'GetReceipts', answered: 0, timedOut: 1, p50Ms: null, p95Ms: null },
      // 72 to 199.
      { name: 'GetBlockHeaders', answered: 200, timedOut: 0, p50Ms: 135, p95Ms: 193 },
    ]);
    expect(tally.totals).toEqual({ answered: 200, timedOut: 1 });
  });
});
