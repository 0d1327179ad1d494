/**
 * LevelDB's table format (.ldb): sorted entries in blocks with checksums, and an index at the end. When the index is lost,
 * this reader finds the blocks by their checksums; LevelDB's own repair does not.
 * @see https://github.com/google/leveldb/blob/main/doc/table_format.md
 */
import { uncompressSync } from 'snappy';
import { addByte, CRC_START, maskedCrc, maskedCrcOf } from './crc32c.ts';
import { Cursor } from './cursor.ts';
import type { Entry } from './write-batch.ts';

const FOOTER_SIZE = 48;
/** Last 8 bytes of a table: 0xdb4775248b80fb57, little-endian. */
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

/** Compression type (1 byte) and checksum (4 bytes) after each block. */
const TRAILER_SIZE = 5;

/** Compression type of Snappy; 0 is none. */
const SNAPPY = 1;

/** BOUNDED: bytes of a block, our choice; blocks of this program have about 4 KiB. */
const MAX_BLOCK = 4_194_304;

/** BOUNDED: expansion of Snappy. A copy element of 3 bytes expands to at most 64 bytes. */
const MAX_EXPANSION = 22;

/** The content of a file in the table format. */
export interface TableReading {
  /** The entries of all blocks with valid checksums. */
  readonly entries: readonly Entry[];
  /** Unreadable bytes, including those of index and filter. */
  readonly damaged: number;
}

/** Position of a block, without its trailer. */
interface Handle {
  readonly offset: number;
  readonly size: number;
}

interface TableLayout {
  readonly data: readonly Handle[];
  /** All other blocks: index, meta index and filter. */
  readonly others: readonly Handle[];
}

/** Whether bytes end with the footer of a table. */
export function isTableFile(bytes: Uint8Array): boolean {
  return bytes.length >= FOOTER_SIZE && MAGIC.every((byte, at) => bytes[bytes.length - 8 + at] === byte);
}

/** The number of unreadable bytes of a table; 0 when it is intact. Does not decode entries. */
export function damageOfTable(bytes: Uint8Array): number {
  const layout = layoutOf(bytes);
  if (layout === undefined) return Math.max(1, bytes.length);
  return damageOf(bytes, [...layout.data, ...layout.others]);
}

/** Reads all readable entries of a table. */
export function readTableFile(bytes: Uint8Array): TableReading {
  const layout = layoutOf(bytes);
  if (layout === undefined) return scanTable(bytes);
  const entries: Entry[] = [];
  let damaged = damageOf(bytes, layout.others);
  for (const handle of layout.data) {
    const found = entriesAt(bytes, handle);
    if (found === undefined) damaged += handle.size + TRAILER_SIZE;
    else entries.push(...found);
  }
  return { entries, damaged };
}

