/** Answers to the requests of a peer: the items that the sources have, within the limits of an answer. */
import type { Clock } from '../base/runtime.ts';
import { fitAccessLists } from './access-lists-answer.ts';
import type { AnswerLimits, ChainSource, TransactionSource } from './chain-source.ts';
import {
  HARD_RESPONSE_LIMIT,
  MAX_ITEMS_SERVED,
  MAX_POOLED_LOOKUPS,
  RECEIPTS_TIME_MS,
  SERVE_DEADLINE_MS,
  SOFT_RESPONSE_LIMIT,
} from './constants.ts';
import { bodySize } from './item-sizes.ts';
import type { EthMessageOf, HeaderQuery } from './messages.ts';
import type { EthAnswer, EthRequest } from './queries.ts';
import { ReceiptsAnswer } from './receipts-answer.ts';
import { transactionItem } from './transactions.ts';
import type { EthVersion } from './versions.ts';

/** What the requests of a session are answered from. */
export interface ServedFrom {
  readonly chain: Pick<ChainSource, 'headers' | 'bodies' | 'receipts' | 'accessLists'>;
  /** Undefined for a node without a transaction pool. */
  readonly transactions: Pick<TransactionSource, 'raw'> | undefined;
  readonly version: EthVersion;
  /** The ID of the peer that asks. */
  readonly peer: string;
  readonly clock: Pick<Clock, 'monotonic'>;
}

const LIMITS: AnswerLimits = { items: MAX_ITEMS_SERVED, bytes: SOFT_RESPONSE_LIMIT };

/** The answer without items. */
export function emptyAnswer({ name, requestId }: EthRequest): EthAnswer {
  switch (name) {
    case 'GetBlockHeaders':
      return { name: 'BlockHeaders', requestId, headers: [] };
    case 'GetBlockBodies':
      return { name: 'BlockBodies', requestId, bodies: [] };
    case 'GetReceipts':
      return { name: 'Receipts', requestId, lastIncomplete: false, blocks: [] };
    case 'GetPooledTransactions':
      return { name: 'PooledTransactions', requestId, transactions: [] };
    case 'GetBlockAccessLists':
      return { name: 'BlockAccessLists', requestId, lists: [] };
  }
}

/** Whether a request asks for any item. */
export function asksForItems(request: EthRequest): boolean {
  return request.name === 'GetBlockHeaders' ? request.query.limit > 0n : request.hashes.length > 0;
}

/** Number of items in an answer: headers, bodies, blocks with receipts, transactions, or access lists. */
export function itemCount(answer: EthAnswer): number {
  switch (answer.name) {
    case 'BlockHeaders':
      return answer.headers.length;
    case 'BlockBodies':
      return answer.bodies.length;
    case 'Receipts':
      return answer.blocks.length;
    case 'PooledTransactions':
      return answer.transactions.length;
    case 'BlockAccessLists':
      return answer.lists.filter((list) => list !== undefined).length;
  }
}

/**
 * Answers a request with what the sources have.
 * @param dueAt when the answer is late, monotonic milliseconds; SERVE_DEADLINE_MS from now by default
 * @throws what a source throws
 */
export async function answerRequest(
  request: EthRequest,
  from: ServedFrom,
  dueAt = from.clock.monotonic() + SERVE_DEADLINE_MS,
): Promise<EthAnswer> {
  const { requestId } = request;
  switch (request.name) {
    case 'GetBlockHeaders':
      return { name: 'BlockHeaders', requestId, headers: await headersFor(request.query, from) };
    case 'GetBlockBodies': {
      const hashes = request.hashes.slice(0, MAX_ITEMS_SERVED);
      const bodies = await from.chain.bodies(hashes, LIMITS, from.peer);
      return { name: 'BlockBodies', requestId, bodies: fitting(bodies, hashes.length, bodySize) };
    }
    case 'GetReceipts':
      return { name: 'Receipts', requestId, ...(await receiptsFor(request, from, dueAt)) };
    case 'GetBlockAccessLists':
      return { name: 'BlockAccessLists', requestId, lists: await accessListsFor(request.hashes, from) };
    case 'GetPooledTransactions':
      return {
        name: 'PooledTransactions',
        requestId,
        transactions: await transactionsFor(request.hashes, from),
      };
  }
}

async function headersFor(query: HeaderQuery, { chain, peer }: ServedFrom): Promise<readonly Uint8Array[]> {
  const count = query.limit < BigInt(MAX_ITEMS_SERVED) ? Number(query.limit) : MAX_ITEMS_SERVED;
  return fitting(await chain.headers(query, { ...LIMITS, items: count }, peer), count, lengthOf);
}

