import type { FactsOf } from '../../shared/causes/facts.ts';
import type { RelayRefusal } from '../../shared/model/chain.ts';
import type { AnnouncedTransaction } from '../eth/gossip.ts';
import { BLOB_TYPE } from '../eth/transactions.ts';
import { SIZE_TOLERANCE } from './constants.ts';
import type { RelayedTransaction } from './transaction.ts';

/** What an announcement said wrongly. */
export interface AnnouncementLie {
  readonly refusal: Extract<RelayRefusal, 'announced-type-differs' | 'announced-size-differs'>;
  readonly facts: FactsOf<'false-announcement'>;
}

/**
 * Compares an announcement with the transaction, as go-ethereum does (eth/fetcher/tx_fetcher.go). The size of a blob
 * transaction is compared for the peer that sent it only: its hash does not cover the sidecar, which other peers may have
 * in another version.
 * @param isSender whether the transaction came from the peer that announced it
 * @returns undefined when the announcement is true
 */
export function announcementLie(
  announced: AnnouncedTransaction,
  { type, encoded }: RelayedTransaction,
  isSender: boolean,
): AnnouncementLie | undefined {
  if (announced.type !== type) {
    const facts = { announced: `of type ${String(announced.type)}`, found: `has type ${String(type)}` };
    return { refusal: 'announced-type-differs', facts };
  }
  const isSizeKnown = type !== BLOB_TYPE || isSender;
  if (!isSizeKnown || Math.abs(announced.size - encoded.length) <= SIZE_TOLERANCE) return undefined;
  const facts = {
    announced: `of ${String(announced.size)} bytes`,
    found: `has ${String(encoded.length)} bytes`,
  };
  return { refusal: 'announced-size-differs', facts };
}
