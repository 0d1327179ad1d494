import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineCounter } from '../../../src-main/base/line-counter.ts';

describe('the line of an offset', () => {
  it('is the number of line feeds before it, and one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r'), maxLength: 60 }), (text) => {
        const lineOf = lineCounter(text);
        for (let offset = 0; offset <= text.length; offset++) {
          expect(lineOf(offset)).toBe(text.slice(0, offset).split('\n').length);
        }
      }),
    );
  });
});
