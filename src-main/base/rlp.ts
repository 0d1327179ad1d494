/**
 * RLP: a writer, and a reader that reads item by item without building a tree. The reader is strict: every length and
 * every integer must be in its shortest form. A caller that must accept additional list items (EIP-8) does not call `end`,
 * and uses `readFirstRlp` where bytes may follow the item.
 * @see https://ethereum.org/en/developers/docs/data-structures-and-encoding/rlp/
 * @see https://eips.ethereum.org/EIPS/eip-8
 */
import { briefBytes, bytesToBigint, bytesToUtf8 } from './bytes.ts';
import { CodecError } from './errors.ts';

/** Error codes of RlpError. */
export type RlpErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'non-minimal-length'
  | 'expected-bytes'
  | 'expected-list'
  | 'wrong-length'
  | 'too-long'
  | 'too-many-items'
  | 'too-deep'
  | 'non-minimal-integer'
  | 'integer-too-large'
  | 'expected-boolean'
  | 'invalid-text'
  | 'missing-item';

/** Bytes that are not valid RLP, or not of the type that was read. */
export class RlpError extends CodecError<RlpErrorCode> {}

/** First byte of an empty byte string; a short length is added to it. */
export const BYTES_OFFSET = 0x80;
/** First byte of an empty list; a short payload length is added to it. */
export const LIST_OFFSET = 0xc0;
/** Longest payload with a header of one byte, bytes. */
export const SHORT_LENGTH = 55;
/** BOUNDED: bytes of a length field; no message of devp2p has 2^32 bytes. */
export const MAX_LENGTH_BYTES = 4;

const MAX_UINT64_BYTES = 8;
const MAX_UINT256_BYTES = 32;

/**
 * A cursor over the items of one list. Each read consumes the next item or throws an RlpError; none reads beyond the list.
 * Returned bytes are views of the input: copy them to keep them.
 */
export class RlpReader {
  readonly #input: Uint8Array;
  readonly #end: number;
  #at: number;
  // Result of the last #readHeader. Fields, because an object for each item takes measurable time.
  #isList = false;
  #start = 0;
  #length = 0;

  private constructor(input: Uint8Array, start: number, end: number) {
    this.#input = input;
    this.#at = start;
    this.#end = end;
  }

  /** A reader of the consecutive items of `input`, which begin at `start`. */
  static over(input: Uint8Array, start = 0): RlpReader {
    return new RlpReader(input, start, input.length);
  }

  /** Whether all items are read. */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Offset of the next item in the input. */
  get position(): number {
    return this.#at;
  }

  /** Whether the next item is a list. */
  nextIsList(): boolean {
    this.#readHeader();
    return this.#isList;
  }

