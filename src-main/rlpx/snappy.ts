/**
 * Snappy block format. The uncompressed length is checked before memory is allocated.
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
import { compressSync, uncompressSync } from 'snappy';
import { RlpxError } from './errors.ts';

/** Electron's V8 accepts no external array buffers; copying is also faster. */
const COPY = { copyOutputData: true };

/**
 * Largest ratio of uncompressed to compressed length: an element of three bytes yields at most 64 bytes. A block that
 * announces more is refused before memory is allocated.
 */
const MAX_EXPANSION = 22;

/** Compresses `plain` to a Snappy block. */
export function compressSnappy(plain: Uint8Array): Uint8Array {
  const block = compressSync(plain, COPY);
  return new Uint8Array(block.buffer, block.byteOffset, block.length);
}

/**
 * Decompresses a Snappy block to at most `maxLength` bytes.
 * @throws RlpxError `message-too-large`, `invalid-compression`
 */
export function decompressSnappy(block: Uint8Array, maxLength: number): Uint8Array {
  const length = plainLength(block);
  if (length > maxLength) {
    throw new RlpxError('message-too-large', { size: length, limit: maxLength });
  }
  if (length > block.length * MAX_EXPANSION) {
    throw new RlpxError('invalid-compression', {
      detail: 'the Snappy block announces more data than it can hold',
    });
  }
  if (length === 0 && block.length === 1) return new Uint8Array(0);
  try {
    const plain = uncompressSync(block, COPY) as Uint8Array;
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch (cause) {
    throw new RlpxError('invalid-compression', { detail: 'it is not a Snappy block' }, { cause });
  }
}

/** Reads the length prefix: a little-endian varint of at most 5 bytes. */
function plainLength(block: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  throw new RlpxError('invalid-compression', { detail: 'the Snappy block has no length' });
}
