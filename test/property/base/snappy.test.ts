import * as fc from 'fast-check';
import { compressSync, uncompressSync } from 'snappy';
import { describe, expect, it } from 'vitest';
import { loadSnappyModule, ShortSnappy } from '../../../src-main/base/short-snappy.ts';
import { compressSnappy, decompressSnappy, SnappyError } from '../../../src-main/base/snappy.ts';

const MAX = 16 * 1024 * 1024;
const run = loadSnappyModule()!;
const short = new ShortSnappy(run);
const maxText = run.maxText.value;
const maxBlock = run.maxBlock.value;

/** Lengths at which the compressor changes its ways, and any others. */
const lengths = fc.oneof(
  fc.nat(70),
  fc.integer({ min: 250, max: 262 }),
  fc.nat(5_000),
  fc.integer({ min: maxText - 20, max: maxText + 20 }),
);

/** Bytes that are the same for the same seed, of `kinds` values. */
function noise(length: number, seed: number, kinds: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % kinds;
  });
}

const random = fc
  .tuple(lengths, fc.nat(), fc.constantFrom(1, 2, 4, 16, 256))
  .map(([length, seed, kinds]) => noise(length, seed, kinds));

const repetitive = fc
  .tuple(lengths, fc.uint8Array({ minLength: 1, maxLength: 3_000, size: 'max' }))
  .map(([length, unit]) => Uint8Array.from({ length }, (_, at) => unit[at % unit.length]!));

/** Pieces of noise, some of which come again. */
const mixed = fc
  .tuple(fc.array(fc.tuple(fc.nat(6), fc.nat(400)), { maxLength: 30 }), lengths)
  .map(([pieces, length]) =>
    Buffer.concat(pieces.map(([seed, piece]) => noise(piece, seed * 7 + 1, 256))).subarray(0, length),
  )
  .map((bytes) => Uint8Array.from(bytes));

const texts = fc.oneof(random, repetitive, mixed);

/** An element of a block and what it adds to the text, with an offset that may be wrong. */
const element = fc.oneof(
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 90, size: 'max' }), fc.constantFrom(0, 1, 2, 3, 4))
    .map(([content, width]) => ({ bytes: literal(content, width), count: content.length })),
  fc.tuple(fc.integer({ min: 4, max: 11 }), fc.nat(90)).map(([count, offset]) => ({
    bytes: Uint8Array.of(((offset >> 8) << 5) | ((count - 4) << 2) | 1, offset & 0xff),
    count,
  })),
  fc.tuple(fc.integer({ min: 1, max: 64 }), fc.nat(90)).map(([count, offset]) => ({
    bytes: Uint8Array.of(((count - 1) << 2) | 2, ...bytesOf(offset, 2)),
    count,
  })),
  fc
    .tuple(fc.integer({ min: 1, max: 64 }), fc.oneof(fc.nat(90), fc.nat(2 ** 32 - 1)))
    .map(([count, offset]) => ({
      bytes: Uint8Array.of(((count - 1) << 2) | 3, ...bytesOf(offset, 4)),
      count,
    })),
  // A literal of 2^32 bytes.
  fc.constant({ bytes: Uint8Array.of(63 << 2, 0xff, 0xff, 0xff, 0xff), count: 0 }),
);

/** A literal whose length has `width` bytes after its tag, or is in it. */
function literal(content: Uint8Array, width: number): Uint8Array {
  const stored = content.length - 1;
  const tag = width === 0 ? Math.min(stored, 59) << 2 : (59 + width) << 2;
  return Uint8Array.of(tag, ...bytesOf(stored, width), ...content);
}

function bytesOf(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, at) => Math.floor(value / 256 ** at) % 256);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

