import { logDistance } from '../../node-record/node-id.ts';
import { MAX_DISTANCE } from './constants.ts';

/** Distances of one request of a lookup (p2p/discover/v5_udp.go lookupRequestLimit). */
const DISTANCES = 3;

/**
 * What a lookup asks a node for: its nodes at the target's distance from it, then at those next to that, the farther one
 * first. (p2p/discover/v5_udp.go lookupDistances)
 */
export function lookupDistances(target: Uint8Array, asked: Uint8Array): number[] {
  const middle = logDistance(target, asked);
  const distances = [middle];
  for (let step = 1; distances.length < DISTANCES; step++) {
    if (middle + step <= MAX_DISTANCE) distances.push(middle + step);
    if (middle - step > 0 && distances.length < DISTANCES) distances.push(middle - step);
  }
  return distances;
}