/** The first and the last key of a table; undefined when it is damaged. */
export function rangeOfTable(
  bytes: Uint8Array,
): { readonly smallest: Uint8Array; readonly largest: Uint8Array } | undefined {
  const data = layoutOf(bytes)?.data ?? [];
  const [first, last] = [data[0], data.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const smallest = entriesAt(bytes, first)?.[0]?.key;
  const largest = entriesAt(bytes, last)?.at(-1)?.key;
  return smallest === undefined || largest === undefined ? undefined : { smallest, largest };
}

function damageOf(bytes: Uint8Array, handles: readonly Handle[]): number {
  return handles
    .filter((handle) => !isWhole(bytes, handle))
    .reduce((sum, { size }) => sum + size + TRAILER_SIZE, 0);
}

/** The blocks by footer and index; undefined when one of both is unreadable. */
function layoutOf(bytes: Uint8Array): TableLayout | undefined {
  if (!isTableFile(bytes)) return undefined;
  const footer = new Cursor(bytes, bytes.length - FOOTER_SIZE);
  const metaIndex = readHandle(footer);
  const index = readHandle(footer);
  const data = handlesAt(bytes, index);
  if (footer.failed || data === undefined) return undefined;
  return { data, others: [index, metaIndex, ...(handlesAt(bytes, metaIndex) ?? [])] };
}

/** The handles in the values of an index block. */
function handlesAt(bytes: Uint8Array, handle: Handle): Handle[] | undefined {
  const pairs = pairsAt(bytes, handle);
  const handles = pairs?.map(({ value }) => wholeHandle(value));
  return handles?.every((one) => one !== undefined) === true ? handles : undefined;
}

function wholeHandle(value: Uint8Array): Handle | undefined {
  const cursor = new Cursor(value);
  const handle = readHandle(cursor);
  return cursor.failed || !cursor.atEnd ? undefined : handle;
}

function readHandle(cursor: Cursor): Handle {
  return { offset: cursor.varint(), size: cursor.varint() };
}

function isWhole(bytes: Uint8Array, { offset, size }: Handle): boolean {
  const end = offset + size + 1;
  if (size > MAX_BLOCK || end + 4 > bytes.length) return false;
  return new Cursor(bytes, end).fixed(4) === maskedCrcOf(bytes, offset, end);
}

/** The entries of a data block; undefined when it is damaged. */
function entriesAt(bytes: Uint8Array, handle: Handle): Entry[] | undefined {
  const entries: Entry[] = [];
  const pairs = pairsAt(bytes, handle);
  if (pairs === undefined) return undefined;
  for (const { key, value } of pairs) {
    // An internal key ends with its type (1 byte) and its sequence number (7 bytes), little-endian.
    const trailer = new Cursor(key, key.length - 8);
    const type = trailer.byte();
    const sequence = trailer.fixed(7);
    if (key.length < 8 || trailer.failed || type > 1) return undefined;
    entries.push({ key: key.subarray(0, -8), value: type === 1 ? value : undefined, sequence });
  }
  return entries;
}

interface Pair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

function pairsAt(bytes: Uint8Array, handle: Handle): Pair[] | undefined {
  if (!isWhole(bytes, handle)) return undefined;
  const plain = plainBlock(bytes, handle);
  return plain === undefined ? undefined : readPairs(plain);
}

function plainBlock(bytes: Uint8Array, { offset, size }: Handle): Uint8Array | undefined {
  const content = bytes.subarray(offset, offset + size);
  const type = bytes[offset + size];
  if (type !== SNAPPY) return type === 0 ? content : undefined;
  const length = new Cursor(content).varint();
  if (length > MAX_BLOCK || length > size * MAX_EXPANSION) return undefined;
  try {
    const plain = uncompressSync(content, { copyOutputData: true }) as Uint8Array;
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch {
    return undefined;
  }
}

/** Decodes a block with prefix compression; the offsets of its restart points are at its end. */
function readPairs(block: Uint8Array): Pair[] | undefined {
  if (block.length < 4) return undefined;
  const restarts = new Cursor(block, block.length - 4).fixed(4);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) return undefined;
  const cursor = new Cursor(block, 0, end);
  const pairs: Pair[] = [];
  let last = new Uint8Array(0);
  while (!cursor.atEnd && !cursor.failed) {
    const shared = cursor.varint();
    const unshared = cursor.varint();
    const valueLength = cursor.varint();
    const rest = cursor.slice(unshared);
    const value = cursor.slice(valueLength);
    if (shared > last.length) return undefined;
    const key = new Uint8Array(shared + rest.length);
    key.set(last.subarray(0, shared));
    key.set(rest, shared);
    last = key;
    pairs.push({ key, value });
  }
  return cursor.failed ? undefined : pairs;
}

/** Reads a table without its index: blocks are consecutive from the start, and a block ends where its checksum is valid. */
function scanTable(bytes: Uint8Array): TableReading {
  const entries: Entry[] = [];
  let at = 0;
  for (;;) {
    const handle = findBlock(bytes, at);
    if (handle === undefined) break;
    if (!isIndex(bytes, handle)) entries.push(...(entriesAt(bytes, handle) ?? []));
    at = handle.offset + handle.size + TRAILER_SIZE;
  }
  // At least the index is unreadable.
  return { entries, damaged: Math.max(1, bytes.length - at) };
}

function findBlock(bytes: Uint8Array, offset: number): Handle | undefined {
  let state = CRC_START;
  const last = Math.min(bytes.length - TRAILER_SIZE, offset + MAX_BLOCK);
  for (let at = offset; at <= last; at++) {
    const byte = bytes[at] ?? 0;
    state = addByte(state, byte);
    if (byte > SNAPPY || at === offset) continue;
    if (new Cursor(bytes, at + 1).fixed(4) === maskedCrc(state)) return { offset, size: at - offset };
  }
  return undefined;
}

/** Whether a block is an index, whose values are handles from the start of the file, not entries. */
function isIndex(bytes: Uint8Array, handle: Handle): boolean {
  const [first] = handlesAt(bytes, handle) ?? [];
  return first?.offset === 0 && first.size + TRAILER_SIZE <= handle.offset && isWhole(bytes, first);
}