/** Blocks of any elements: with the right length or another one, written longer than necessary or not, and cut or not. */
const composed = fc
  .tuple(
    fc.oneof(fc.constant(undefined), fc.nat(400)),
    fc.nat(2),
    fc.array(element, { maxLength: 8 }),
    fc.oneof(fc.constant(0), fc.nat(5)),
  )
  .map(([wrongLength, zeros, elements, missing]) => {
    const length = wrongLength ?? elements.reduce((sum, { count }) => sum + count, 0);
    const block = Buffer.concat([prefix(length, zeros), ...elements.map(({ bytes }) => bytes)]);
    return Uint8Array.from(block.subarray(0, block.length - missing));
  });

/** A length, with `zeros` bytes that add nothing. */
function prefix(length: number, zeros: number): Uint8Array {
  const bytes = [...varint(length), ...bytesOf(0, zeros)];
  return Uint8Array.from(bytes, (byte, at) => (at < bytes.length - 1 ? byte | 0x80 : byte));
}

/** Blocks of texts after one damage. */
const damaged = fc
  .tuple(
    texts,
    fc.constantFrom('change', 'cut', 'append', 'insert', 'length'),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
  )
  .map(([text, damage, position, change]): Uint8Array => {
    const block = compressSync(text) as Uint8Array;
    // Most often near the beginning: the end of a block is mostly content of literals.
    const at = position % Math.min(block.length, position % 2 === 0 ? 8 : block.length);
    const before = block.subarray(0, at);
    if (damage === 'cut') return Uint8Array.from(before);
    if (damage === 'append') return Uint8Array.of(...block, change);
    if (damage === 'insert') return Uint8Array.of(...before, change, ...block.subarray(at));
    if (damage === 'length') {
      const start = varint(text.length).length;
      return Uint8Array.of(
        ...varint(text.length + (change % 2 === 0 ? 1 : change)),
        ...block.subarray(start),
      );
    }
    const changed = Uint8Array.from(block);
    changed[at]! ^= change;
    return changed;
  });

const plainOf = (block: Uint8Array): Buffer | string => {
  try {
    return Buffer.from(decompressSnappy(block, MAX));
  } catch (error) {
    expect(error).toBeInstanceOf(SnappyError);
    return (error as SnappyError).code;
  }
};

/** The same by the native package alone, for blocks that announce no more than MAX bytes. */
const nativePlainOf = (block: Uint8Array): Buffer | string => {
  try {
    return Buffer.from(uncompressSync(block) as Uint8Array);
  } catch {
    return 'invalid-compression';
  }
};

function announced(block: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < Math.min(5, block.length); at++) {
    length += (block[at]! & 0x7f) * 2 ** (7 * at);
    if (block[at]! < 0x80) break;
  }
  return length;
}

function expectSameOutcome(block: Uint8Array): void {
  fc.pre(announced(block) <= MAX);
  const expected = nativePlainOf(block);
  const actual = plainOf(block);
  if (typeof expected === 'string' || typeof actual === 'string') expect(actual).toBe(expected);
  else expect(Buffer.compare(actual, expected)).toBe(0);
}

describe('Snappy by the module and by the native package', () => {
  it('gives blocks that the native package decompresses', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const block = compressSnappy(text);
        expect(Buffer.compare(uncompressSync(block) as Uint8Array, text)).toBe(0);
        expect(block.length).toBeLessThanOrEqual(8 + text.length + Math.ceil(text.length / 60));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives blocks of about the same lengths', () => {
    const samples = fc.sample(fc.oneof(repetitive, mixed), { numRuns: 500, seed: 9 });
    const sum = (compress: (text: Uint8Array) => Uint8Array): number =>
      samples.reduce((bytes, text) => bytes + compress(text).length, 0);
    const ours = sum(compressSnappy);
    expect(ours).toBeLessThan(samples.reduce((bytes, text) => bytes + text.length, 0) * 0.6);
    expect(ours / sum((text) => compressSync(text) as Uint8Array)).toBeLessThan(1.03);
  });

  it('gives the text of a block', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(Buffer.compare(decompressSnappy(compressSync(text) as Uint8Array, text.length), text)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('reads or refuses the same damaged blocks', () => {
    fc.assert(fc.property(damaged, expectSameOutcome), { numRuns: 2_000 });
  });

  it('reads or refuses the same blocks of any elements', () => {
    fc.assert(fc.property(composed, expectSameOutcome), { numRuns: 5_000 });
  });

  it('reads or refuses the same random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), expectSameOutcome), {
      numRuns: 5_000,
    });
  });
});

