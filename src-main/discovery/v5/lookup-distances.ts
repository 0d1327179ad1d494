import { PUBLIC_KEY_LENGTH } from '../../base/secp256k1.ts';
import { logDistance, NODE_ID_LENGTH, nodeIdOf } from '../../node-record/node-id.ts';
import { DiscoveryError } from '../errors.ts';
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

/**
 * The node ID that a lookup goes for: the bytes of an ID, or that of a public key.
 * @throws DiscoveryError `bad-target`
 */
function targetId(target: Uint8Array): Uint8Array {
  if (target.length === PUBLIC_KEY_LENGTH) return nodeIdOf(target);
  if (target.length === NODE_ID_LENGTH) return target;
  throw new DiscoveryError('bad-target', 'a lookup is for a node ID of 32 or a public key of 64 bytes');
}
