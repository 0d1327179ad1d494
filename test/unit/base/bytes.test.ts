import { describe, expect, it } from 'vitest';
import {
  bigintToBytes,
  bigintToMinimalBytes,
  briefBytes,
  bytesToBigint,
  bytesToHex,
  bytesToUtf8,
  compareBytes,
  concatBytes,
  equalBytes,
  hexToBytes,
  readUint,
  to0x,
  utf8ToBytes,
  writeUint,
  xorBytes,
} from '../../../src-main/base/bytes.ts';
import { CodecError } from '../../../src-main/base/errors.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('Bytes', () => {
  it('are concatenated in order', () => {
    expect(concatBytes(bytes(1), bytes(), bytes(2, 3))).toEqual(bytes(1, 2, 3));
    expect(concatBytes()).toEqual(bytes());
  });

  it('of a brief life are zero, and no piece of a slab is given twice', () => {
    const pieces = Array.from({ length: 300 }, (_, at) => briefBytes(at % 200));
    const long = briefBytes(5_000);
    for (const [at, piece] of pieces.entries()) {
      expect(piece).toEqual(new Uint8Array(at % 200));
      piece.fill(at % 251);
    }
    for (const [at, piece] of pieces.entries()) expect(piece.every((byte) => byte === at % 251)).toBe(true);
    expect(long).toEqual(new Uint8Array(5_000));
  });

  it('are equal only with the same length and the same bytes', () => {
    expect(equalBytes(bytes(1, 2), bytes(1, 2))).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 3))).toBe(false);
    expect(equalBytes(bytes(1, 2), bytes(1))).toBe(false);
    expect(equalBytes(bytes(), bytes())).toBe(true);
  });

  it('are ordered by the first byte that differs, and a prefix comes first', () => {
    const sorted = [bytes(), bytes(0), bytes(0, 1), bytes(1), bytes(255)];
    expect(sorted.toReversed().sort(compareBytes)).toEqual(sorted);
    expect(compareBytes(bytes(4), bytes(4))).toBe(0);
  });

  it('are combined by XOR', () => {
    expect(xorBytes(bytes(1, 2, 3), bytes(3, 2, 1))).toEqual(bytes(2, 0, 2));
  });
});

describe('Hex', () => {
  it('is written in lower case and read in either, with or without 0x', () => {
    expect(bytesToHex(bytes(0, 10, 255))).toBe('000aff');
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    const texts = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
    for (const length of [0, 1, 64, 65, 256]) {
      expect(bytesToHex(all.subarray(256 - length))).toBe(texts.slice(256 - length).join(''));
    }
    expect(to0x(bytes(0, 10, 255))).toBe('0x000aff');
    for (const text of ['000aff', '000AFF', '0x000aff', '0X000aFF'])
      expect(hexToBytes(text)).toEqual(bytes(0, 10, 255));
    expect(hexToBytes('')).toEqual(bytes());
  });

  it.each(['0', '0x0', 'zz', '0g', ' 00', '00 ', '0x0x00', '\u0660\u0660', '-1', '０0'])(
    'is not %j, which throws',
    (text) => {
      expect(() => hexToBytes(text)).toThrow(CodecError);
    },
  );
});

describe('Text', () => {
  it('is encoded and decoded as UTF-8, and invalid UTF-8 throws', () => {
    expect(bytesToUtf8(utf8ToBytes('Enodeck ⬡'))).toBe('Enodeck ⬡');
    expect(() => bytesToUtf8(bytes(0xff))).toThrow(CodecError);
  });
});

describe('Integers', () => {
  it.each([1, 2, 3, 4, 5, 6] as const)('of %i bytes are written and read back', (width) => {
    const buffer = new Uint8Array(8).fill(0xaa);
    for (const value of [0, 1, 256 ** width - 1]) {
      writeUint(buffer, 1, width, value);
      expect(readUint(buffer, 1, width)).toBe(value);
    }
    expect(buffer[0]).toBe(0xaa);
    expect(buffer[1 + width]).toBe(0xaa);
  });

  it('are neither written nor read beyond the end, nor written when they do not fit', () => {
    expect(() => {
      writeUint(new Uint8Array(4), 0, 2, 65_536);
    }).toThrow(RangeError);
    expect(() => {
      writeUint(new Uint8Array(4), 0, 2, -1);
    }).toThrow(RangeError);
    expect(() => {
      writeUint(new Uint8Array(4), 3, 2, 1);
    }).toThrow(RangeError);
    expect(() => readUint(new Uint8Array(4), 3, 2)).toThrow(RangeError);
  });

  it('are converted as bigint, also above 2^53', () => {
    const value = 2n ** 64n - 2n;
    expect(bytesToBigint(bigintToBytes(value, 32))).toBe(value);
    expect(bigintToBytes(0n, 2)).toEqual(bytes(0, 0));
    expect(bytesToBigint(bytes())).toBe(0n);
    expect(bigintToMinimalBytes(0n)).toEqual(bytes());
    expect(bigintToMinimalBytes(256n)).toEqual(bytes(1, 0));
    expect(() => bigintToBytes(256n, 1)).toThrow(RangeError);
    expect(() => bigintToBytes(-1n, 1)).toThrow(RangeError);
    expect(() => bigintToMinimalBytes(-1n)).toThrow(RangeError);
  });
});
