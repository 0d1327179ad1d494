import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { qrShape } from '../../../../src-renderer/model/qr-shape.ts';

/** The dark modules that a path of rectangles of height 1 covers, as `x,y`. */
function modulesOf(path: string): Set<string> {
  const covered = new Set<string>();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let at = 0; at < Number(width); at += 1) covered.add(`${String(Number(x) + at)},${String(y)}`);
  }
  return covered;
}

describe('the shape of a QR code', () => {
  it.each(['enr:-x', `enode://${'a1b2'.repeat(32)}@203.0.113.7:30303`, 'x'.repeat(400)])(
    'covers exactly the dark modules, with the white border of the standard: %.20s',
    (text) => {
      const { size, path } = qrShape(text);
      const plain = encode(text, { ecc: 'M', border: 0 });
      expect(size).toBe(plain.size + 8);
      const dark = plain.data.flatMap((row, y) =>
        row.flatMap((isDark, x) => (isDark ? [`${String(x + 4)},${String(y + 4)}`] : [])),
      );
      expect([...modulesOf(path)].sort()).toEqual(dark.sort());
      expect(path.replaceAll(/M\d+ \d+h\d+v1H\d+z/g, '')).toBe('');
    },
  );
});
