/** Reads the blocks of .era1 and .ere files by their index. */
import { bytesToBigint } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import type { OpenFile } from '../base/regular-file.ts';
import { ENTRY_HEADER, ENTRY_TYPES, readEntryHeader, type BlockIndex, type EntryHeader } from './e2store.ts';
import { ArchiveError } from './errors.ts';
import type { FileBlock } from './file-block.ts';
import { FileWindow } from './file-window.ts';
import { MAX_BLOCK_SIZE, MAX_HEADER_SIZE } from './limits.ts';
import { decodeSnappyFrames } from './snappy-frames.ts';

/** Entries of a block in an .era1: header, body, receipts and total difficulty. */
const ERA1_ENTRIES = 4;

/** Bytes of a total difficulty. */
const DIFFICULTY_LENGTH = 32;

/** The parts of a block, by the type of their entry. Other entries, such as proofs, are not used. */
const PARTS = {
  [ENTRY_TYPES.header]: { name: 'header', maxSize: MAX_HEADER_SIZE },
  [ENTRY_TYPES.body]: { name: 'body', maxSize: MAX_BLOCK_SIZE },
  [ENTRY_TYPES.receipts]: { name: 'receipts', maxSize: MAX_BLOCK_SIZE },
  [ENTRY_TYPES.slimReceipts]: { name: 'receipts', maxSize: MAX_BLOCK_SIZE },
  [ENTRY_TYPES.totalDifficulty]: { name: 'total difficulty', maxSize: DIFFICULTY_LENGTH },
} as const satisfies Readonly<Record<number, { readonly name: string; readonly maxSize: number }>>;

type PartType = keyof typeof PARTS;

const isPart = (type: number): type is PartType => Object.hasOwn(PARTS, type);

/**
 * The blocks of an indexed file.
 * @param from number of the first block to read
 * @throws ArchiveError `archive-malformed`, FileError
 */
export async function* eraBlocks(
  file: OpenFile,
  index: BlockIndex,
  from: bigint,
): AsyncGenerator<FileBlock, void, undefined> {
  // Each component of an .ere is in a section of its own, read in order.
  const windows = Array.from({ length: ERA1_ENTRIES + 1 }, () => new FileWindow(file));
  const start = from > index.first ? Number(from - index.first) : 0;
  for (let position = start; position < index.count; position++) {
    const number = index.first + BigInt(position);
    const parts = new Map<PartType, Uint8Array>();
    if (index.format === 'ere') {
      for (const [component, offset] of index.offsetsAt(position).entries()) {
        const entry = await readEntry(file, index, windows[component], offset, number);
        addPart(parts, file, entry, number);
      }
    } else {
      let [offset = 0] = index.offsetsAt(position);
      for (let at = 0; at < ERA1_ENTRIES; at++) {
        const entry = await readEntry(file, index, windows[0], offset, number);
        addPart(parts, file, entry, number);
        offset += ENTRY_HEADER + entry.length;
      }
    }
    yield blockOf(file, number, parts, (position + 1) / index.count);
  }
}

interface Entry extends EntryHeader {
  readonly data: Uint8Array;
}

async function readEntry(
  file: OpenFile,
  index: BlockIndex,
  window: FileWindow | undefined,
  offset: number,
  block: bigint,
): Promise<Entry> {
  const malformed = (reason: string): ArchiveError =>
    new ArchiveError('archive-malformed', { file: file.path, block }, reason);
  if (window === undefined || offset + ENTRY_HEADER > index.start) {
    throw malformed('the file ends before its entries');
  }
  const entry = readEntryHeader(await window.read(offset, ENTRY_HEADER));
  if (offset + ENTRY_HEADER + entry.length > index.start) {
    throw malformed(`an entry at offset ${String(offset)} is longer than the file`);
  }
  // Proofs and unknown entries are not read.
  if (!isPart(entry.type)) return { ...entry, data: new Uint8Array(0) };
  const { name, maxSize } = PARTS[entry.type];
  // Snappy's incompressible data is longer by less than a sixth (framing_format.txt).
  if (entry.length > 1_024 + maxSize * 2) throw malformed(`its ${name} has ${String(entry.length)} bytes`);
  return { ...entry, data: await window.read(offset + ENTRY_HEADER, entry.length) };
}

function addPart(
  parts: Map<PartType, Uint8Array>,
  file: OpenFile,
  { type, data }: Entry,
  block: bigint,
): void {
  if (!isPart(type)) return;
  const { name, maxSize } = PARTS[type];
  const malformed = (reason: string, options?: ErrorOptions): ArchiveError =>
    new ArchiveError('archive-malformed', { file: file.path, block, field: name }, reason, options);
  if (parts.has(type)) throw malformed('the block has two of them');
  if (type === ENTRY_TYPES.totalDifficulty) {
    if (data.length !== DIFFICULTY_LENGTH) throw malformed(`it has ${String(data.length)} bytes, not 32`);
    parts.set(type, data);
    return;
  }
  try {
    parts.set(type, decodeSnappyFrames(data, maxSize));
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw malformed(cause.message, { cause });
  }
}

function blockOf(
  file: OpenFile,
  block: bigint,
  parts: ReadonlyMap<PartType, Uint8Array>,
  fraction: number,
): FileBlock {
  const required = (type: PartType): Uint8Array => {
    const data = parts.get(type);
    if (data !== undefined) return data;
    const place = { file: file.path, block, field: PARTS[type].name };
    throw new ArchiveError('archive-malformed', place, 'the index of the file names none');
  };
  const consensus = parts.get(ENTRY_TYPES.receipts);
  const flat = parts.get(ENTRY_TYPES.slimReceipts);
  const difficulty = parts.get(ENTRY_TYPES.totalDifficulty);
  return {
    file: file.path,
    header: required(ENTRY_TYPES.header),
    body: required(ENTRY_TYPES.body),
    receipts:
      consensus !== undefined
        ? { form: 'consensus', encoded: consensus }
        : flat && { form: 'flat', encoded: flat },
    totalDifficulty: difficulty && bytesToBigint(Uint8Array.from(difficulty).reverse()),
    fraction,
  };
}
