/** What a header commits to, computed from the items of its block. */
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, RawRlp } from '../base/rlp.ts';
import { listRoot } from '../chain/list-root.ts';
import type { BlockHeader } from './headers.ts';
import type { BlockBody } from './messages.ts';
import { encodeConsensusReceipt, type Receipt } from './receipts.ts';
import { unwrapTransaction } from './transactions.ts';

/** The fields of a header for its body. */
export type BodyRoots = Pick<BlockHeader, 'transactionsRoot' | 'ommersHash' | 'withdrawalsRoot'>;

/** Computes the roots of a body; that of the withdrawals is undefined for a body without them. */
export function bodyRootsOf({ transactions, ommers, withdrawals }: BlockBody): BodyRoots {
  return {
    transactionsRoot: listRoot(transactions.map(unwrapTransaction)),
    ommersHash: keccak256(encodeRlp(ommers.map((item) => new RawRlp(item)))),
    withdrawalsRoot: withdrawals && listRoot(withdrawals),
  };
}

/** Computes the receipts root of a block, 32 bytes. */
export function receiptsRootOf(receipts: readonly Receipt[]): Uint8Array {
  return listRoot(receipts.map(encodeConsensusReceipt));
}
