import type { ChainCache, ChainSourceView } from '../../shared/model/chain.ts';
import type { ChainSource, TransactionSource } from '../eth/chain-source.ts';

/** The chain that the node serves, from the chosen source. It outlives the runs of the node. */
export interface ServedChain {
  /** What peers get, with the cache that stands before the source. */
  readonly source: ChainSource;
  /** Undefined without a transaction pool. */
  readonly transactions: TransactionSource | undefined;
  /** Begins to follow the source, before the node starts. Resolves when the range is known, or after a few seconds. */
  start(): Promise<void>;
  /** Ends that, after the node has stopped. */
  stop(): Promise<void>;
  view(): ChainSourceView;
  /** Time of the head, seconds since 1970; undefined where the source has only the genesis block. */
  headTime(): bigint | undefined;
  /** Undefined without a cache. */
  cache(): ChainCache | undefined;
}
