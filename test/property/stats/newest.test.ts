import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Newest } from '../../../src-main/stats/newest.ts';

describe('Newest', () => {
  it('keeps the items that sorting by time gives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (times, capacity) => {
          const newest = new Newest<number>(capacity);
          for (const at of times) newest.offer(at, at);
          expect(newest.list()).toEqual([...times].sort((a, b) => b - a).slice(0, capacity));
        },
      ),
    );
  });
});