  /** Reads a byte string of at most `maxLength` bytes. */
  bytes(maxLength = Number.MAX_SAFE_INTEGER): Uint8Array {
    this.#readHeader();
    if (this.#isList) throw new RlpError('expected-bytes', 'Expected a byte string, found a list');
    if (this.#length > maxLength) {
      throw new RlpError(
        'too-long',
        `Expected at most ${String(maxLength)} bytes, found ${String(this.#length)}`,
      );
    }
    this.#at = this.#start + this.#length;
    return this.#input.subarray(this.#start, this.#at);
  }

  /** Reads a byte string of exactly `length` bytes. */
  fixedBytes(length: number): Uint8Array {
    const value = this.bytes();
    if (value.length !== length) {
      throw new RlpError('wrong-length', `Expected ${String(length)} bytes, found ${String(value.length)}`);
    }
    return value;
  }

  /** Reads an unsigned integer of at most `max`. */
  uint(max: number = Number.MAX_SAFE_INTEGER): number {
    const digits = this.#integerBytes(7);
    const value = numberOf(digits);
    if (value > max) throw new RlpError('integer-too-large', `An integer above ${String(max)}`);
    return value;
  }

  /** Reads an unsigned integer of at most 64 bits. */
  uint64(): bigint {
    const digits = this.#integerBytes(MAX_UINT64_BYTES);
    // Most are small, and a number is made several times as fast.
    return digits.length > 6 ? bytesToBigint(digits) : BigInt(numberOf(digits));
  }

  /** Reads an unsigned integer of at most 256 bits. */
  uint256(): bigint {
    return bytesToBigint(this.#integerBytes(MAX_UINT256_BYTES));
  }

  /** Reads 0 or 1 as a boolean. */
  boolean(): boolean {
    const value = this.#integerBytes(1);
    if (value.length === 0) return false;
    if (value[0] === 1) return true;
    throw new RlpError('expected-boolean', 'Expected a boolean, found neither 0 nor 1');
  }

  /** Reads UTF-8 text of at most `maxBytes`. */
  text(maxBytes: number): string {
    const value = this.bytes(maxBytes);
    try {
      return bytesToUtf8(value);
    } catch (cause) {
      throw new RlpError('invalid-text', 'Text that is not UTF-8', { cause });
    }
  }

  /** Reads the header of a list and returns a reader of its items. */
  list(): RlpReader {
    this.#readHeader();
    if (!this.#isList) throw new RlpError('expected-list', 'Expected a list, found a byte string');
    this.#at = this.#start + this.#length;
    return new RlpReader(this.#input, this.#start, this.#at);
  }

  /** Reads a list of at most `maxItems` items, each with `readItem`. */
  listOf<T>(readItem: (reader: RlpReader) => T, maxItems: number): T[] {
    const items = this.list();
    const result: T[] = [];
    while (!items.done) {
      if (result.length >= maxItems) {
        throw new RlpError('too-many-items', `More than ${String(maxItems)} items in a list`);
      }
      result.push(readItem(items));
    }
    return result;
  }

  /** The encoding of the next item, including its header. Its payload is not checked. */
  raw(): Uint8Array {
    const from = this.#at;
    this.#readHeader();
    this.#at = this.#start + this.#length;
    return this.#input.subarray(from, this.#at);
  }

  /** Skips the next item. */
  skip(): void {
    this.raw();
  }

  /** Asserts that all items are read. */
  end(): void {
    if (!this.done) throw new RlpError('trailing-bytes', 'More items than the message has fields');
  }

  #integerBytes(maxBytes: number): Uint8Array {
    const digits = this.bytes();
    if (digits.length > maxBytes) {
      throw new RlpError('integer-too-large', `An integer of more than ${String(maxBytes)} bytes`);
    }
    if (digits[0] === 0) throw new RlpError('non-minimal-integer', 'An integer with a leading zero byte');
    return digits;
  }

  #readHeader(): void {
    if (this.done) throw new RlpError('missing-item', 'A list with fewer items than the message has fields');
    const first = this.#input[this.#at] ?? 0;
    this.#isList = first >= LIST_OFFSET;
    if (first < BYTES_OFFSET) {
      this.#start = this.#at;
      this.#length = 1;
      return;
    }
    const size = first - (this.#isList ? LIST_OFFSET : BYTES_OFFSET);
    if (size <= SHORT_LENGTH) {
      this.#start = this.#at + 1;
      this.#length = size;
    } else {
      this.#readLongLength(size - SHORT_LENGTH);
    }
    if (this.#length > this.#end - this.#start)
      throw new RlpError('truncated', 'An item longer than its container');
    if (size === 1 && !this.#isList && (this.#input[this.#start] ?? 0) < BYTES_OFFSET) {
      throw new RlpError('non-minimal-length', 'A single small byte with a header');
    }
  }

  #readLongLength(width: number): void {
    const from = this.#at + 1;
    if (width > this.#end - from) throw new RlpError('truncated', 'An item that ends within its header');
    if ((this.#input[from] ?? 0) === 0)
      throw new RlpError('non-minimal-length', 'A length with a leading zero byte');
    if (width > MAX_LENGTH_BYTES) throw new RlpError('truncated', 'An item longer than its container');
    let length = 0;
    for (let at = from; at < from + width; at++) length = length * 256 + (this.#input[at] ?? 0);
    if (length <= SHORT_LENGTH) throw new RlpError('non-minimal-length', 'A long header for a short item');
    this.#start = from + width;
    this.#length = length;
  }
}

/** A big-endian integer of at most 6 bytes. With 7 it may be rounded, to a number that is no safe integer either. */
function numberOf(digits: Uint8Array): number {
  let value = 0;
  for (let at = 0; at < digits.length; at++) value = value * 256 + (digits[at] ?? 0);
  return value;
}

/**
 * Reads `input` as one item.
 * @throws RlpError `trailing-bytes` when bytes follow the item, and errors of `read`
 */
export function readRlp<T>(input: Uint8Array, read: (reader: RlpReader) => T): T {
  const reader = RlpReader.over(input);
  const value = read(reader);
  reader.end();
  return value;
}

/** Reads the first item of `input` and ignores the bytes after it, as EIP-8 requires. @throws RlpError */
export function readFirstRlp<T>(input: Uint8Array, read: (reader: RlpReader) => T): T {
  return read(RlpReader.over(input));
}

/** A decoded item: a byte string or a list of items. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** BOUNDED: nesting depth of `readRlpItem`, our choice; no message of devp2p is nested deeper than a block. */
const MAX_DEPTH = 16;

/**
 * Reads the next item with all items in it.
 * @throws RlpError `too-deep` beyond 16 levels, `too-many-items` for more than `maxItems` items in total
 * @internal for tests
 */
export function readRlpItem(reader: RlpReader, maxItems: number): RlpItem {
  let left = maxItems;
  const readItem = (items: RlpReader, depth: number): RlpItem => {
    if (--left < 0) throw new RlpError('too-many-items', `More than ${String(maxItems)} items`);
    if (depth > MAX_DEPTH) throw new RlpError('too-deep', `Lists nested beyond ${String(MAX_DEPTH)} levels`);
    if (!items.nextIsList()) return items.bytes();
    const inner = items.list();
    const result: RlpItem[] = [];
    while (!inner.done) result.push(readItem(inner, depth + 1));
    return result;
  };
  return readItem(reader, 0);
}

/** An encoded item, which the writer copies unchanged. */
export class RawRlp {
  readonly encoded: Uint8Array;

  constructor(encoded: Uint8Array) {
    this.encoded = encoded;
  }
}

/** Input of the writer: bytes, text (as UTF-8), unsigned integers, booleans, lists, and encoded items. */
export type RlpInput = Uint8Array | string | number | bigint | boolean | RawRlp | readonly RlpInput[];

const textEncoder = new TextEncoder();

/**
 * Encodes `input` as RLP.
 * @param space zero bytes before it, which the caller fills: a message is written into its packet at once. A packet lives
 *   briefly, so the result is of `briefBytes` then
 * @throws RangeError for a negative or unsafe integer: an error of the caller
 */
export function encodeRlp(input: RlpInput, space = 0): Uint8Array {
  const pieces: Uint8Array[] = [];
  const length = space + collect(input, pieces);
  const encoded = space > 0 ? briefBytes(length) : new Uint8Array(length);
  // The pieces are in reverse order, because a header needs the length of its payload.
  let at = length;
  for (const piece of pieces) {
    at -= piece.length;
    encoded.set(piece, at);
  }
  return encoded;
}

/** Length of `encodeRlp(input)`, bytes. @throws RangeError as encodeRlp */
export function rlpLength(input: RlpInput): number {
  return collect(input, []);
}

/** Appends the pieces of `input` to `pieces` in reverse order. @returns their length in bytes */
function collect(input: RlpInput, pieces: Uint8Array[]): number {
  if (input instanceof RawRlp) {
    pieces.push(input.encoded);
    return input.encoded.length;
  }
  if (!Array.isArray(input))
    return collectBytes(toBytes(input as Exclude<typeof input, readonly RlpInput[]>), pieces);
  const items = input as readonly RlpInput[];
  let length = 0;
  for (let at = items.length - 1; at >= 0; at--) length += collect(items[at] ?? EMPTY, pieces);
  return length + collectHeader(LIST_OFFSET, length, pieces);
}

const EMPTY = new Uint8Array(0);

function collectBytes(bytes: Uint8Array, pieces: Uint8Array[]): number {
  pieces.push(bytes);
  if (bytes.length === 1 && (bytes[0] ?? 0) < BYTES_OFFSET) return 1;
  return bytes.length + collectHeader(BYTES_OFFSET, bytes.length, pieces);
}

/** All headers of one byte, allocated once: nearly every item of a small message has one. */
const SHORT_HEADERS: readonly Uint8Array[] = Array.from({ length: 256 }, (_, first) => Uint8Array.of(first));

function collectHeader(offset: number, length: number, pieces: Uint8Array[]): number {
  if (length <= SHORT_LENGTH) {
    pieces.push(SHORT_HEADERS[offset + length] ?? EMPTY);
    return 1;
  }
  const digits = integerBytes(length);
  const header = new Uint8Array(1 + digits.length);
  header[0] = offset + SHORT_LENGTH + digits.length;
  header.set(digits, 1);
  pieces.push(header);
  return header.length;
}

function toBytes(input: Uint8Array | string | number | bigint | boolean): Uint8Array {
  if (input instanceof Uint8Array) return input;
  if (typeof input === 'number') return integerBytes(input);
  if (typeof input === 'bigint') return bigIntegerBytes(input);
  return typeof input === 'string' ? textEncoder.encode(input) : integerBytes(input ? 1 : 0);
}

function integerBytes(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`RLP cannot encode ${String(value)}`);
  if (value === 0) return EMPTY;
  if (value < 256) return SHORT_HEADERS[value] ?? EMPTY;
  let width = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) width++;
  const bytes = new Uint8Array(width);
  let rest = value;
  for (let at = width - 1; at >= 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

function bigIntegerBytes(value: bigint): Uint8Array {
  if (value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return integerBytes(Number(value));
  if (value < 0n) throw new RangeError('RLP cannot encode negative integers');
  const digits = value.toString(16);
  const width = Math.ceil(digits.length / 2);
  const bytes = new Uint8Array(width);
  const padded = digits.padStart(2 * width, '0');
  for (let at = 0; at < width; at++) bytes[at] = Number.parseInt(padded.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
