import type { TransactionSource } from '../eth/chain-source.ts';

/**
 * Takes the place of a transaction pool where transactions are observed. The relay checks them as it does for a client;
 * then nobody gets them, because nonce and balance of their senders are not known here.
 */
export const OBSERVING_SOURCE: TransactionSource = {
  hasPool: false,
  takesTransactions: true,
  submit: (transactions) => Promise.resolve(transactions.map(() => ({ kind: 'observed' }))),
  onPending: () => () => undefined,
  raw: (hashes) => Promise.resolve(hashes.map(() => undefined)),
};
