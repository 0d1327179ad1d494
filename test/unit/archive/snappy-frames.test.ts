import { describe, expect, test } from 'vitest';
import { decodeSnappyFrames } from '../../../src-main/archive/snappy-frames.ts';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { maskedCrcOf } from '../../../src-main/store/leveldb/crc32c.ts';
import { snappyChunk, snappyFramed } from '../../support/block-files.ts';

const IDENTIFIER = [0xff, 6, 0, 0, ...new TextEncoder().encode('sNaPpY')];
const plain = new TextEncoder().encode('header header header header');

function crcOf(bytes: Uint8Array): number[] {
  const crc = new Uint8Array(4);
  new DataView(crc.buffer).setUint32(0, maskedCrcOf(bytes, 0, bytes.length), true);
  return [...crc];
}

const uncompressed = snappyChunk(1, Uint8Array.of(...crcOf(plain), ...plain));
const streamOf = (...chunks: readonly ArrayLike<number>[]): Uint8Array =>
  concatBytes(...chunks.map((chunk) => Uint8Array.from(chunk)));

describe('a stream of Snappy frames', () => {
  test('is decoded: compressed chunks, uncompressed chunks, padding', () => {
    expect(decodeSnappyFrames(snappyFramed(plain), 100)).toEqual(plain);
    const padding = snappyChunk(0xfe, new Uint8Array(9));
    const stream = streamOf(IDENTIFIER, padding, uncompressed, IDENTIFIER, uncompressed);
    expect(decodeSnappyFrames(stream, 100)).toEqual(Uint8Array.of(...plain, ...plain));
    expect(decodeSnappyFrames(streamOf(IDENTIFIER), 100)).toEqual(new Uint8Array(0));
  });

  test('of several chunks is decoded', () => {
    const long = Uint8Array.from({ length: 150_000 }, (_, at) => at % 251);
    expect(Buffer.compare(decodeSnappyFrames(snappyFramed(long), 150_000), long)).toBe(0);
    expect(() => decodeSnappyFrames(snappyFramed(long), 149_999)).toThrow(
      expect.objectContaining({ code: 'too-long' }),
    );
  });

  test('of many chunks of a byte is decoded', () => {
    const count = 300_000;
    const one = Uint8Array.of(7);
    const chunks = Buffer.alloc(count * 9, snappyChunk(1, Uint8Array.of(...crcOf(one), ...one)));
    const decoded = decodeSnappyFrames(streamOf(IDENTIFIER, chunks), count);
    expect(Buffer.compare(decoded, Buffer.alloc(count, one))).toBe(0);
  });

  test.each([
    ['no byte', streamOf([]), /is empty/],
    ['no identifier', streamOf(uncompressed), /does not begin with its identifier/],
    [
      'another identifier',
      streamOf([0xff, 6, 0, 0, ...new TextEncoder().encode('SnApPy')]),
      /another identifier/,
    ],
    ['a chunk of an unknown type', streamOf(IDENTIFIER, snappyChunk(2, plain)), /unknown type 2/],
    ['a truncated chunk', streamOf(IDENTIFIER, uncompressed.slice(0, -1)), /ends within a chunk/],
    ['a truncated chunk header', streamOf(IDENTIFIER, [0, 1]), /ends within a chunk/],
    ['a chunk without checksum', streamOf(IDENTIFIER, snappyChunk(1, Uint8Array.of(1, 2, 3))), /no checksum/],
    [
      'another checksum',
      streamOf(IDENTIFIER, snappyChunk(1, Uint8Array.of(0, 0, 0, 0, 7))),
      /not have its checksum/,
    ],
    [
      'an uncompressed chunk of more than 65,536 bytes',
      streamOf(IDENTIFIER, snappyChunk(1, new Uint8Array(65_541))),
      /longer than allowed/,
    ],
    [
      'a compressed chunk that announces more than 65,536 bytes',
      streamOf(IDENTIFIER, snappyChunk(0, Uint8Array.of(0, 0, 0, 0, 0x81, 0x80, 0x04, 0))),
      /announces 65537 bytes/,
    ],
  ])('with %s is refused', (_, stream, message) => {
    expect(() => decodeSnappyFrames(stream, 1_000_000)).toThrow(message);
  });
});
