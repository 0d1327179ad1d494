import type { AnswerLimits } from '../eth/chain-source.ts';
import { MAX_BATCH } from './constants.ts';

/** Items in the first request of an answer (our choice): later ones have as many as probably fit. */
const FIRST_ITEMS = 8;

/**
 * Asks for items in rounds, until the limits.
 * @param sizeOf bytes of an item; undefined for one that ends the answer
 */
export async function inRounds<T>(
  hashes: readonly Uint8Array[],
  limits: AnswerLimits,
  ask: (round: readonly Uint8Array[]) => Promise<readonly T[]>,
  sizeOf: (item: T) => number | undefined,
): Promise<readonly T[]> {
  const wanted = hashes.slice(0, limits.items);
  const items: T[] = [];
  let bytes = 0;
  while (items.length < wanted.length && bytes < limits.bytes) {
    const mean = items.length === 0 ? 0 : Math.max(1, bytes / items.length);
    const fitting = mean === 0 ? FIRST_ITEMS : Math.ceil((limits.bytes - bytes) / mean);
    const round = wanted.slice(items.length, items.length + Math.min(MAX_BATCH, fitting));
    for (const item of await ask(round)) {
      const size = sizeOf(item);
      if (size === undefined) return items;
      items.push(item);
      bytes += size;
      if (bytes > limits.bytes) return items;
    }
  }
  return items;
}
