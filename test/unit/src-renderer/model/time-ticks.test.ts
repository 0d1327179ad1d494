import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tickText, timeTicks } from '../../../../src-renderer/model/time-ticks.ts';

const HOUR = 3_600;

describe('the ticks of a time axis', () => {
  it('are at round local times', () => {
    expect(timeTicks(10, 310, 6, 0)).toEqual({ at: [60, 120, 180, 240, 300], step: 60 });
    // UTC+5:30
    expect(timeTicks(0, 24 * HOUR, 6, 5.5 * HOUR)).toEqual({
      at: [2.5, 6.5, 10.5, 14.5, 18.5, 22.5].map((hours) => hours * HOUR),
      step: 4 * HOUR,
    });
  });

  it('are none in an empty range or without room', () => {
    expect(timeTicks(10, 5, 6, 0).at).toEqual([]);
    expect(timeTicks(0, 300, 0, 0).at).toEqual([]);
  });

  it('are evenly spaced in the range, and never more than fit', () => {
    fc.assert(
      fc.property(
        fc.nat(4_000_000_000),
        fc.nat(10_000_000),
        fc.nat(20),
        fc.integer({ min: -14 * HOUR, max: 14 * HOUR }),
        (from, length, most, offset) => {
          const { at, step } = timeTicks(from, from + length, most, offset);
          expect(at.length).toBeLessThanOrEqual(most);
          at.forEach((tick, index) => {
            expect(tick).toBeGreaterThanOrEqual(from);
            expect(tick).toBeLessThanOrEqual(from + length);
            if (index > 0) expect(tick - (at[index - 1] ?? 0)).toBe(step);
          });
        },
      ),
    );
  });

  it('have seconds only when they are closer than a minute', () => {
    expect(tickText('12:04:30', 30)).toBe('12:04:30');
    expect(tickText('12:04:00', 60)).toBe('12:04');
  });
});
