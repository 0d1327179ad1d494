/** Opens files with blocks. The format is recognized by the content, not by the name. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { describeError, EnodeckError } from '../base/errors.ts';
import { openRegularFile, type OpenFile } from '../base/regular-file.ts';
import { LIST_OFFSET } from '../base/rlp.ts';
import { ENTRY_HEADER, ENTRY_TYPES, readBlockIndex, readEntryHeader } from './e2store.ts';
import { eraBlocks } from './era-blocks.ts';
import { ArchiveError } from './errors.ts';
import type { BlockFile, BlockFileFormat } from './file-block.ts';
import { FileWindow } from './file-window.ts';
import { READ_SIZE } from './limits.ts';
import { rlpExportBlocks } from './rlp-export.ts';

/** First bytes of a gzip file (RFC 1952). */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * Opens a file with blocks: an export of geth, plain or gzip, an .era1 or an .ere.
 * @throws ArchiveError `archive-malformed` for another file, FileError
 */
export async function openBlockFile(path: string): Promise<BlockFile> {
  const file = await openRegularFile(path);
  try {
    return await recognized(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function recognized(file: OpenFile): Promise<BlockFile> {
  const window = new FileWindow(file);
  const head = await window.read(0, Math.min(file.size, 2 * ENTRY_HEADER));
  const [first, second] = head;
  if (first === GZIP_MAGIC[0] && second === GZIP_MAGIC[1]) return exportFile(file, 'rlp.gz');
  if (first !== undefined && first >= LIST_OFFSET) return exportFile(file, 'rlp');
  if (head.length < ENTRY_HEADER || readEntryHeader(head).type !== ENTRY_TYPES.version) {
    const known = 'an export of geth, an .era1 or an .ere is needed';
    throw new ArchiveError('archive-malformed', { file: file.path }, `it is no file with blocks: ${known}`);
  }
  return await eraFile(file, window, head);
}

async function eraFile(file: OpenFile, window: FileWindow, head: Uint8Array): Promise<BlockFile> {
  const second = head.subarray(ENTRY_HEADER);
  if (second.length === ENTRY_HEADER && readEntryHeader(second).type === ENTRY_TYPES.beaconBlock) {
    const reason = 'it has blocks of the beacon chain (.era); an .era1 or an .ere is needed';
    throw new ArchiveError('archive-malformed', { file: file.path }, reason);
  }
  const index = await readBlockIndex(file, window);
  return {
    path: file.path,
    size: file.size,
    format: index.format,
    index: { first: index.first, last: index.first + BigInt(index.count) - 1n },
    blocks: (from = 0n) => eraBlocks(file, index, from),
    close: () => file.close(),
  };
}

function exportFile(file: OpenFile, format: Extract<BlockFileFormat, 'rlp' | 'rlp.gz'>): BlockFile {
  return {
    path: file.path,
    size: file.size,
    format,
    index: undefined,
    blocks: () => {
      let read = 0;
      const onRead = (bytes: number): void => {
        read += bytes;
      };
      const chunks = chunksOf(file, onRead);
      const plain = format === 'rlp' ? chunks : gunzipped(file.path, chunks);
      return rlpExportBlocks(file.path, plain, () => read / file.size);
    },
    close: () => file.close(),
  };
}

async function* chunksOf(file: OpenFile, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += READ_SIZE) {
    const chunk = await file.read(at, Math.min(READ_SIZE, file.size - at));
    onRead(chunk.length);
    yield chunk;
  }
}

async function* gunzipped(file: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const plain = createGunzip({ chunkSize: READ_SIZE });
  source.on('error', (error) => plain.destroy(error));
  try {
    yield* source.pipe(plain) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof EnodeckError) throw cause;
    const reason = `it is not whole gzip data (${describeError(cause)})`;
    throw new ArchiveError('archive-malformed', { file }, reason, { cause });
  } finally {
    source.destroy();
    plain.destroy();
  }
}
