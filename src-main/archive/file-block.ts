import type { EthVersionRow } from '../eth/versions.ts';

/** A block as a file has it; nothing of it is verified. */
export interface FileBlock {
  /** The file, for errors. */
  readonly file: string;
  /** RLP of the header. */
  readonly header: Uint8Array;
  /** RLP of the body: transactions, ommers, and withdrawals since Shanghai. */
  readonly body: Uint8Array;
  /** RLP of the list of receipts; undefined where the file has none. */
  readonly receipts: { readonly form: EthVersionRow['receipts']; readonly encoded: Uint8Array } | undefined;
  /** Undefined where the file has none. */
  readonly totalDifficulty: bigint | undefined;
  /** How much of the file is read with this block, from 0 to 1. */
  readonly fraction: number;
}

/** The formats of files with blocks. */
export type BlockFileFormat = 'rlp' | 'rlp.gz' | 'era1' | 'ere';

/** An open file with blocks. */
export interface BlockFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly format: BlockFileFormat;
  /** First and last block by the index of the file; undefined for a format without index. */
  readonly index: { readonly first: bigint; readonly last: bigint } | undefined;
  /**
   * The blocks in the order of the file. Memory is bounded by the largest block.
   * @param from number of the first block to read; a file without index is always read from its start
   * @throws ArchiveError `archive-malformed`, FileError
   */
  blocks(from?: bigint): AsyncGenerator<FileBlock, void, undefined>;
  close(): Promise<void>;
}
