/**
 * Snappy's block format, with the plain length known before a byte is allocated.
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
import { compressSync, uncompressSync } from 'snappy';
import { RlpxError } from './errors.ts';

/** Electron's V8 takes no memory from outside; copying is faster too. */
const COPY = { copyOutputData: true };

/**
 * A compressed element of three bytes yields 64 bytes at most, so no block grows more than 22-fold. A block that
 * claims more is refused before memory is set aside for it.
 */
const MAX_EXPANSION = 22;

/** `plain` as a Snappy block. */
export function compressSnappy(plain: Uint8Array): Uint8Array {
  const block = compressSync(plain, COPY);
  return new Uint8Array(block.buffer, block.byteOffset, block.length);
}

/**
 * The plain bytes of a Snappy block, at most `maxLength` of them.
 * @throws RlpxError `message-too-large`, `invalid-compression`
 */
export function decompressSnappy(block: Uint8Array, maxLength: number): Uint8Array {
  const length = plainLength(block);
  if (length > maxLength) {
    throw new RlpxError(
      'message-too-large',
      `A message of ${String(length)} bytes, ${String(maxLength)} at most`,
    );
  }
  if (length > block.length * MAX_EXPANSION) {
    throw new RlpxError('invalid-compression', 'A Snappy block that claims more than it can hold');
  }
  if (length === 0 && block.length === 1) return new Uint8Array(0);
  try {
    const plain = uncompressSync(block, COPY) as Uint8Array;
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch (cause) {
    throw new RlpxError('invalid-compression', 'A message that is not a Snappy block', { cause });
  }
}

/** The plain length stands first, 7 bits a byte, lowest first, in at most 5 bytes. */
function plainLength(block: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  throw new RlpxError('invalid-compression', 'A Snappy block without its length');
}
