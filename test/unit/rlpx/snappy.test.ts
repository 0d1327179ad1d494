import * as snappy from 'snappy';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { compressSnappy, decompressSnappy } from '../../../src-main/rlpx/snappy.ts';

vi.mock('snappy', { spy: true });

const MAX = 16 * 1024 * 1024 - 1;

/** A block that announces `length` plain bytes and has `rest` bytes of content. */
function claiming(length: number, rest: number): Uint8Array {
  const size: number[] = [];
  for (let left = length; ; left = Math.floor(left / 128)) {
    if (left < 128) {
      size.push(left);
      break;
    }
    size.push((left % 128) | 0x80);
  }
  return Uint8Array.of(...size, ...new Uint8Array(rest));
}

describe('A Snappy block', () => {
  beforeEach(() => {
    vi.mocked(snappy.uncompressSync).mockClear();
  });

  it.each([
    [MAX, 3],
    [1_000_000, 40_000],
    [221, 8],
  ])('that announces %d bytes with %d of content is refused before memory is allocated', (length, rest) => {
    const block = claiming(length, rest);
    expect(length).toBeGreaterThan(block.length * 22);
    expect(() => decompressSnappy(block, MAX)).toThrow(
      expect.objectContaining({
        code: 'invalid-compression',
        message: expect.stringMatching(/announces more/) as string,
      }),
    );
    expect(snappy.uncompressSync).not.toHaveBeenCalled();
  });

  it('that announces what it may hold is looked into', () => {
    const block = claiming(220, 8);
    expect(block.length * 22).toBe(220);
    expect(() => decompressSnappy(block, MAX)).toThrow(/not a Snappy block/);
    expect(snappy.uncompressSync).toHaveBeenCalledTimes(1);
  });

  it('that grows as much as Snappy can is taken', () => {
    const plain = new Uint8Array(1_000_000).fill(7);
    const block = compressSnappy(plain);
    expect(plain.length / block.length).toBeGreaterThan(15);
    expect(decompressSnappy(block, MAX)).toEqual(plain);
  });

  it('above the limit is refused by its size', () => {
    expect(() => decompressSnappy(claiming(MAX + 1, 3), MAX)).toThrow(
      expect.objectContaining({ code: 'message-too-large' }),
    );
    expect(snappy.uncompressSync).not.toHaveBeenCalled();
  });
});
