import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movingMean } from '../../../../src-renderer/model/moving-mean.ts';

describe('a moving mean', () => {
  it('covers the samples that exist at the start', () => {
    expect(movingMean([4, 8, 0, 4], 3)).toEqual([4, 6, 4, 4]);
  });

  it('keeps missing samples missing, and counts them nowhere', () => {
    expect(movingMean([6, null, 2, 4], 2)).toEqual([6, null, 2, 3]);
  });

  it('leaves the samples unchanged for a window of one', () => {
    expect(movingMean([1, 9], 1)).toEqual([1, 9]);
  });

  it('is the mean of its window', () => {
    const samples = fc.array(fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })), { maxLength: 60 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 2, max: 9 }), (values, window) => {
        movingMean(values, window).forEach((mean, at) => {
          const part = values.slice(Math.max(0, at - window + 1), at + 1).filter((value) => value !== null);
          const expected = part.reduce((sum, value) => sum + value, 0) / part.length;
          if (values[at] == null) expect(mean).toBeNull();
          else expect(mean).toBeCloseTo(expected, 3);
        });
      }),
    );
  });
});
