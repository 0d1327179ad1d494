import type { ForkFilter, ForkId } from '../chain/fork-id.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { BlockBody } from './messages.ts';
import type { Receipt } from './receipts.ts';
import type { BlockRange } from './status.ts';

/** A header of the chain. */
export interface ChainHeader {
  readonly number: bigint;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** RLP encoding. */
  readonly encoded: Uint8Array;
}

/** What the eth protocol reads from a chain: the values of Status, the fork filter, and the items to serve. */
export interface ChainView {
  readonly networkId: bigint;
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  /** The current fork ID (EIP-2124). */
  forkId(): ForkId;
  readonly forkFilter: ForkFilter;
  /** Range of the available blocks. */
  range(): BlockRange;
  /** Calls `listener` when `range` changes. A chain that never changes omits this function. */
  onChange?(listener: () => void): Unsubscribe;
  /** Total difficulty of the latest block, for the Status of eth/68. */
  totalDifficulty(): bigint;
  headerByNumber(number: bigint): ChainHeader | undefined;
  headerByHash(hash: Uint8Array): ChainHeader | undefined;
  body(hash: Uint8Array): BlockBody | undefined;
  receipts(hash: Uint8Array): readonly Receipt[] | undefined;
  /** The encoded transaction with this hash from the pool. */
  pooledTransaction(hash: Uint8Array): Uint8Array | undefined;
}
