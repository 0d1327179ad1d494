/**
 * Decoder of the Snappy framing format: a stream identifier, then chunks of at most 65,536 uncompressed bytes, each with a
 * checksum.
 * @see https://github.com/google/snappy/blob/main/framing_format.txt
 */
import { equalBytes, utf8ToBytes } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { decompressSnappy } from '../base/snappy.ts';
import { maskedCrcOf } from '../store/leveldb/crc32c.ts';

/** Bytes that are not a stream of Snappy frames (`invalid-compression`), or one that is too long (`too-long`). */
export class SnappyFrameError extends CodecError<'too-long' | 'invalid-compression'> {}

/** Uncompressed bytes of a chunk (framing format, section 4.2). */
const MAX_CHUNK_SIZE = 65_536;

/** Bytes of a chunk's type and length. */
const CHUNK_HEADER = 4;
const CHECKSUM_LENGTH = 4;

const STREAM_IDENTIFIER = utf8ToBytes('sNaPpY');

/** Chunk types. */
const COMPRESSED = 0x00;
const UNCOMPRESSED = 0x01;
const IDENTIFIER = 0xff;
/** Lower types without a meaning must be refused, types from here on skipped (section 4.5 and 4.6). */
const FIRST_SKIPPABLE = 0x80;

/**
 * Decodes a whole stream of frames.
 * @param maxLength BOUNDED: uncompressed bytes; no more are decompressed
 * @throws SnappyFrameError; SnappyError for a chunk with an invalid block
 */
export function decodeSnappyFrames(stream: Uint8Array, maxLength: number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(0);
  let length = 0;
  let identified = false;
  for (let at = 0; at < stream.length;) {
    const { type, content, next } = readChunk(stream, at);
    at = next;
    if (type === IDENTIFIER) {
      if (!equalBytes(content, STREAM_IDENTIFIER)) throw invalid('the Snappy stream has another identifier');
      identified = true;
      continue;
    }
    if (!identified) throw invalid('the Snappy stream does not begin with its identifier');
    if (type >= FIRST_SKIPPABLE) continue;
    const plain = decodeChunk(type, content);
    const end = length + plain.length;
    if (end > maxLength) {
      throw new SnappyFrameError('too-long', `the data has more than ${String(maxLength)} bytes`);
    }
    if (length === 0) {
      bytes = plain;
    } else {
      if (end > bytes.length) bytes = grown(bytes, end);
      bytes.set(plain, length);
    }
    length = end;
  }
  if (!identified) throw invalid('the Snappy stream is empty');
  return bytes.subarray(0, length);
}

/** A copy with room for `length` bytes, and more, because the chunks of a stream may have one byte each. */
function grown(bytes: Uint8Array, length: number): Uint8Array {
  const larger = new Uint8Array(Math.max(length, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

interface Chunk {
  readonly type: number;
  readonly content: Uint8Array;
  /** Offset of the next chunk. */
  readonly next: number;
}

function readChunk(stream: Uint8Array, at: number): Chunk {
  const start = at + CHUNK_HEADER;
  if (start > stream.length) throw invalid('the Snappy stream ends within a chunk');
  const [type = 0, low = 0, middle = 0, high = 0] = stream.subarray(at, start);
  const next = start + low + middle * 2 ** 8 + high * 2 ** 16;
  if (next > stream.length) throw invalid('the Snappy stream ends within a chunk');
  return { type, content: stream.subarray(start, next), next };
}

function decodeChunk(type: number, content: Uint8Array): Uint8Array {
  if (type !== COMPRESSED && type !== UNCOMPRESSED) {
    throw invalid(`the Snappy stream has a chunk of the unknown type ${String(type)}`);
  }
  if (content.length < CHECKSUM_LENGTH) throw invalid('a Snappy chunk has no checksum');
  const data = content.subarray(CHECKSUM_LENGTH);
  const plain = type === UNCOMPRESSED ? data : decompressSnappy(data, MAX_CHUNK_SIZE);
  if (plain.length > MAX_CHUNK_SIZE) throw invalid('a Snappy chunk is longer than allowed');
  const checksum = new DataView(content.buffer, content.byteOffset).getUint32(0, true);
  if (maskedCrcOf(plain, 0, plain.length) !== checksum) {
    throw invalid('a Snappy chunk does not have its checksum');
  }
  return plain;
}

function invalid(message: string): SnappyFrameError {
  return new SnappyFrameError('invalid-compression', message);
}
