/*
 * Snappy blocks of short texts, as a module with a memory of its own: it reads what strangers send, and must not reach keys. The
 * caller puts bytes into `text` or `block`, calls a function, and takes the result from the other.
 *
 * The format: https://github.com/google/snappy/blob/main/format_description.txt
 */

/** The longest text, a power of two. From there on native code compresses as fast, in Node. */
export const maxText: u32 = 4 * 1024;

/**
 * The longest block: the compressor makes none that is longer. A copy is shorter than its bytes, and a literal adds at most a byte
 * to each 60 of its bytes, or 3 in all.
 */
export const maxBlock: u32 = 32 + maxText + maxText / 6;

/** The text, and its block. */
export const text: usize = memory.data(maxText, 16);
export const block: usize = memory.data(maxBlock, 16);

/** Where four bytes with each hash were seen last, as offsets in the text of two bytes each. Empty for each text. */
const table: usize = memory.data(2 * maxText, 16);

/** The smallest table, entries. */
const MIN_TABLE: u32 = 256;

/** Multiplier of the hash: 2^32 by the golden ratio, odd. */
const GOLDEN: u32 = 0x9e3779b1;

/** How far a product of 32 bits is shifted to be an index of the table. */
let shift: u32 = 0;

/** The shortest match that becomes a copy, bytes. */
const MIN_MATCH: u32 = 4;

/** Bytes without a match after which the next place is a byte farther away, as a power of two. */
const PATIENCE: u32 = 5;

/** The kinds of elements, in the low bits of a tag. */
const LITERAL: u32 = 0;
const COPY_1: u32 = 1;
const COPY_2: u32 = 2;

/** The longest copy, bytes; and the limits of one whose offset has 11 bits. */
const MAX_COPY: u32 = 64;
const COPY_1_LENGTHS: u32 = 12;
const COPY_1_OFFSETS: u32 = 2048;

/**
 * Compresses `length` bytes of the text: each match of four bytes or more with what the table knows becomes copies, what is
 * between them literals. Returns the length of the block.
 */
export function compress(length: u32): u32 {
  const end = text + length;
  let to = writeLength(block, length);
  clearTable(length);
  /** The first byte that is not written yet. */
  let pending = text;
  /** The first byte of the text is the one that an empty entry of the table names. */
  let at = text + 1;
  while (at + MIN_MATCH <= end) {
    const bytes = load<u32>(at);
    const earlier = replaced(bytes, at);
    if (load<u32>(earlier) !== bytes) {
      // Random bytes have no match: the longer none is found, the fewer places are looked at.
      at += 1 + ((at - pending) >> PATIENCE);
      continue;
    }
    to = writeLiteral(to, pending, at);
    pending = endOfMatch(earlier + MIN_MATCH, at + MIN_MATCH, end);
    to = writeCopies(to, at - earlier, pending - at);
    at = pending;
    // The text often goes on as it did after the match before.
    if (at + MIN_MATCH <= end) replaced(load<u32>(at - 1), at - 1);
  }
  return writeLiteral(to, pending, end) - block;
}

/**
 * Decompresses a block of `blockLength` bytes, whose elements begin at `start`, after its length, to a text of exactly `length`
 * bytes. Returns whether they make such a text. Nothing beyond block and text is read or written.
 */
export function decompress(start: u32, blockLength: u32, length: u32): bool {
  if (start > blockLength || blockLength > maxBlock || length > maxText) return false;
  let from = block + start;
  const fromEnd = block + blockLength;
  let to = text;
  const end = text + length;
  while (from < fromEnd) {
    const tag: u32 = load<u8>(from++);
    const left: u32 = fromEnd - from;
    let count: u32 = (tag >> 2) + 1;
    if ((tag & 3) === LITERAL) {
      if (count > 60) {
        const width = count - 60;
        if (left < width) return false;
        count = 0;
        for (let at: u32 = 0; at < width; at++) count |= u32(load<u8>(from++)) << (8 * at);
        if (count === u32.MAX_VALUE) return false;
        count++;
      }
      if (count > fromEnd - from || count > end - to) return false;
      memory.copy(to, from, count);
      from += count;
      to += count;
      continue;
    }
    let offset: u32;
    if ((tag & 3) === COPY_1) {
      if (left < 1) return false;
      count = ((tag >> 2) & 7) + MIN_MATCH;
      offset = ((tag >> 5) << 8) | load<u8>(from);
      from += 1;
    } else if ((tag & 3) === COPY_2) {
      if (left < 2) return false;
      offset = load<u16>(from);
      from += 2;
    } else {
      if (left < 4) return false;
      offset = load<u32>(from);
      from += 4;
    }
    if (offset === 0 || offset > to - text || count > end - to) return false;
    copyWithin(to, to - offset, count);
    to += count;
  }
  return to === end;
}

