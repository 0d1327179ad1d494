import { logDistance } from '../../node-record/node-id.ts';
import { MAX_DISTANCE } from './constants.ts';

/** Distances in one FINDNODE of a lookup (p2p/discover/v5_udp.go lookupRequestLimit). */
const MAX_LOOKUP_DISTANCES = 3;

/**
 * The distances that a lookup requests from a node: the target's log distance from it, then the adjacent ones, the larger
 * one first. (p2p/discover/v5_udp.go lookupDistances)
 * @param target node ID, 32 bytes
 * @param nodeId ID of the node that is queried, 32 bytes
 */
export function lookupDistances(target: Uint8Array, nodeId: Uint8Array): number[] {
  const middle = logDistance(target, nodeId);
  const distances = [middle];
  for (let step = 1; distances.length < MAX_LOOKUP_DISTANCES; step++) {
    if (middle + step <= MAX_DISTANCE) distances.push(middle + step);
    if (middle - step > 0 && distances.length < MAX_LOOKUP_DISTANCES) distances.push(middle - step);
  }
  return distances;
}
