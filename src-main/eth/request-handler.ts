/** Answers to the requests of a peer: the items that the chain has, within the limits of a reply. */
import { MAX_ITEMS_SERVED, MAX_LOOKUPS, SOFT_RESPONSE_LIMIT } from './constants.ts';
import type { ChainView } from './chain-view.ts';
import type { BlockBody, HeaderQuery } from './messages.ts';
import type { Receipt } from './receipts.ts';

/**
 * Returns the encoded headers for a query, from its start in steps of `skip` + 1, until a header is missing or the
 * reply is full. Block numbers do not wrap around at 64 bits: a header beyond is missing.
 */
export function answerHeaders(chain: ChainView, query: HeaderQuery): readonly Uint8Array[] {
  const { start, limit, skip, reverse } = query;
  const step = (skip + 1n) * (reverse ? -1n : 1n);
  const count = limit < BigInt(MAX_ITEMS_SERVED) ? Number(limit) : MAX_ITEMS_SERVED;
  const headers: Uint8Array[] = [];
  let bytes = 0;
  let header = 'hash' in start ? chain.headerByHash(start.hash) : chain.headerByNumber(start.number);
  while (header !== undefined && headers.length < count && bytes < SOFT_RESPONSE_LIMIT) {
    headers.push(header.encoded);
    bytes += header.encoded.length;
    const next: bigint = header.number + step;
    header = next < 0n ? undefined : chain.headerByNumber(next);
  }
  return headers;
}

/** Returns the bodies of the requested blocks, up to the first missing one. */
export function answerBodies(chain: ChainView, hashes: readonly Uint8Array[]): readonly BlockBody[] {
  return collect(hashes, (hash) => chain.body(hash), bodySize);
}

/** Returns the receipts of the requested blocks, up to the first missing block. */
export function answerReceipts(
  chain: ChainView,
  hashes: readonly Uint8Array[],
): readonly (readonly Receipt[])[] {
  return collect(hashes, (hash) => chain.receipts(hash), receiptsSize);
}

/** Returns the requested encoded transactions, without the missing ones. */
export function answerPooledTransactions(
  chain: ChainView,
  hashes: readonly Uint8Array[],
): readonly Uint8Array[] {
  const transactions: Uint8Array[] = [];
  let bytes = 0;
  for (const hash of hashes.slice(0, MAX_LOOKUPS)) {
    if (bytes >= SOFT_RESPONSE_LIMIT) break;
    const transaction = chain.pooledTransaction(hash);
    if (transaction === undefined) continue;
    transactions.push(transaction);
    bytes += transaction.length;
  }
  return transactions;
}

function collect<T>(
  hashes: readonly Uint8Array[],
  find: (hash: Uint8Array) => T | undefined,
  sizeOf: (item: T) => number,
): readonly T[] {
  const items: T[] = [];
  let bytes = 0;
  for (const hash of hashes.slice(0, MAX_ITEMS_SERVED)) {
    if (bytes >= SOFT_RESPONSE_LIMIT) break;
    const item = find(hash);
    if (item === undefined) break;
    items.push(item);
    bytes += sizeOf(item);
  }
  return items;
}

function bodySize(body: BlockBody): number {
  let size = 0;
  for (const part of [body.transactions, body.ommers, body.withdrawals ?? []]) {
    for (const item of part) size += item.length;
  }
  return size;
}

/** Estimates the encoded size, for a soft limit: the data of all logs plus a constant per receipt. */
function receiptsSize(receipts: readonly Receipt[]): number {
  let size = 0;
  for (const receipt of receipts) {
    size += 300;
    for (const log of receipt.logs) size += log.data.length + 33 * log.topics.length + 30;
  }
  return size;
}
