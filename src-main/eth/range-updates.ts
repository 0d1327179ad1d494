import type { Unsubscribe } from '../base/runtime.ts';
import type { ChainView } from './chain-view.ts';
import { RANGE_UPDATE_BLOCKS } from './constants.ts';
import type { BlockRange } from './status.ts';

/**
 * Tells a peer of the blocks that are there, as the chain grows: when the latest block has moved on far enough, or has
 * gone back (go-ethereum eth/handler.go, blockRangeState).
 * @param told what Status said
 * @see https://eips.ethereum.org/EIPS/eip-7642
 */
export function tellRanges(
  chain: ChainView,
  told: BlockRange,
  send: (range: BlockRange) => void,
): Unsubscribe {
  let last = told;
  const onChange = (): void => {
    const range = chain.range();
    if (range.latest >= last.latest && range.latest - last.latest < RANGE_UPDATE_BLOCKS) return;
    last = range;
    send(range);
  };
  return chain.onChange?.(onChange) ?? (() => undefined);
}
