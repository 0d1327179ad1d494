/**
 * RLP: a writer, and a reader that walks over the bytes without building a tree. The reader is strict: every length
 * and every integer must have its shortest form. Callers that must tolerate additions to a message (EIP-8) simply do
 * not ask for the end of a list, and use `readFirstRlp` where bytes may follow the item.
 * @see https://ethereum.org/en/developers/docs/data-structures-and-encoding/rlp/
 * @see https://eips.ethereum.org/EIPS/eip-8
 */
import { bytesToBigint, bytesToUtf8 } from './bytes.ts';
import { CodecError } from './errors.ts';

/** What RLP bytes can have wrong. */
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

/** Bytes that are not the RLP that the reader asks for. */
export class RlpError extends CodecError<RlpErrorCode> {}

/** First byte of the empty byte string, and of byte strings by length above it. */
const BYTES_OFFSET = 0x80;
/** First byte of the empty list, and of lists by payload length above it. */
const LIST_OFFSET = 0xc0;
/** Payloads up to this length have a one-byte header. */
const SHORT_LENGTH = 55;
/** Bytes of a length that this implementation takes: 2^32 is beyond every message of the field. */
const MAX_LENGTH_BYTES = 4;

const MAX_UINT64_BYTES = 8;
const MAX_UINT256_BYTES = 32;

/**
 * A cursor over the items of one list. Every read takes the next item or throws an RlpError, and none reads beyond
 * the list. Bytes are views onto the input: copy them to keep them.
 */
export class RlpReader {
  readonly #input: Uint8Array;
  readonly #end: number;
  #at: number;
  // Header of the item that #readHeader saw last; fields, because a result object for each item is measurable.
  #isList = false;
  #start = 0;
  #length = 0;

  private constructor(input: Uint8Array, start: number, end: number) {
    this.#input = input;
    this.#at = start;
    this.#end = end;
  }

  /** A reader over the items that `input` consists of, one after the other. */
  static over(input: Uint8Array): RlpReader {
    return new RlpReader(input, 0, input.length);
  }

  /** Whether no item is left. */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Bytes from the start of the input to the next item. */
  get position(): number {
    return this.#at;
  }

  /** Whether the next item is a list. */
  nextIsList(): boolean {
    this.#readHeader();
    return this.#isList;
  }

  /** The next item's bytes, at most `maxLength` of them. */
  bytes(maxLength = Number.MAX_SAFE_INTEGER): Uint8Array {
    this.#readHeader();
    if (this.#isList) throw new RlpError('expected-bytes', 'A list where bytes belong');
    if (this.#length > maxLength) {
      throw new RlpError(
        'too-long',
        `${String(this.#length)} bytes where at most ${String(maxLength)} belong`,
      );
    }
    this.#at = this.#start + this.#length;
    return this.#input.subarray(this.#start, this.#at);
  }

  /** The next item's bytes, exactly `length` of them. */
  fixedBytes(length: number): Uint8Array {
    const value = this.bytes();
    if (value.length !== length) {
      throw new RlpError('wrong-length', `${String(value.length)} bytes where ${String(length)} belong`);
    }
    return value;
  }

  /** An unsigned integer of at most `max`. */
  uint(max: number = Number.MAX_SAFE_INTEGER): number {
    const digits = this.#integerBytes(7);
    let value = 0;
    for (const digit of digits) value = value * 256 + digit;
    if (value > max) throw new RlpError('integer-too-large', `An integer above ${String(max)}`);
    return value;
  }

  /** An unsigned integer of 64 bits. */
  uint64(): bigint {
    return bytesToBigint(this.#integerBytes(MAX_UINT64_BYTES));
  }

  /** An unsigned integer of 256 bits. */
  uint256(): bigint {
    return bytesToBigint(this.#integerBytes(MAX_UINT256_BYTES));
  }

  /** 0 or 1 as a truth value. */
  boolean(): boolean {
    const value = this.#integerBytes(1);
    if (value.length === 0) return false;
    if (value[0] === 1) return true;
    throw new RlpError('expected-boolean', 'Neither 0 nor 1 where a truth value belongs');
  }

  /** UTF-8 text of at most `maxBytes`. */
  text(maxBytes: number): string {
    const value = this.bytes(maxBytes);
    try {
      return bytesToUtf8(value);
    } catch (cause) {
      throw new RlpError('invalid-text', 'Bytes that are no UTF-8 text', { cause });
    }
  }

  /** A reader over the items of the next item, which must be a list. */
  list(): RlpReader {
    this.#readHeader();
    if (!this.#isList) throw new RlpError('expected-list', 'Bytes where a list belongs');
    this.#at = this.#start + this.#length;
    return new RlpReader(this.#input, this.#start, this.#at);
  }

  /** Reads every item of the next item, a list of at most `maxItems`. */
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

  /** The next item as it is encoded, header and all; what it contains is not looked at. */
  raw(): Uint8Array {
    const from = this.#at;
    this.#readHeader();
    this.#at = this.#start + this.#length;
    return this.#input.subarray(from, this.#at);
  }

  /** Passes over the next item. */
  skip(): void {
    this.raw();
  }

  /** Asserts that no item is left. */
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

/**
 * Reads the one item that `input` consists of.
 * @throws RlpError `trailing-bytes` when bytes follow it, and whatever `read` meets
 */
export function readRlp<T>(input: Uint8Array, read: (reader: RlpReader) => T): T {
  const reader = RlpReader.over(input);
  const value = read(reader);
  reader.end();
  return value;
}

/** Reads the first item of `input` and ignores bytes that follow it, as EIP-8 asks. */
export function readFirstRlp<T>(input: Uint8Array, read: (reader: RlpReader) => T): T {
  return read(RlpReader.over(input));
}

/** An RLP item of unknown meaning. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** BOUNDED: nesting that `readRlpItem` follows; nothing of the field nests deeper than a block's parts. */
const MAX_DEPTH = 16;

/**
 * The next item with everything in it, checked through and through.
 * @throws RlpError `too-deep` beyond 16 levels, `too-many-items` when it holds more than `maxItems` altogether
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

/** An item that is encoded already. */
export class RawRlp {
  readonly encoded: Uint8Array;

  constructor(encoded: Uint8Array) {
    this.encoded = encoded;
  }
}

/** What the writer takes: bytes, text (UTF-8), unsigned integers (shortest form), truth values, lists, encoded items. */
export type RlpInput = Uint8Array | string | number | bigint | boolean | RawRlp | readonly RlpInput[];

const textEncoder = new TextEncoder();

/**
 * The RLP encoding of `input`.
 * @throws RangeError for a negative or unsafe integer: a mistake of the caller
 */
export function encodeRlp(input: RlpInput): Uint8Array {
  const pieces: Uint8Array[] = [];
  const length = collect(input, pieces);
  const encoded = new Uint8Array(length);
  // Pieces were collected from the back, so that each header comes after its payload's length is known.
  let at = length;
  for (const piece of pieces) {
    at -= piece.length;
    encoded.set(piece, at);
  }
  return encoded;
}

/** Appends the pieces of `input` to `pieces`, last piece first, and returns how many bytes they are. */
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

/** Headers of one byte, made once: nearly every item of a small message has one. */
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
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`RLP has no form for ${String(value)}`);
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
  if (value < 0n) throw new RangeError('RLP has no form for negative integers');
  const digits = value.toString(16);
  const width = Math.ceil(digits.length / 2);
  const bytes = new Uint8Array(width);
  const padded = digits.padStart(2 * width, '0');
  for (let at = 0; at < width; at++) bytes[at] = Number.parseInt(padded.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
