/**
 * Node IDs, the keccak-256 hashes of public keys, and their XOR distance.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md#node-identities
 */
import { keccak256 } from '../base/keccak.ts';

/** Bytes of a node ID. */
export const NODE_ID_LENGTH = 32;

/** The node ID (32 bytes) of a public key (64 bytes). */
export function nodeIdOf(publicKey: Uint8Array): Uint8Array {
  return keccak256(publicKey);
}

const NODE_ID_TEXT = /^(?:0x)?([0-9a-f]{64})$/i;

/** The lower-case hex digits of a text that is a node ID, with or without 0x; undefined for other text. */
export function nodeIdIn(text: string): string | undefined {
  return NODE_ID_TEXT.exec(text)?.[1]?.toLowerCase();
}

/** The logarithmic distance: the bit length of a XOR b, from 0 (same ID) to 256 (the first bits differ). */
export function logDistance(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < NODE_ID_LENGTH; at++) {
    const difference = (a[at] ?? 0) ^ (b[at] ?? 0);
    if (difference !== 0) return (NODE_ID_LENGTH - at) * 8 - Math.clz32(difference) + 24;
  }
  return 0;
}

/** Compares the XOR distances to `target`: −1 when `a` is closer, 1 when `b` is closer, 0 when both are the same ID. */
export function compareDistance(target: Uint8Array, a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  for (let at = 0; at < NODE_ID_LENGTH; at++) {
    const goal = target[at] ?? 0;
    const left = (a[at] ?? 0) ^ goal;
    const right = (b[at] ?? 0) ^ goal;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
