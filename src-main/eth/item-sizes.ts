import type { BlockBody } from './messages.ts';

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
