import { RLP } from '@ethereumjs/rlp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeRlp,
  readRlp,
  readRlpItem,
  RlpError,
  rlpLength,
  RlpReader,
  type RlpItem,
} from '../../../src-main/base/rlp.ts';

const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 400 })),
    fc.array(tie('item'), { maxLength: 8 }),
  ),
}));

/** All reads of a reader. */
const READS: readonly ((reader: RlpReader) => unknown)[] = [
  (reader) => reader.bytes(),
  (reader) => reader.bytes(3),
  (reader) => reader.fixedBytes(2),
  (reader) => reader.uint(),
  (reader) => reader.uint(255),
  (reader) => reader.uint64(),
  (reader) => reader.uint256(),
  (reader) => reader.boolean(),
  (reader) => reader.text(10),
  (reader) => reader.list(),
  (reader) => reader.listOf((inner) => inner.uint(), 4),
  (reader) => reader.raw(),
  (reader) => reader.nextIsList(),
  (reader) => readRlpItem(reader, 50),
  (reader) => {
    reader.end();
  },
];

function depth(value: RlpItem): number {
  return value instanceof Uint8Array ? 0 : 1 + Math.max(0, ...value.map(depth));
}

describe('RLP', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(item, (value) => {
        fc.pre(depth(value) <= 16);
        expect(readRlp(encodeRlp(value), (reader) => readRlpItem(reader, 100_000))).toEqual(value);
      }),
    );
  });

  it('encodes like @ethereumjs/rlp', () => {
    fc.assert(
      fc.property(item, (value) => {
        const encoded = encodeRlp(value);
        expect(encoded).toEqual(RLP.encode(value as Parameters<typeof RLP.encode>[0]));
        expect(rlpLength(value)).toBe(encoded.length);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 300n }), fc.maxSafeNat()), (value) => {
        expect(encodeRlp(value)).toEqual(RLP.encode(value));
      }),
    );
  });

  it('decodes the bytes that it accepts like @ethereumjs/rlp', () => {
    const near = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(item, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
        const bytes = encodeRlp(value);
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
      item.map((value) => encodeRlp(value)),
    );
    let accepted = 0;
    fc.assert(
      fc.property(near, (bytes) => {
        let value: RlpItem;
        try {
          value = readRlp(bytes, (reader) => readRlpItem(reader, 1000));
        } catch {
          return;
        }
        accepted++;
        expect(RLP.decode(bytes)).toEqual(value);
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it('refuses deep and long lists before it builds them', () => {
    const nested = (depth: number): RlpItem => (depth === 0 ? new Uint8Array(0) : [nested(depth - 1)]);
    const read = (value: RlpItem) => readRlp(encodeRlp(value), (reader) => readRlpItem(reader, 1000));
    expect(() => read(nested(500))).toThrow(expect.objectContaining({ code: 'too-deep' }));
    expect(() => read(Array.from({ length: 2000 }, () => new Uint8Array(0)))).toThrow(
      expect.objectContaining({ code: 'too-many-items' }),
    );
  });

  it('accepts only bytes that it would encode', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        let value: RlpItem;
        try {
          value = readRlp(bytes, (reader) => readRlpItem(reader, 1000));
        } catch (error) {
          expect(error).toBeInstanceOf(RlpError);
          return;
        }
        expect(encodeRlp(value)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('decodes integers of every size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.maxSafeNat(), (large, safe) => {
        expect(readRlp(encodeRlp(large), (reader) => reader.uint256())).toBe(large);
        expect(readRlp(encodeRlp(large % 2n ** 64n), (reader) => reader.uint64())).toBe(large % 2n ** 64n);
        expect(readRlp(encodeRlp(safe), (reader) => reader.uint())).toBe(safe);
      }),
    );
  });

  it('throws only RlpError, and never reads beyond its list, for any bytes and reads', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(item, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
        const bytes = encodeRlp(value);
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(READS.length - 1), { maxLength: 12 }), (bytes, asked) => {
        let reader = RlpReader.over(bytes);
        try {
          for (const which of asked) {
            const result = READS[which]!(reader);
            expect(reader.position).toBeLessThanOrEqual(bytes.length);
            if (result instanceof RlpReader) reader = result;
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RlpError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
