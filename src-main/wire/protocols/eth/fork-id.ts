/**
 * Schema of fork IDs, with the name of the fork in the built-in networks.
 * @see https://eips.ethereum.org/EIPS/eip-2124
 */
import { formatNumber } from '../../../../shared/format.ts';
import { bytesToHex, to0x } from '../../../base/bytes.ts';
import { namedFork } from '../../../chain/network-forks.ts';
import { TIMESTAMP_THRESHOLD } from '../../../chain/fork-id.ts';
import { fixed, noted, struct, uint, type ValueOf } from '../../schema.ts';
import { showUint } from '../../show.ts';

/** "BPO2 (mainnet)"; null for a fork of no built-in network. */
function nameOf(hash: Uint8Array): string | null {
  const named = namedFork(hash);
  return named === undefined ? null : `${named.fork} (${named.network})`;
}

/** The date of a fork by time. */
function noteNext(next: bigint): string | null {
  if (next === 0n) return 'no fork planned';
  return next > TIMESTAMP_THRESHOLD ? showUint(next, 'timestamp').value : 'block number';
}

/** A fork ID. */
export const forkId = struct(
  { hash: noted(fixed(4, 'fork hash'), nameOf), next: noted(uint(64), noteNext) },
  { title: ({ hash, next }) => `${nameOf(hash) ?? to0x(hash)}, ${nextText(hash, next)}` },
);

function nextText(hash: Uint8Array, next: bigint): string {
  if (next === 0n) return 'no fork planned';
  const name = namedFork(hash)?.nameOfNext(next);
  const at = next > TIMESTAMP_THRESHOLD ? showUint(next, 'timestamp').value : `block ${formatNumber(next)}`;
  return `next ${name === undefined ? '' : `${name} `}at ${at}`;
}

/** "07c9462e BPO2 (mainnet)". */
export function forkText({ hash }: ValueOf<typeof forkId>): string {
  const name = nameOf(hash);
  return name === null ? bytesToHex(hash) : `${bytesToHex(hash)} ${name}`;
}