describe('Snappy by the module', () => {
  it('takes texts and blocks up to its limits', () => {
    expect(short.takesText(new Uint8Array(maxText))).toBe(true);
    expect(short.takesText(new Uint8Array(maxText + 1))).toBe(false);
    expect(short.takesBlock(new Uint8Array(maxBlock), maxText)).toBe(true);
    expect(short.takesBlock(new Uint8Array(maxBlock + 1), maxText)).toBe(false);
    expect(short.takesBlock(new Uint8Array(1), maxText + 1)).toBe(false);
  });

  it('writes nothing beyond text and block, whatever it is given', () => {
    const memory = new Uint8Array(run.memory.buffer);
    const untouched = Buffer.alloc(memory.length, 0xaa);
    const beyond = (from: number, end: number): boolean =>
      Buffer.compare(memory.subarray(from, end), untouched.subarray(from, end)) === 0;
    const text = run.text.value;
    const block = run.block.value;
    expect(text).toBeLessThan(block);
    fc.assert(
      fc.property(fc.oneof(damaged, composed), fc.nat(maxText), fc.nat(5), (bytes, length, start) => {
        fc.pre(start <= bytes.length && short.takesBlock(bytes, length));
        memory.fill(0xaa);
        short.decompress(bytes, start, length);
        expect(beyond(0, text)).toBe(true);
        expect(beyond(text + length, block)).toBe(true);
        expect(beyond(block + bytes.length, untouched.length)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  const start = [0x0c, 1, 2, 3, 4];
  it.each([
    ['a literal', [4, ...start]],
    ['a literal with a length of 1 byte', [1, 60 << 2, 0, 7]],
    ['a literal with a length of 2 bytes', [1, 61 << 2, 0, 0, 7]],
    ['a literal with a length of 3 bytes', [1, 62 << 2, 0, 0, 0, 7]],
    ['a literal with a length of 4 bytes', [1, 63 << 2, 0, 0, 0, 0, 7]],
    ['a copy with an offset of 1 byte', [8, ...start, 1, 4]],
    ['a copy with an offset of 2 bytes', [8, ...start, (3 << 2) | 2, 4, 0]],
    ['a copy with an offset of 4 bytes', [8, ...start, (3 << 2) | 3, 4, 0, 0, 0]],
  ])('refuses %s that is cut, while its rest is in the memory', (_, bytes) => {
    const block = Uint8Array.from(bytes);
    for (let end = 1; end < block.length; end++) {
      expect(short.decompress(block, 1, block[0]!)).toHaveLength(block[0]!);
      expect(short.decompress(block.subarray(0, end), 1, block[0]!)).toBeUndefined();
    }
  });

  it('refuses what does not fit, whoever calls', () => {
    const repeated = Array.from({ length: maxText / 64 }, () => [(63 << 2) | 2, 1, 0]).flat();
    const block = Uint8Array.of(0x00, 7, ...repeated);
    new Uint8Array(run.memory.buffer).set(block, run.block.value);
    expect(run.decompress(0, block.length - 3, maxText - 63)).toBe(1);
    expect(run.decompress(0, block.length, maxText + 1)).toBe(0);
    expect(run.decompress(maxBlock, maxBlock, 0)).toBe(1);
    expect(run.decompress(maxBlock + 1, maxBlock + 1, 0)).toBe(0);
    expect(run.decompress(2, 1, 0)).toBe(0);
  });
});
