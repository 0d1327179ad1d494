import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../../src-main/base/errors.ts';
import { parseJsonText } from '../../../src-main/store/json-text.ts';

describe('JSON text with lines', () => {
  it('parses all output of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 0, max: 4 }), (text, indent) => {
        const value: unknown = JSON.parse(text);
        expect(parseJsonText(JSON.stringify(value, undefined, indent)).value).toEqual(value);
      }),
    );
  });

  it('accepts the same texts as JSON.parse, except for duplicate members and deep nesting', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-0',
      'true',
      'nul',
      ' ',
      '\n',
      '"\\',
      'e5',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let ours: unknown;
        try {
          ours = parseJsonText(text).value;
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
          if (!(error as Error).message.includes('twice'))
            expect(() => JSON.parse(text) as unknown).toThrow();
          return;
        }
        expect(ours).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
