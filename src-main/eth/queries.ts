/** What one asks a peer for, and what answers it. */
import type { EthMessageOf } from './messages.ts';

/** The messages that ask, and what answers each. */
export const ANSWER_NAMES = {
  GetBlockHeaders: 'BlockHeaders',
  GetBlockBodies: 'BlockBodies',
  GetReceipts: 'Receipts',
  GetPooledTransactions: 'PooledTransactions',
} as const;

/** A message that asks. */
export type RequestName = keyof typeof ANSWER_NAMES;

/** A request with its identifier. */
export type EthRequest = EthMessageOf<RequestName>;

type WithoutId<T> = T extends unknown ? Omit<T, 'requestId'> : never;

/** A request that has no identifier yet. */
export type EthQuery = WithoutId<EthRequest>;

/** An answer. */
export type EthAnswer = EthMessageOf<(typeof ANSWER_NAMES)[RequestName]>;

/** The answer to a query. */
export type AnswerTo<Query extends EthQuery> = EthMessageOf<(typeof ANSWER_NAMES)[Query['name']]>;
