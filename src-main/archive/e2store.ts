/**
 * The e2store format, a sequence of entries of type, length and data, and the block indexes of its archives.
 * @see https://github.com/status-im/nimbus-eth2/blob/stable/docs/e2store.md
 * @see https://github.com/eth-clients/e2store-format-specs/blob/main/formats/era1.md
 * @see https://github.com/eth-clients/e2store-format-specs/blob/main/formats/ere.md
 */
import type { OpenFile } from '../base/regular-file.ts';
import { ArchiveError } from './errors.ts';
import type { FileWindow } from './file-window.ts';

/** Entry types, little-endian. */
export const ENTRY_TYPES = {
  version: 0x3265,
  beaconBlock: 0x0001,
  header: 0x0003,
  body: 0x0004,
  receipts: 0x0005,
  totalDifficulty: 0x0006,
  slimReceipts: 0x000a,
  blockIndex: 0x3266,
  dynamicBlockIndex: 0x3267,
} as const;

/** Bytes of an entry's type, length and reserved field. */
export const ENTRY_HEADER = 8;

/** BOUNDED: blocks of a file (era1.md, ere.md). */
const MAX_BLOCKS = 8_192;

/** Components of a block in an .ere: header, body, receipts, total difficulty, proof. */
const MIN_COMPONENTS = 2;
const MAX_COMPONENTS = 5;

/** Bytes of a number in an index. */
const WORD = 8;

/** A type and the length of its data, bytes. */
export interface EntryHeader {
  readonly type: number;
  readonly length: number;
}

/** The index of a file. */
export interface BlockIndex {
  readonly format: 'era1' | 'ere';
  /** Number of the first block. */
  readonly first: bigint;
  readonly count: number;
  /** Offset of the index entry, bytes: the other entries end here. */
  readonly start: number;
  /** Offsets of the components of the block at a position, bytes; in an .era1 only that of its header. */
  offsetsAt(position: number): readonly number[];
}

/** Reads type and length of an entry. @param bytes at least ENTRY_HEADER bytes */
export function readEntryHeader(bytes: Uint8Array): EntryHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { type: view.getUint16(0, true), length: view.getUint32(2, true) };
}

/**
 * Reads the index, the last entry of a file.
 * @throws ArchiveError `archive-malformed`, FileError
 */
export async function readBlockIndex(file: OpenFile, window: FileWindow): Promise<BlockIndex> {
  const malformed = (reason: string): ArchiveError =>
    new ArchiveError('archive-malformed', { file: file.path, field: 'block index' }, reason);
  if (file.size < ENTRY_HEADER + 2 * WORD) throw malformed('the file is too short to have one');
  const tail = wordsOf(await window.read(file.size - 2 * WORD, 2 * WORD));
  const [components = 0n, count = 0n] = tail;
  const found =
    (await indexAt(file, window, ENTRY_TYPES.blockIndex, count, 1n)) ??
    (await indexAt(file, window, ENTRY_TYPES.dynamicBlockIndex, count, components));
  if (found === undefined) {
    throw malformed('the file does not end with one: it is truncated, or of another format');
  }
  const { words, start, isDynamic } = found;
  if (count < 1n || count > BigInt(MAX_BLOCKS)) throw malformed(`it has ${String(count)} blocks`);
  const each = Number(isDynamic ? components : 1n);
  if (isDynamic && (each < MIN_COMPONENTS || each > MAX_COMPONENTS)) {
    throw malformed(`its blocks have ${String(components)} components`);
  }
  const [first = 0n] = words;
  if (first + count > 2n ** 64n) throw malformed(`its first block is ${String(first)}`);
  const offsets = words
    .slice(1, 1 + Number(count) * each)
    .map((word) => start + Number(BigInt.asIntN(64, word)));
  if (offsets.some((offset) => offset < 0 || offset + ENTRY_HEADER > start)) {
    throw malformed('it has an offset outside the file');
  }
  return {
    format: isDynamic ? 'ere' : 'era1',
    ...{ first, count: Number(count), start },
    offsetsAt: (position) => offsets.slice(position * each, (position + 1) * each),
  };
}

/** The words of the index entry of a type, which ends the file; undefined where there is no such entry. */
async function indexAt(
  file: OpenFile,
  window: FileWindow,
  type: number,
  count: bigint,
  components: bigint,
): Promise<{ words: readonly bigint[]; start: number; isDynamic: boolean } | undefined> {
  if (count > BigInt(MAX_BLOCKS) || components > BigInt(MAX_COMPONENTS)) return undefined;
  const isDynamic = type === ENTRY_TYPES.dynamicBlockIndex;
  const length = (Number(count * components) + (isDynamic ? 3 : 2)) * WORD;
  const start = file.size - length - ENTRY_HEADER;
  if (start < 0) return undefined;
  const entry = readEntryHeader(await window.read(start, ENTRY_HEADER));
  if (entry.type !== type || entry.length !== length) return undefined;
  return { words: wordsOf(await window.read(start + ENTRY_HEADER, length)), start, isDynamic };
}

function wordsOf(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / WORD }, (_, at) => view.getBigUint64(at * WORD, true));
}
