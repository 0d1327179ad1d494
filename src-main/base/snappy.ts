/**
 * Snappy block format: short texts by a WebAssembly module where it runs, others by the native package. The uncompressed length is
 * checked before memory is allocated.
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
import { compressSync, uncompressSync } from 'snappy';
import { CodecError } from './errors.ts';
import { loadSnappyModule, ShortSnappy } from './short-snappy.ts';

const snappyModule = loadSnappyModule();
const short = snappyModule && new ShortSnappy(snappyModule);

/** Electron's V8 accepts no external array buffers; copying is also faster. */
const COPY = { copyOutputData: true };

/**
 * Largest ratio of uncompressed to compressed length: an element of three bytes yields at most 64 bytes. A block that
 * announces more is refused before memory is allocated.
 */
const MAX_EXPANSION = 22;

/** Bytes that are not a Snappy block (`invalid-compression`), or one of more than the allowed length (`too-long`). */
export class SnappyError extends CodecError<'too-long' | 'invalid-compression'> {
  /** The announced uncompressed length, bytes; 0 for a block without one. */
  readonly size: number;

  constructor(code: SnappyError['code'], message: string, size: number, options?: ErrorOptions) {
    super(code, message, options);
    this.size = size;
  }
}

/** Compresses `plain` to a Snappy block, which may be a piece of a larger buffer: copy it to keep it. */
export function compressSnappy(plain: Uint8Array): Uint8Array {
  return short?.takesText(plain) === true ? short.compress(plain) : compressNatively(plain);
}

/**
 * Decompresses a Snappy block to at most `maxLength` bytes.
 * @throws SnappyError
 */
export function decompressSnappy(block: Uint8Array, maxLength: number): Uint8Array {
  const { length, end } = readLength(block);
  if (length > maxLength) {
    const message = `the Snappy block announces ${String(length)} bytes, more than ${String(maxLength)}`;
    throw new SnappyError('too-long', message, length);
  }
  if (length > block.length * MAX_EXPANSION) {
    const message = 'the Snappy block announces more data than it can hold';
    throw new SnappyError('invalid-compression', message, length);
  }
  if (length === 0 && block.length === 1) return new Uint8Array(0);
  if (short?.takesBlock(block, length) !== true) return decompressNatively(block, length);
  const plain = short.decompress(block, end, length);
  if (plain === undefined) throw new SnappyError('invalid-compression', 'it is not a Snappy block', length);
  return plain;
}

function compressNatively(plain: Uint8Array): Uint8Array {
  const block = compressSync(plain, COPY);
  return new Uint8Array(block.buffer, block.byteOffset, block.length);
}

/** @throws SnappyError */
function decompressNatively(block: Uint8Array, length: number): Uint8Array {
  try {
    const plain = uncompressSync(block, COPY) as Uint8Array;
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch (cause) {
    throw new SnappyError('invalid-compression', 'it is not a Snappy block', length, { cause });
  }
}

/** Reads the length prefix: a little-endian varint of at most 5 bytes, which ends before `end`. */
function readLength(block: Uint8Array): { length: number; end: number } {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, end: at + 1 };
  }
  throw new SnappyError('invalid-compression', 'the Snappy block has no length', 0);
}
