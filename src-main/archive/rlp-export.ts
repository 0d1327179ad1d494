/**
 * Reads the blocks that `geth export` writes: the RLP of each block, one after the other, without receipts.
 * @see https://geth.ethereum.org/docs/fundamentals/command-line-options
 */
import { CodecError } from '../base/errors.ts';
import { encodeRlp, LIST_OFFSET, MAX_LENGTH_BYTES, RawRlp, readRlp, SHORT_LENGTH } from '../base/rlp.ts';
import { ChunkReader } from './chunk-reader.ts';
import { ArchiveError } from './errors.ts';
import type { FileBlock } from './file-block.ts';
import { MAX_BLOCK_SIZE, MAX_HEADER_SIZE } from './limits.ts';

/** Parts of a block: header, transactions, ommers, withdrawals. */
const MAX_PARTS = 4;

/** Bytes of the longest header of a list that is read. */
const LIST_HEADER = 1 + MAX_LENGTH_BYTES;

/**
 * The blocks of an export.
 * @param chunks the bytes of the file, decompressed
 * @param fraction how much of the file was read, from 0 to 1
 * @throws ArchiveError `archive-malformed`, and errors of `chunks`
 */
export async function* rlpExportBlocks(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  fraction: () => number,
): AsyncGenerator<FileBlock, void, undefined> {
  const reader = new ChunkReader(chunks);
  try {
    for (;;) {
      const { offset } = reader;
      const malformed = (reason: string, options?: ErrorOptions): ArchiveError =>
        new ArchiveError('archive-malformed', { file, field: `offset ${String(offset)}` }, reason, options);
      const head = await reader.peek(LIST_HEADER);
      if (head.length === 0) {
        if (offset === 0) throw malformed('the file is empty');
        return;
      }
      const length = listLength(head);
      if (length === undefined) throw malformed('there is no RLP list where a block begins');
      if (length > MAX_BLOCK_SIZE) throw malformed(`a block of ${String(length)} bytes is too large`);
      const encoded = await reader.take(length);
      if (encoded.length < length) throw malformed('the file ends within a block');
      let parts;
      try {
        parts = partsOf(encoded);
      } catch (cause) {
        if (!(cause instanceof CodecError)) throw cause;
        throw malformed(`there is no block (${cause.message})`, { cause });
      }
      yield { file, ...parts, receipts: undefined, totalDifficulty: undefined, fraction: fraction() };
    }
  } finally {
    await reader.close();
  }
}

/** Length of a list with its header, bytes; undefined where no list begins. */
function listLength(head: Uint8Array): number | undefined {
  const [first = 0] = head;
  if (first < LIST_OFFSET) return undefined;
  const size = first - LIST_OFFSET;
  if (size <= SHORT_LENGTH) return 1 + size;
  const width = size - SHORT_LENGTH;
  if (width > MAX_LENGTH_BYTES || head.length < 1 + width) return undefined;
  return head.subarray(1, 1 + width).reduce((length, byte) => length * 256 + byte, 0) + 1 + width;
}

function partsOf(encoded: Uint8Array): Pick<FileBlock, 'header' | 'body'> {
  return readRlp(encoded, (reader) => {
    const [header, ...body] = reader.listOf((part) => part.raw(), MAX_PARTS);
    if (header === undefined || header.length > MAX_HEADER_SIZE) {
      throw new CodecError('wrong-length', 'It has no header, or one that is too long');
    }
    return { header, body: encodeRlp(body.map((part) => new RawRlp(part))) };
  });
}
