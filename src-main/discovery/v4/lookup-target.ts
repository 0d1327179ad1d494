import { nodeIdOf, compareDistance } from '../../node-record/node-id.ts';
import { PUBLIC_KEY_LENGTH } from '../../base/secp256k1.ts';
import type { Random } from '../../base/runtime.ts';
import { DiscoveryError } from '../errors.ts';

/** What a lookup looks for. */
export interface LookupTarget {
  /** Node ID that distances are measured from, 32 bytes. */
  readonly id: Uint8Array;
  /** What findnode carries: 64 bytes whose keccak-256 is `id`, or near it. */
  readonly publicKey: Uint8Array;
}

const ID_SIZE = 32;

/**
 * Draws made for a target of which only the ID is known: about 12 bits of it come out right, enough to tell apart
 * some thousands of nodes, in some 20 ms. (Our choice; the protocol can only ask for keys.)
 */
const GRIND_DRAWS = 4_096;

/**
 * The target of a lookup for a public key (64 bytes) or a node ID (32 bytes).
 * @throws DiscoveryError `bad-target` for any other length
 */
export function lookupTarget(target: Uint8Array, random: Random): LookupTarget {
  if (target.length === PUBLIC_KEY_LENGTH) return { id: nodeIdOf(target), publicKey: target };
  if (target.length !== ID_SIZE) {
    throw new DiscoveryError('bad-target', 'a lookup is for a node ID of 32 or a public key of 64 bytes');
  }
  return { id: target, publicKey: grind(target, random) };
}

/** A random target: any 64 bytes will do. */
export function randomTarget(random: Random): LookupTarget {
  const publicKey = random.bytes(PUBLIC_KEY_LENGTH);
  return { id: nodeIdOf(publicKey), publicKey };
}

/** The one of many drawn keys whose ID comes nearest to `id`. */
function grind(id: Uint8Array, random: Random): Uint8Array {
  const draw = random.bytes(PUBLIC_KEY_LENGTH);
  let best = draw.slice();
  let bestId = nodeIdOf(best);
  for (let i = 0; i < GRIND_DRAWS; i++) {
    draw[0] = i & 0xff;
    draw[1] = i >>> 8;
    const candidate = nodeIdOf(draw);
    if (compareDistance(id, candidate, bestId) >= 0) continue;
    best = draw.slice();
    bestId = candidate;
  }
  return best;
}