/** Copies `count` bytes from before `to`; those that are just written may be among them. */
function copyWithin(to: usize, from: usize, count: u32): void {
  // What repeats every few bytes also repeats every 8 bytes or more: `from` stays until `to` is that far away.
  while (to - from < 8 && count > 0) {
    const period: u32 = min<u32>(to - from, count);
    for (let at: u32 = 0; at < period; at++) store<u8>(to++, load<u8>(from + at));
    count -= period;
  }
  for (; count >= 8; count -= 8) {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
  }
  for (; count > 0; count--) store<u8>(to++, load<u8>(from++));
}

/** Empties a table that is large enough for a text. */
function clearTable(length: u32): void {
  let size = MIN_TABLE;
  shift = 32 - 8;
  for (; size < length; size *= 2) shift--;
  memory.fill(table, 0, 2 * size);
}

/** Where bytes with the hash of these were seen last; from now on that is `at`. */
function replaced(bytes: u32, at: usize): usize {
  const entry = table + 2 * ((bytes * GOLDEN) >> shift);
  const last = load<u16>(entry);
  store<u16>(entry, u16(at - text));
  return text + last;
}

/** Where the bytes from `at` on stop to be those from `earlier` on. */
function endOfMatch(earlier: usize, at: usize, end: usize): usize {
  while (at + 8 <= end) {
    const difference = load<u64>(at) ^ load<u64>(earlier);
    if (difference !== 0) return at + usize(ctz(difference) >> 3);
    at += 8;
    earlier += 8;
  }
  while (at < end && load<u8>(at) === load<u8>(earlier)) {
    at++;
    earlier++;
  }
  return at;
}

/** Writes the length of a text as a varint. Returns the end of what it wrote, as the next three do. */
function writeLength(to: usize, length: u32): usize {
  for (; length >= 0x80; length >>= 7) store<u8>(to++, length | 0x80);
  store<u8>(to, length);
  return to + 1;
}

/** Writes the bytes of the text in [from, end), if there are any. A length above 60 has bytes of its own after the tag. */
function writeLiteral(to: usize, from: usize, end: usize): usize {
  const count: u32 = end - from;
  if (count === 0) return to;
  const width: u32 = count <= 60 ? 0 : count <= 256 ? 1 : 2;
  store<u8>(to++, ((width === 0 ? count - 1 : 59 + width) << 2) | LITERAL);
  // What is too much here is overwritten by the bytes.
  store<u16>(to, count - 1);
  to += width;
  memory.copy(to, from, count);
  return to + count;
}

/** Writes a match as copies. All but the last are as long as can be, if that leaves it at least MIN_MATCH bytes. */
function writeCopies(to: usize, offset: u32, count: u32): usize {
  while (count > MAX_COPY) {
    const part = min<u32>(MAX_COPY, count - MIN_MATCH);
    to = writeCopy(to, offset, part);
    count -= part;
  }
  return writeCopy(to, offset, count);
}

function writeCopy(to: usize, offset: u32, count: u32): usize {
  if (count < COPY_1_LENGTHS && offset < COPY_1_OFFSETS) {
    store<u8>(to, ((offset >> 8) << 5) | ((count - MIN_MATCH) << 2) | COPY_1);
    store<u8>(to, offset, 1);
    return to + 2;
  }
  store<u8>(to, ((count - 1) << 2) | COPY_2);
  store<u16>(to, offset, 1);
  return to + 3;
}
