import { describe, expect, it } from 'vitest';
import {
  encodeRlp,
  RawRlp,
  readFirstRlp,
  readRlp,
  readRlpItem,
  RlpError,
  RlpReader,
  type RlpErrorCode,
  type RlpInput,
} from '../../../src-main/base/rlp.ts';
import { hex, unhex } from '../../support/hex.ts';

function refusal(action: () => unknown): RlpErrorCode {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(RlpError);
    return (error as RlpError).code;
  }
  throw new Error('Nothing was refused');
}

const read = <T>(text: string, action: (reader: RlpReader) => T): T => readRlp(hex(text), action);

describe('Encoding RLP', () => {
  it.each<[string, RlpInput, string]>([
    ['no bytes', new Uint8Array(0), '80'],
    ['a zero byte', Uint8Array.of(0), '00'],
    ['a small byte', Uint8Array.of(0x7f), '7f'],
    ['a large byte', Uint8Array.of(0x80), '8180'],
    ['text', 'dog', '83646f67'],
    ['no text', '', '80'],
    ['0', 0, '80'],
    ['0n', 0n, '80'],
    ['15', 15, '0f'],
    ['127n', 127n, '7f'],
    ['128', 128, '8180'],
    ['1024', 1024, '820400'],
    ['2^48 - 1', 2 ** 48 - 1, '86ffffffffffff'],
    ['2^53 - 1', Number.MAX_SAFE_INTEGER, '871fffffffffffff'],
    ['2^64 - 1', 2n ** 64n - 1n, '88ffffffffffffffff'],
    ['2^256 - 1', 2n ** 256n - 1n, `a0${'ff'.repeat(32)}`],
    ['true', true, '01'],
    ['false', false, '80'],
    ['an empty list', [], 'c0'],
    ['cat and dog', ['cat', 'dog'], 'c88363617483646f67'],
    ['the set of three', [[], [[]], [[], [[]]]], 'c7c0c1c0c3c0c1c0'],
    ['an encoded item', ['a', new RawRlp(hex('c20102'))], 'c461c20102'],
    ['55 bytes', new Uint8Array(55), `b7${'00'.repeat(55)}`],
    ['56 bytes', new Uint8Array(56), `b838${'00'.repeat(56)}`],
    ['1024 bytes', new Uint8Array(1024), `b90400${'00'.repeat(1024)}`],
    ['a list of 56 bytes', Array.from({ length: 56 }, () => 1), `f838${'01'.repeat(56)}`],
  ])('encodes %s in its shortest form', (_what, input, expected) => {
    expect(unhex(encodeRlp(input))).toBe(`0x${expected}`);
  });

  it('writes after the space that its caller fills', () => {
    expect([...encodeRlp([1, 2], 3)]).toEqual([0, 0, 0, 0xc2, 1, 2]);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -1n])(
    'refuses %s with RangeError, as an error of the caller',
    (value) => {
      expect(() => encodeRlp(value)).toThrow(RangeError);
    },
  );
});

