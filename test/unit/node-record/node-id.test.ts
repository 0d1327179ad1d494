import { describe, expect, it } from 'vitest';
import {
  compareDistance,
  logDistance,
  NODE_ID_LENGTH,
  nodeIdIn,
} from '../../../src-main/node-record/node-id.ts';

function id(...bytes: number[]): Uint8Array {
  const result = new Uint8Array(NODE_ID_LENGTH);
  result.set(bytes);
  return result;
}

describe('The node ID in a text', () => {
  it('has lower-case digits, with or without 0x before them', () => {
    const digits = 'aB'.repeat(32);
    expect([digits, `0x${digits}`].map(nodeIdIn)).toEqual(['ab'.repeat(32), 'ab'.repeat(32)]);
  });

  it.each(['', 'ab'.repeat(31), 'ab'.repeat(33), `${'ab'.repeat(31)}zz`, ` ${'ab'.repeat(32)}`])(
    'is missing in "%s"',
    (text) => {
      expect(nodeIdIn(text)).toBeUndefined();
    },
  );
});

describe('The log distance', () => {
  it('is 0 for the same ID and 256 when the first bits differ', () => {
    expect(logDistance(id(5), id(5))).toBe(0);
    expect(logDistance(id(0), id(0x80))).toBe(256);
    expect(logDistance(id(0), id(0xff))).toBe(256);
  });

  it.each(Array.from({ length: 256 }, (_, bit) => bit))(
    'is bit + 1 when bit %i is the highest bit that differs',
    (bit) => {
      const other = new Uint8Array(NODE_ID_LENGTH).fill(0);
      other[NODE_ID_LENGTH - 1 - (bit >> 3)] = 1 << (bit & 7);
      expect(logDistance(new Uint8Array(NODE_ID_LENGTH), other)).toBe(bit + 1);
      expect(logDistance(other, new Uint8Array(NODE_ID_LENGTH))).toBe(bit + 1);
    },
  );
});

describe('Comparing distances', () => {
  it('finds the closer of two IDs by XOR', () => {
    expect(compareDistance(id(0), id(1), id(2))).toBe(-1);
    expect(compareDistance(id(3), id(1), id(2))).toBe(1);
    expect(compareDistance(id(9), id(7), id(7))).toBe(0);
    expect(compareDistance(id(0, 0, 4), id(0, 0, 5), id(0, 0, 0))).toBe(-1);
  });
});
