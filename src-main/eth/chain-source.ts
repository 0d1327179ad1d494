import type { Unsubscribe } from '../base/runtime.ts';
import type { ForkFilter, ForkId } from '../chain/fork-id.ts';
import type { BlockBody, HeaderQuery } from './messages.ts';
import type { BlockReceipts } from './receipts.ts';
import type { BlockRange } from './status.ts';

/** What a node says of its chain in Status, and the check of what others say. */
export interface ChainStatus {
  readonly networkId: bigint;
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  /** The fork ID of the head (EIP-2124). */
  forkId(): ForkId;
  readonly forkFilter: ForkFilter;
  /** Range of the blocks that are served. */
  range(): BlockRange;
  /** Calls `listener` when `range` changes. A chain that never changes omits this function. */
  onChange?(listener: () => void): Unsubscribe;
  /** Total difficulty of the latest block, for the Status of eth/68. */
  totalDifficulty(): bigint;
}

/** Where an answer is full. */
export interface AnswerLimits {
  readonly items: number;
  /** The item that passes this size is the last one, bytes. */
  readonly bytes: number;
}

/**
 * The chain that the eth protocol serves. Each function is called once for a whole request of a peer, `receipts` for a part of
 * its blocks after the other. It may take time, and gives only what was verified: headers by their hash, bodies by the
 * roots of their header, receipts by their root. What the source does not have is missing in the result; a source that fails
 * rejects. `peer` is the ID of the peer that asks, for a source that limits the requests of each peer.
 */
export interface ChainSource extends ChainStatus {
  /** The encoded headers of a query, from its start, until one is missing or the limits are reached. */
  headers(query: HeaderQuery, limits: AnswerLimits, peer?: string): Promise<readonly Uint8Array[]>;
  /** The bodies of these blocks, up to the first missing one, and the limits. @param hashes 32 bytes each */
  bodies(hashes: readonly Uint8Array[], limits: AnswerLimits, peer?: string): Promise<readonly BlockBody[]>;
  /** The receipts of each of these blocks, up to the first block without, and the limits. @param hashes 32 bytes each */
  receipts(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly BlockReceipts[]>;
  /** The encoded block access lists (EIP-7928) of these blocks, until the limits; undefined for each that is missing. */
  accessLists(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly (Uint8Array | undefined)[]>;
}

/** What the owner of a transaction pool said of a submitted transaction. */
export type TransactionVerdict =
  | { readonly kind: 'accepted' | 'known' }
  /** Nobody gets it: there is no pool. */
  | { readonly kind: 'observed' }
  /** Another pool might take it. @see reason the words of the client */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No pool takes it. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** Nothing is known of it: the owner did not answer. */
  | { readonly kind: 'unanswered' };

/** The transaction pool behind the eth protocol, or what takes its place. */
export interface TransactionSource {
  /** Whether there is a pool. Without one every transaction is `observed`, none becomes pending, and `raw` has none. */
  readonly hasPool: boolean;
  /** Whether it takes transactions now; when false, `submit` comes to nothing. */
  readonly takesTransactions: boolean;
  /**
   * Submits encoded transactions (EIP-2718; blob transactions with their sidecars). One verdict each, in order.
   * @param peer ID of the peer whose transactions these are
   */
  submit(transactions: readonly Uint8Array[], peer?: string): Promise<readonly TransactionVerdict[]>;
  /** Calls `listener` with the hashes of transactions that became pending. */
  onPending(listener: (hashes: readonly Uint8Array[]) => void): Unsubscribe;
  /** The encoded pooled transactions with these hashes; undefined for each that is missing. */
  raw(hashes: readonly Uint8Array[], peer?: string): Promise<readonly (Uint8Array | undefined)[]>;
}
