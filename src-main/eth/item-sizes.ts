/** Sizes of encoded chain items, in bytes. They are never too small: each list prefix counts with its largest length. */
import type { BlockBody } from './messages.ts';
import type { Receipt } from './receipts.ts';
import type { EthVersionRow } from './versions.ts';

/** The longest prefix of a list or of a byte string. */
const PREFIX = 5;

/** A receipt without its logs: prefixes, type, state root and gas; in the consensus encoding also the bloom filter. */
const RECEIPT: Readonly<Record<EthVersionRow['receipts'], number>> = { flat: 56, consensus: 320 };

/** A log without topics and data: prefixes and address. */
const LOG = 3 * PREFIX + 21;

/** A topic with its prefix. */
const TOPIC = 33;

/** Size of an encoded body. */
export function bodySize(body: BlockBody): number {
  let size = PREFIX;
  for (const part of [body.transactions, body.ommers, body.withdrawals ?? []]) {
    size += PREFIX;
    for (const item of part) size += item.length;
  }
  return size;
}

/** Size of the encoded receipts of one block. */
export function receiptsSize(form: EthVersionRow['receipts'], receipts: readonly Receipt[]): number {
  let size = PREFIX;
  for (const { logs } of receipts) {
    size += RECEIPT[form];
    for (const { topics, data } of logs) size += LOG + TOPIC * topics.length + data.length;
  }
  return size;
}
