import type { Unsubscribe } from '../base/runtime.ts';
import type { ChainStatus } from './chain-source.ts';
import { RANGE_UPDATE_BLOCKS } from './constants.ts';
import type { BlockRange } from './status.ts';

/**
 * Announces the block range as the chain changes: when the latest block has advanced by RANGE_UPDATE_BLOCKS, or has
 * gone back (go-ethereum eth/handler.go, blockRangeState).
 * @param announced range in our Status
 * @see https://eips.ethereum.org/EIPS/eip-7642
 */
export function announceRanges(
  chain: ChainStatus,
  announced: BlockRange,
  send: (range: BlockRange) => void,
): Unsubscribe {
  let last = announced;
  const onChange = (): void => {
    const range = chain.range();
    if (range.latest >= last.latest && range.latest - last.latest < RANGE_UPDATE_BLOCKS) return;
    last = range;
    send(range);
  };
  return chain.onChange?.(onChange) ?? (() => undefined);
}
