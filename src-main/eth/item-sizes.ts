import type { BlockBody } from './messages.ts';
import { FlatReceipts, receiptLength, type BlockReceipts } from './receipts.ts';

/** The longest prefix of a list or of a byte string. */
const PREFIX = 5;

/** Size of an encoded body, bytes. It is never too small: each list prefix counts with its largest length. */
export function bodySize(body: BlockBody): number {
  let size = PREFIX;
  for (const part of [body.transactions, body.ommers, body.withdrawals ?? []]) {
    size += PREFIX;
    for (const item of part) size += item.length;
  }
  return size;
}

/** Size of the encoded receipts of a block in the flat form, the smaller one, bytes. */
export function receiptsSize(receipts: BlockReceipts): number {
  if (receipts instanceof FlatReceipts) return PREFIX + receipts.items.length;
  let size = PREFIX;
  for (const receipt of receipts) size += receiptLength('flat', receipt);
  return size;
}
