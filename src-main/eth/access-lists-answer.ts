import { MESSAGE_LIMITS, type MessageLimits } from './answer-limits.ts';

/**
 * Returns the block access lists of an answer: those that fit into a message, from the first. A list that fits into no
 * message cannot be transferred, and is not available.
 * @param lists encoded lists (EIP-7928) in the order of the request; undefined for those that are not available
 * @see https://eips.ethereum.org/EIPS/eip-8159
 */
export function fitAccessLists(
  lists: readonly (Uint8Array | undefined)[],
  limits: MessageLimits = MESSAGE_LIMITS,
): readonly (Uint8Array | undefined)[] {
  const fitting: (Uint8Array | undefined)[] = [];
  let bytes = 0;
  for (const list of lists) {
    if (fitting.length >= limits.items || bytes >= limits.bytes) break;
    const sent = list !== undefined && list.length > limits.hardBytes ? undefined : list;
    const length = sent?.length ?? 1;
    if (bytes + length > limits.hardBytes) break;
    fitting.push(sent);
    bytes += length;
  }
  return fitting;
}
