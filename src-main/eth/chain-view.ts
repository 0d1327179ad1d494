import type { ForkFilter, ForkId } from '../chain/fork-id.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { BlockBody } from './messages.ts';
import type { Receipt } from './receipts.ts';
import type { BlockRange } from './status.ts';

/** A header of the chain, as it is served. */
export interface ChainHeader {
  readonly number: bigint;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  readonly encoded: Uint8Array;
}

/** What the eth protocol asks of a chain: what to announce, whom to accept, what to answer with. */
export interface ChainView {
  readonly networkId: bigint;
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  /** The fork identifier to announce now. */
  forkId(): ForkId;
  readonly forkFilter: ForkFilter;
  /** The blocks that are there. */
  range(): BlockRange;
  /** Calls `listener` when `range` says something else; a chain that never changes has no such function. */
  onChange?(listener: () => void): Unsubscribe;
  /** Total difficulty of the latest block, for Status up to eth/68. */
  totalDifficulty(): bigint;
  headerByNumber(number: bigint): ChainHeader | undefined;
  headerByHash(hash: Uint8Array): ChainHeader | undefined;
  body(hash: Uint8Array): BlockBody | undefined;
  receipts(hash: Uint8Array): readonly Receipt[] | undefined;
  /** A transaction of the pool, as it is encoded. */
  pooledTransaction(hash: Uint8Array): Uint8Array | undefined;
}
