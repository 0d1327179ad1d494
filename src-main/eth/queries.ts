/** Request messages and the answers that belong to them. */
import type { EthMessageOf } from './messages.ts';

/** Request messages by name, with the name of the answer. */
export const ANSWER_NAMES = {
  GetBlockHeaders: 'BlockHeaders',
  GetBlockBodies: 'BlockBodies',
  GetReceipts: 'Receipts',
  GetPooledTransactions: 'PooledTransactions',
  GetBlockAccessLists: 'BlockAccessLists',
} as const;

/** Name of a request message. */
export type EthRequestName = keyof typeof ANSWER_NAMES;

/** A request with its request ID. */
export type EthRequest = EthMessageOf<EthRequestName>;

type WithoutId<T> = T extends unknown ? Omit<T, 'requestId'> : never;

/** A request without request ID. */
export type EthQuery = WithoutId<EthRequest>;

/** An answer message. */
export type EthAnswer = EthMessageOf<(typeof ANSWER_NAMES)[EthRequestName]>;

/** The answer to a query. */
export type AnswerTo<Query extends EthQuery> = EthMessageOf<(typeof ANSWER_NAMES)[Query['name']]>;
