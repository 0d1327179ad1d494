/**
 * Verifies a block of a file: its place in the chain, and that its body and receipts are those that its header commits to.
 * Nothing is executed.
 */
import { equalBytes, to0x } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { encodeRlp, readRlp } from '../base/rlp.ts';
import { bodyRootsOf, receiptsRootOf } from '../eth/block-roots.ts';
import { decodeHeader, type BlockHeader } from '../eth/headers.ts';
import { readBody } from '../eth/messages.ts';
import { encodeBlockReceipts, readBlockReceipts, type Receipt } from '../eth/receipts.ts';
import { ArchiveError, type ArchiveErrorCode } from './errors.ts';
import type { FileBlock } from './file-block.ts';

/** The last block of a verified chain. */
export interface ChainEnd {
  readonly number: bigint;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** Undefined where the chain does not begin at genesis and no file gave it. */
  readonly totalDifficulty: bigint | undefined;
}

/** A verified block, encoded. */
export interface VerifiedBlock extends ChainEnd {
  /** Unix time, seconds. */
  readonly time: bigint;
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  /** In the flat form of eth/69; undefined where the file has none. */
  readonly receipts: Uint8Array | undefined;
}

/**
 * Decodes the header of a block of a file.
 * @throws ArchiveError `archive-malformed`
 */
export function headerOf({ file, header }: FileBlock): BlockHeader {
  return decoded({ file, field: 'header' }, () => decodeHeader(header));
}

/**
 * Verifies a block.
 * @param header that of `block`, decoded
 * @param parent the block before it; undefined for the first block of a chain, whose place is the caller's to check
 * @throws ArchiveError `archive-malformed`, `archive-invalid-block`, `archive-other-chain`
 */
export function verifyBlock(
  block: FileBlock,
  header: BlockHeader,
  parent: ChainEnd | undefined,
): VerifiedBlock {
  const { number, hash, time } = header;
  if (parent !== undefined) verifyPlace(block.file, header, parent);
  verifyBody(block, header);
  return {
    ...{ number, hash, time, header: block.header, body: block.body },
    receipts: block.receipts && verifyReceipts(block.file, header, block.receipts),
    totalDifficulty: totalDifficultyOf(block, header, parent),
  };
}

/** Verifies number and parent hash. @throws ArchiveError `archive-other-chain` */
function verifyPlace(file: string, header: BlockHeader, parent: ChainEnd): void {
  const expected = parent.number + 1n;
  if (header.number !== expected) {
    const reason = `block ${String(expected)} is expected here`;
    throw new ArchiveError('archive-other-chain', { file, block: header.number, field: 'number' }, reason);
  }
  expectHash(
    { file, header, field: 'parent hash', code: 'archive-other-chain' },
    header.parentHash,
    parent.hash,
    'the block before it is',
  );
}

/** Verifies transactions root, ommers hash and withdrawals root. @throws ArchiveError */
function verifyBody({ file, body }: FileBlock, header: BlockHeader): void {
  const roots = decoded({ file, block: header.number, field: 'body' }, () =>
    bodyRootsOf(readRlp(body, readBody)),
  );
  const place = { file, header, code: 'archive-invalid-block' } as const;
  const gives = 'the body gives';
  expectHash(
    { ...place, field: 'transactions root' },
    header.transactionsRoot,
    roots.transactionsRoot,
    gives,
  );
  expectHash({ ...place, field: 'ommers hash' }, header.ommersHash, roots.ommersHash, gives);
  verifyWithdrawals(place, header.withdrawalsRoot, roots.withdrawalsRoot);
}

function verifyWithdrawals(
  place: Omit<HashPlace, 'field'>,
  stated: Uint8Array | undefined,
  found: Uint8Array | undefined,
): void {
  if (stated !== undefined && found !== undefined) {
    expectHash({ ...place, field: 'withdrawals root' }, stated, found, 'the body gives');
  } else if (stated !== undefined || found !== undefined) {
    const { file, header, code } = place;
    const reason =
      stated === undefined
        ? 'the body has withdrawals and the header no root of them'
        : 'the header has it and the body no withdrawals';
    throw new ArchiveError(code, { file, block: header.number, field: 'withdrawals root' }, reason);
  }
}

/**
 * Verifies the receipts of a block.
 * @returns their RLP in the flat form
 * @throws ArchiveError `archive-malformed`, `archive-invalid-block`
 */
export function verifyReceipts(
  file: string,
  header: BlockHeader,
  { form, encoded }: NonNullable<FileBlock['receipts']>,
): Uint8Array {
  const receipts: readonly Receipt[] = decoded({ file, block: header.number, field: 'receipts' }, () =>
    readRlp(encoded, (reader) => readBlockReceipts(form, reader)),
  );
  const root = receiptsRootOf(receipts);
  const place = { file, header, field: 'receipts root', code: 'archive-invalid-block' } as const;
  expectHash(place, header.receiptsRoot, root, 'the receipts give');
  return encodeRlp(encodeBlockReceipts('flat', receipts));
}

/** Sums the difficulties, and compares the sum with that of the file. @throws ArchiveError `archive-invalid-block` */
function totalDifficultyOf(
  { file, totalDifficulty: stated }: FileBlock,
  { number, difficulty }: BlockHeader,
  parent: ChainEnd | undefined,
): bigint | undefined {
  const isGenesis = parent === undefined && number === 0n;
  const before = isGenesis ? 0n : parent?.totalDifficulty;
  const sum = before === undefined ? undefined : before + difficulty;
  if (stated !== undefined && sum !== undefined && stated !== sum) {
    const reason = `it is ${String(stated)}, but the difficulties sum up to ${String(sum)}`;
    throw new ArchiveError(
      'archive-invalid-block',
      { file, block: number, field: 'total difficulty' },
      reason,
    );
  }
  return sum ?? stated;
}

interface HashPlace {
  readonly file: string;
  readonly header: BlockHeader;
  readonly field: string;
  readonly code: ArchiveErrorCode;
}

function expectHash(
  { file, header, field, code }: HashPlace,
  stated: Uint8Array,
  found: Uint8Array,
  source: string,
): void {
  if (equalBytes(stated, found)) return;
  const reason = `it is ${to0x(stated)}, but ${source} ${to0x(found)}`;
  throw new ArchiveError(code, { file, block: header.number, field }, reason);
}

function decoded<T>(place: ConstructorParameters<typeof ArchiveError>[1], read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new ArchiveError('archive-malformed', place, cause.message, { cause });
  }
}
