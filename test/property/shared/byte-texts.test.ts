import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBase64Url, parseBase64Url } from '../../../shared/base64url.ts';
import { formatHex, parseHex } from '../../../shared/hex.ts';

/** Mostly digits of the code, so that most texts are near to valid ones. */
const texts = (alphabet: string) =>
  fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.nat(alphabet.length - 1).map((at) => alphabet.charAt(at)) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    ),
    { maxLength: 50 },
  );
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('URL-safe base64', () => {
  it('is the text that Node makes, and reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const text = formatBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(parseBase64Url(text)).toEqual(bytes);
      }),
    );
  });

  it('takes no text but the one that it would write for the bytes', () => {
    fc.assert(
      fc.property(texts(BASE64URL), (characters) => {
        const text = characters.join('');
        const isCanonical =
          /^[\w-]*$/.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text;
        expect(parseBase64Url(text) !== undefined, text).toBe(isCanonical);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('hex', () => {
  it('is the text that Node makes, and reads back in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = formatHex(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('hex'));
        expect(parseHex(text)).toEqual(bytes);
        expect(parseHex(text.toUpperCase())).toEqual(bytes);
      }),
    );
  });

  it('takes pairs of digits alone', () => {
    fc.assert(
      fc.property(texts('0123456789abcdefABCDEF'), (characters) => {
        const text = characters.join('');
        expect(parseHex(text) !== undefined, text).toBe(/^([0-9a-fA-F]{2})*$/.test(text));
      }),
      { numRuns: 2000 },
    );
  });
});