/**
 * Blocks of the first question for receipts; of each later one, if they probably come ROUND_RESERVE_MS before the deadline; and of one
 * at most (our choice). geth asks for 256 blocks (eth/downloader/downloader.go, MaxReceiptFetch).
 */
const RECEIPTS_ROUNDS = { first: 8, later: 64, most: 256 } as const;

/** A round that probably ends later than this before the deadline is not begun, milliseconds (our choice). */
const ROUND_RESERVE_MS = 0.1 * SERVE_DEADLINE_MS;

/** The receipts of the blocks, up to the first missing block. The source is asked in rounds, until the answer is full. */
async function receiptsFor(
  { firstIndex, hashes }: EthMessageOf<'GetReceipts'>,
  { chain, clock, version, peer }: ServedFrom,
  dueAt: number,
): Promise<ReceiptsAnswer['fields']> {
  const begun = clock.monotonic();
  const roundEndMs = dueAt - begun - ROUND_RESERVE_MS;
  const answer = new ReceiptsAnswer(version, firstIndex);
  // A block of which the answer has the end is asked for alone: the source counts all of it, and would give no later one.
  let count: number = firstIndex > 0n ? 1 : RECEIPTS_ROUNDS.first;
  let [given, elapsed] = [0, 0];
  while (count > 0 && given < hashes.length && !answer.full) {
    const asked = hashes.slice(given, given + count);
    const found = await chain.receipts(asked, { items: asked.length, bytes: answer.room }, peer);
    // A source may give more than it was asked for.
    for (const receipts of found.slice(0, asked.length)) answer.add(receipts);
    if (found.length < asked.length) break;
    given += asked.length;
    elapsed = clock.monotonic() - begun;
    count = nextRound(given, elapsed, roundEndMs);
  }
  return answer.fields;
}

/**
 * As many blocks as a source probably gives in the time that is left. They may take longer if the time of a round does not depend
 * on its blocks, but a source that takes long for each block still has to come before the deadline.
 * @param elapsed milliseconds for the given blocks
 * @param roundEndMs when a round has to end, milliseconds from the first one's begin
 */
function nextRound(given: number, elapsed: number, roundEndMs: number): number {
  if (elapsed >= Math.min(RECEIPTS_TIME_MS, roundEndMs)) return 0;
  const probableAt = (ms: number): number => Math.floor((given * (ms - elapsed)) / Math.max(1, elapsed));
  const later = Math.min(RECEIPTS_ROUNDS.later, probableAt(roundEndMs));
  const soon = probableAt(Math.min(RECEIPTS_TIME_MS, roundEndMs));
  return Math.min(RECEIPTS_ROUNDS.most, Math.max(1, later, soon));
}

/** The access lists of the blocks, with undefined for each missing one. */
async function accessListsFor(
  hashes: readonly Uint8Array[],
  { chain, peer }: ServedFrom,
): Promise<readonly (Uint8Array | undefined)[]> {
  return fitAccessLists(await chain.accessLists(hashes.slice(0, MAX_ITEMS_SERVED), LIMITS, peer));
}

/** The pooled transactions, without the missing ones. */
async function transactionsFor(
  hashes: readonly Uint8Array[],
  { transactions, peer }: ServedFrom,
): Promise<readonly Uint8Array[]> {
  const encoded = (await transactions?.raw(hashes.slice(0, MAX_POOLED_LOOKUPS), peer)) ?? [];
  const known = encoded.filter((transaction) => transaction !== undefined);
  return fitting(known.map(transactionItem), MAX_POOLED_LOOKUPS, lengthOf);
}

/**
 * The first items, at most `count`: the one that passes SOFT_RESPONSE_LIMIT is the last, and one that would pass
 * HARD_RESPONSE_LIMIT is left out. A source may give more than it was asked for.
 */
function fitting<T>(items: readonly T[], count: number, sizeOf: (item: T) => number): readonly T[] {
  let bytes = 0;
  let kept = 0;
  for (const item of items.slice(0, count)) {
    if (bytes >= SOFT_RESPONSE_LIMIT) break;
    bytes += sizeOf(item);
    if (bytes > HARD_RESPONSE_LIMIT) break;
    kept++;
  }
  return items.slice(0, kept);
}

const lengthOf = (item: Uint8Array): number => item.length;
