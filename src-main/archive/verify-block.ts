/**
 * Verifies a block of a file: its place in the chain, and that its body and receipts are those that its header commits to.
 * Nothing is executed.
 */
import { equalBytes, to0x } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { KECCAK_LENGTH, keccak256 } from '../base/keccak.ts';
import { encodeRlp, RawRlp, readRlp } from '../base/rlp.ts';
import { listRoot } from '../chain/list-root.ts';
import { decodeHeader, type BlockHeader } from '../eth/headers.ts';
import { readBody, type BlockBody } from '../eth/messages.ts';
import {
  encodeBlockReceipts,
  encodeConsensusReceipt,
  readBlockReceipts,
  type Receipt,
} from '../eth/receipts.ts';
import { ArchiveError, type ArchiveErrorCode } from './errors.ts';
import type { FileBlock } from './file-block.ts';

/** Position of the withdrawals root among the fields of a header (EIP-4895). */
const WITHDRAWALS_ROOT_AT = 16;

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
function verifyBody({ file, header: encoded, body }: FileBlock, header: BlockHeader): void {
  const block = header.number;
  const { transactions, ommers, withdrawals } = decoded({ file, block, field: 'body' }, () =>
    readRlp(body, readBody),
  );
  const place = { file, header, code: 'archive-invalid-block' } as const;
  const gives = 'the body gives';
  const root = listRoot(transactions.map(withoutEnvelope));
  expectHash({ ...place, field: 'transactions root' }, header.transactionsRoot, root, gives);
  const ommersHash = keccak256(encodeRlp(ommers.map((item) => new RawRlp(item))));
  expectHash({ ...place, field: 'ommers hash' }, header.ommersHash, ommersHash, gives);
  verifyWithdrawals(place, withdrawalsRootOf(file, encoded, block), withdrawals);
}

function verifyWithdrawals(
  place: Omit<HashPlace, 'field'>,
  root: Uint8Array | undefined,
  withdrawals: BlockBody['withdrawals'],
): void {
  if (root !== undefined && withdrawals !== undefined) {
    expectHash({ ...place, field: 'withdrawals root' }, root, listRoot(withdrawals), 'the body gives');
  } else if (root !== undefined || withdrawals !== undefined) {
    const { file, header, code } = place;
    const reason =
      root === undefined
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
  const root = listRoot(receipts.map(encodeConsensusReceipt));
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

/** The value of a transaction in the trie: a typed one without the header of its byte string (EIP-2718). */
function withoutEnvelope(transaction: Uint8Array): Uint8Array {
  return readRlp(transaction, (reader) => (reader.nextIsList() ? reader.raw() : reader.bytes()));
}

/**
 * The withdrawals root of a header (32 bytes); undefined before Shanghai.
 * @throws ArchiveError `archive-malformed`
 */
export function withdrawalsRootOf(file: string, header: Uint8Array, block: bigint): Uint8Array | undefined {
  return decoded({ file, block, field: 'withdrawals root' }, () =>
    readRlp(header, (reader) => {
      const fields = reader.list();
      for (let at = 0; at < WITHDRAWALS_ROOT_AT && !fields.done; at++) fields.skip();
      return fields.done ? undefined : fields.fixedBytes(KECCAK_LENGTH);
    }),
  );
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
