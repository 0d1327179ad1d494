import { describe, expect, it } from 'vitest';
import { formatBase64Url, parseBase64Url } from '../../../shared/base64url.ts';

describe('URL-safe base64', () => {
  it.each(Array.from({ length: 40 }, (_, length) => length))(
    'of %i bytes is the same as with Buffer, in both directions',
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 151 + length * 7) % 256);
      const text = Buffer.from(bytes).toString('base64url');
      expect(formatBase64Url(bytes)).toBe(text);
      expect(parseBase64Url(text)).toEqual(bytes);
    },
  );

  it.each(['A', 'AAAAA', 'AB', 'AAB', 'AA==', 'AA+A', 'AA/A', 'AA A', 'AA\nA', 'ÀÁÂÃ'])(
    'refuses %j',
    (text) => {
      expect(parseBase64Url(text)).toBeUndefined();
    },
  );
});
