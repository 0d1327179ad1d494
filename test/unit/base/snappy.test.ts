import * as snappy from 'snappy';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('snappy', { spy: true });
// Loaded again, because a test file before this one in the same process may have loaded it without the spy.
vi.resetModules();
const both = await import('../../../src-main/base/snappy.ts');
vi.resetModules();
vi.stubGlobal('WebAssembly', undefined);
const nativeOnly = await import('../../../src-main/base/snappy.ts');
vi.unstubAllGlobals();

const MAX = 16 * 1024 * 1024 - 1;

/** A block with the uncompressed length `length` and `rest` bytes of content. */
function blockOf(length: number, rest: number): Uint8Array {
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

beforeEach(() => {
  vi.mocked(snappy.compressSync).mockClear();
  vi.mocked(snappy.uncompressSync).mockClear();
});

describe.each([
  ['with WebAssembly', both],
  ['without WebAssembly', nativeOnly],
])('a Snappy block, %s,', (_, { compressSnappy, decompressSnappy }) => {
  it.each([
    [MAX, 3],
    [1_000_000, 40_000],
    [221, 8],
  ])('with length %d and %d bytes of content is refused before memory is allocated', (length, rest) => {
    const block = blockOf(length, rest);
    expect(length).toBeGreaterThan(block.length * 22);
    expect(() => decompressSnappy(block, MAX)).toThrow(
      expect.objectContaining({
        code: 'invalid-compression',
        message: expect.stringMatching(/announces more/) as string,
      }),
    );
    expect(snappy.uncompressSync).not.toHaveBeenCalled();
  });

  it('with the largest possible length is decoded', () => {
    const block = blockOf(220, 8);
    expect(block.length * 22).toBe(220);
    expect(() => decompressSnappy(block, MAX)).toThrow(/not a Snappy block/);
  });

  it('with a high compression ratio is accepted', () => {
    const plain = new Uint8Array(1_000_000).fill(7);
    const block = compressSnappy(plain);
    expect(plain.length / block.length).toBeGreaterThan(15);
    expect(Buffer.compare(decompressSnappy(block, MAX), plain)).toBe(0);
  });

  it('above the limit is refused by its length', () => {
    expect(() => decompressSnappy(blockOf(MAX + 1, 3), MAX)).toThrow(
      expect.objectContaining({ code: 'too-long', size: MAX + 1 }),
    );
    expect(() => decompressSnappy(blockOf(2 ** 34, 3), MAX)).toThrow(
      expect.objectContaining({ code: 'too-long', size: 2 ** 34 }),
    );
    expect(snappy.uncompressSync).not.toHaveBeenCalled();
  });

  it('of exactly the limit is accepted', () => {
    const plain = new Uint8Array(1_000).fill(1);
    expect(decompressSnappy(compressSnappy(plain), 1_000)).toEqual(plain);
    expect(() => decompressSnappy(compressSnappy(plain), 999)).toThrow(
      expect.objectContaining({ code: 'too-long', size: 1_000 }),
    );
  });

  it('of length 0 is empty, without a call of the library', () => {
    expect(decompressSnappy(Uint8Array.of(0), MAX)).toEqual(new Uint8Array(0));
    expect(snappy.uncompressSync).not.toHaveBeenCalled();
    expect(() => decompressSnappy(Uint8Array.of(0, 0), MAX)).toThrow(
      expect.objectContaining({ message: 'it is not a Snappy block' }),
    );
  });

  it.each([
    ['no byte', []],
    ['an unfinished length', [0x80]],
    ['a length of six bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
  ])('with %s is refused', (__, block) => {
    expect(() => decompressSnappy(Uint8Array.from(block), MAX)).toThrow(
      expect.objectContaining({
        code: 'invalid-compression',
        message: 'the Snappy block has no length',
      }),
    );
  });

  it.each([
    ['invalid content', [4, 0xff]],
    ['a length and no content', [4]],
    ['a text that is too short', [4, 0x04, 1, 2]],
    ['a text that is too long', [1, 0x04, 1, 2]],
    ['a copy of nothing', [8, 0x00, 1, 0x01, 0]],
    ['a copy from before the text', [8, 0x00, 1, 0x01, 2, 0x04, 1, 2]],
  ])('with %s is refused', (__, block) => {
    expect(() => decompressSnappy(Uint8Array.from(block), MAX)).toThrow(
      expect.objectContaining({ code: 'invalid-compression', message: 'it is not a Snappy block' }),
    );
  });

  it('of a long text is refused with the error of the library as cause', () => {
    const block = compressSnappy(new Uint8Array(100_000));
    block[10]! ^= 0xff;
    expect(() => decompressSnappy(block, MAX)).toThrow(
      expect.objectContaining({
        code: 'invalid-compression',
        message: 'it is not a Snappy block',
        cause: expect.any(Error) as unknown,
      }),
    );
  });

  it('compresses and decompresses to plain Uint8Array objects', () => {
    const plain = Uint8Array.from({ length: 300 }, (_, index) => index % 251);
    const block = compressSnappy(plain);
    expect(block.constructor).toBe(Uint8Array);
    const decoded = decompressSnappy(block, MAX);
    expect(decoded.constructor).toBe(Uint8Array);
    expect(decoded).toEqual(plain);
  });
});

describe('the native package', () => {
  const text = new Uint8Array(4_096).fill(1);
  const longText = new Uint8Array(4_097).fill(1);

  it('has nothing to do for short texts where WebAssembly runs', () => {
    both.decompressSnappy(both.compressSnappy(text), MAX);
    expect(snappy.compressSync).not.toHaveBeenCalled();
    expect(snappy.uncompressSync).not.toHaveBeenCalled();
  });

  it.each([
    ['longer texts', both, longText],
    ['all texts without WebAssembly', nativeOnly, text],
  ])('compresses and decompresses %s', (_, { compressSnappy, decompressSnappy }, plain) => {
    expect(decompressSnappy(compressSnappy(plain), MAX)).toEqual(plain);
    expect(snappy.compressSync).toHaveBeenCalledTimes(1);
    expect(snappy.uncompressSync).toHaveBeenCalledTimes(1);
  });
});