describe('Reading RLP', () => {
  it('reads items in order, and reports when all are read', () => {
    read('c88363617483646f67', (reader) => {
      const items = reader.list();
      expect(items.nextIsList()).toBe(false);
      expect(items.text(3)).toBe('cat');
      expect(items.done).toBe(false);
      expect(unhex(items.raw())).toBe('0x83646f67');
      expect(items.done).toBe(true);
      items.end();
    });
  });

  it('reads fields of every type', () => {
    read('d1018203e880c2048505018501020304050a', (reader) => {
      const items = reader.list();
      expect(items.boolean()).toBe(true);
      expect(items.uint(1000)).toBe(1000);
      expect(items.uint64()).toBe(0n);
      items.skip();
      expect(items.uint256()).toBe(5n);
      expect(items.uint(1)).toBe(1);
      expect(items.fixedBytes(5)).toEqual(hex('0102030405'));
      expect(items.bytes()).toEqual(hex('0a'));
      items.end();
    });
  });

  it('returns views of the input, not copies', () => {
    const input = hex('83646f67');
    const view = readRlp(input, (reader) => reader.bytes());
    input[1] = 0;
    expect(view[0]).toBe(0);
  });

  it.each<[RlpErrorCode, string, (reader: RlpReader) => unknown]>([
    ['missing-item', '', (reader) => reader.bytes()],
    ['missing-item', 'c0', (reader) => reader.list().bytes()],
    ['truncated', '83646f', (reader) => reader.bytes()],
    ['truncated', 'c2', (reader) => reader.list()],
    ['truncated', 'c183', (reader) => reader.list().bytes()],
    ['truncated', 'c183646f67', (reader) => reader.list().bytes()],
    ['truncated', 'b8', (reader) => reader.bytes()],
    ['truncated', 'b90400', (reader) => reader.bytes()],
    ['truncated', 'bfffffffffffffffff', (reader) => reader.bytes()],
    ['truncated', 'ffffffffffffffffff', (reader) => reader.list()],
    ['truncated', 'bb7fffffff', (reader) => reader.bytes()],
    ['trailing-bytes', '0102', (reader) => reader.bytes()],
    [
      'trailing-bytes',
      'c20102',
      (reader) => {
        const items = reader.list();
        items.skip();
        items.end();
      },
    ],
    ['non-minimal-length', '8105', (reader) => reader.bytes()],
    ['non-minimal-length', 'b801ff', (reader) => reader.bytes()],
    ['non-minimal-length', `b837${'00'.repeat(55)}`, (reader) => reader.bytes()],
    ['non-minimal-length', `b90038${'00'.repeat(56)}`, (reader) => reader.bytes()],
    ['non-minimal-length', 'f80102', (reader) => reader.list()],
    ['expected-bytes', 'c0', (reader) => reader.bytes()],
    ['expected-bytes', 'c0', (reader) => reader.uint()],
    ['expected-list', '80', (reader) => reader.list()],
    ['wrong-length', '820102', (reader) => reader.fixedBytes(3)],
    ['too-long', '83646f67', (reader) => reader.bytes(2)],
    ['too-long', '83646f67', (reader) => reader.text(2)],
    ['too-many-items', 'c3010203', (reader) => reader.listOf((item) => item.uint(), 2)],
    ['non-minimal-integer', '00', (reader) => reader.uint()],
    ['non-minimal-integer', '820001', (reader) => reader.uint64()],
    ['integer-too-large', '820100', (reader) => reader.uint(255)],
    ['integer-too-large', '8720000000000000', (reader) => reader.uint()],
    ['integer-too-large', '880100000000000000', (reader) => reader.uint()],
    ['integer-too-large', '89010000000000000000', (reader) => reader.uint64()],
    ['integer-too-large', `a101${'00'.repeat(32)}`, (reader) => reader.uint256()],
    ['expected-boolean', '02', (reader) => reader.boolean()],
    ['integer-too-large', '820101', (reader) => reader.boolean()],
    ['invalid-text', '82c328', (reader) => reader.text(9)],
  ])('refuses with %s: %s', (code, input, action) => {
    expect(refusal(() => read(input, action))).toBe(code);
  });

  it('ignores bytes after the first item where EIP-8 requires it', () => {
    const input = hex('c201020304ff');
    expect(readFirstRlp(input, (reader) => reader.list().uint())).toBe(1);
    expect(refusal(() => readRlp(input, (reader) => reader.list()))).toBe('trailing-bytes');
  });

  it('reports the offset of the next item', () => {
    const reader = RlpReader.over(hex('c20102'));
    expect(reader.position).toBe(0);
    reader.skip();
    expect(reader.position).toBe(3);
  });
});

describe('Reading an item of any type', () => {
  it('returns it with all items in it', () => {
    expect(read('c7c0c1c0c3c0c1c0', (reader) => readRlpItem(reader, 100))).toEqual([[], [[]], [[], [[]]]]);
  });

  it('refuses nesting beyond 16 levels and more items than the maximum', () => {
    let nested: RlpInput = [];
    for (let level = 0; level < 20; level++) nested = [nested];
    expect(refusal(() => readRlp(encodeRlp(nested), (reader) => readRlpItem(reader, 100)))).toBe('too-deep');
    expect(refusal(() => read('c3010203', (reader) => readRlpItem(reader, 3)))).toBe('too-many-items');
    expect(refusal(() => read('c2c183', (reader) => readRlpItem(reader, 9)))).toBe('truncated');
  });
});
