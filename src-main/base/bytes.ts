/** Functions on bytes: concatenation, comparison, hex, UTF-8 and big-endian integers. */
import { timingSafeEqual } from 'node:crypto';
import { formatHex, parseHex } from '../../shared/hex.ts';
import { CodecError } from './errors.ts';

/** An empty array, for use as a constant. */
export const EMPTY_BYTES: Uint8Array = new Uint8Array(0);

/** Bytes of a slab of `briefBytes`. */
const SLAB_LENGTH = 8 * 1024;

let slab = new ArrayBuffer(0);
let slabTaken = 0;

/**
 * `length` zero bytes of a datagram or another array that lives briefly: a piece of a slab, because V8 takes several times as
 * long for an array of its own of more than 64 bytes. A piece keeps its whole slab: copy what has to be kept.
 */
export function briefBytes(length: number): Uint8Array {
  if (length > SLAB_LENGTH / 4) return new Uint8Array(length);
  if (slabTaken + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_LENGTH);
    slabTaken = 0;
  }
  const bytes = new Uint8Array(slab, slabTaken, length);
  slabTaken += length;
  return bytes;
}

/** Concatenates the parts into a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether both have the same bytes, in constant time for equal lengths: suitable for MACs and tokens. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Compares lexicographically: by the first byte that differs; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const left = a[at] ?? 0;
    const right = b[at] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  if (a.length === b.length) return 0;
  return a.length < b.length ? -1 : 1;
}

/** `a` XOR `b`, as long as the shorter of the two. */
export function xorBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.min(a.length, b.length));
  for (let at = 0; at < result.length; at++) result[at] = (a[at] ?? 0) ^ (b[at] ?? 0);
  return result;
}

/** Lower-case hex without 0x. */
export function bytesToHex(bytes: Uint8Array): string {
  // One flat string: that of `formatHex` is a chain of pieces until it is first compared, which is what IDs are for.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** Lower-case hex with 0x. */
export function to0x(bytes: Uint8Array): string {
  return `0x${formatHex(bytes)}`;
}

/**
 * Bytes of hex text in either case, with or without 0x.
 * @throws CodecError `invalid-hex`
 */
export function hexToBytes(text: string): Uint8Array {
  const bytes = parseHex(text.startsWith('0x') || text.startsWith('0X') ? text.slice(2) : text);
  if (bytes === undefined) throw new CodecError('invalid-hex', 'Not an even number of hex digits');
  return bytes;
}

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of `text`. */
export function utf8ToBytes(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/**
 * Text of UTF-8 bytes.
 * @throws CodecError `invalid-utf8`
 */
export function bytesToUtf8(bytes: Uint8Array): string {
  try {
    return utf8Decoder.decode(bytes);
  } catch (cause) {
    throw new CodecError('invalid-utf8', 'Not UTF-8 text', { cause });
  }
}

/**
 * The big-endian integer of `width` bytes (1 to 6) at `offset`.
 * @throws RangeError beyond the end of the bytes: an error of the caller
 */
export function readUint(bytes: Uint8Array, offset: number, width: 1 | 2 | 3 | 4 | 5 | 6): number {
  if (offset < 0 || offset + width > bytes.length)
    throw new RangeError('readUint beyond the end of the bytes');
  let value = 0;
  for (let at = offset; at < offset + width; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/**
 * Writes `value` big-endian into `width` bytes (1 to 6) at `offset`.
 * @throws RangeError beyond the end of the bytes, or for a value that does not fit: an error of the caller
 */
export function writeUint(
  bytes: Uint8Array,
  offset: number,
  width: 1 | 2 | 3 | 4 | 5 | 6,
  value: number,
): void {
  if (offset < 0 || offset + width > bytes.length)
    throw new RangeError('writeUint beyond the end of the bytes');
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** width) {
    throw new RangeError(`writeUint: ${String(value)} does not fit ${String(width)} bytes`);
  }
  let rest = value;
  for (let at = offset + width - 1; at >= offset; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** The big-endian unsigned integer of any number of bytes; 0n for none. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(to0x(bytes));
}

/**
 * `value` big-endian in exactly `length` bytes.
 * @throws RangeError when it is negative or does not fit
 */
export function bigintToBytes(value: bigint, length: number): Uint8Array {
  const digits = value.toString(16);
  if (value < 0n || digits.length > 2 * length)
    throw new RangeError(`Integer does not fit ${String(length)} bytes`);
  return hexToBytes(digits.padStart(2 * length, '0'));
}

/**
 * `value` big-endian without leading zero bytes; no bytes for 0n.
 * @throws RangeError for a negative value
 * @internal for tests
 */
export function bigintToMinimalBytes(value: bigint): Uint8Array {
  if (value < 0n) throw new RangeError('A negative integer cannot be encoded');
  if (value === 0n) return EMPTY_BYTES;
  const digits = value.toString(16);
  return hexToBytes(digits.length % 2 === 0 ? digits : `0${digits}`);
}

/** Position of `part`, which is not empty, in `bytes`; -1 when it does not occur. */
export function indexOfBytes(bytes: Uint8Array, part: Uint8Array): number {
  const first = part[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + part.length > bytes.length) return -1;
    if (part.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}
