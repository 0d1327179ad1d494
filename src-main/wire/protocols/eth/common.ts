/** Types that several messages of eth share. */
import { fixed, uint, type Schema } from '../../schema.ts';

/** Largest number of items in one list of a message: more than a message of 10 MiB can hold of the shortest items in use. */
export const MAX_ITEMS = 1_048_576;
/** Longest byte string: the message's own limit of 16 MiB. */
export const MAX_BYTES = 0xff_ffff;

/** A keccak-256 hash. */
export const hash: Schema<Uint8Array> = fixed(32, 'hash');
/** An address of an account. */
export const address: Schema<Uint8Array> = fixed(20, 'address');
/** A request ID (EIP-2481). */
export const requestId: Schema<bigint> = uint(64);
/** A bloom filter over logs. */
export const bloom: Schema<Uint8Array> = fixed(256, 'bytes256', showBloom);

function showBloom(bytes: Uint8Array): string {
  return `${String(countBits(bytes))} of 2,048 bits set`;
}

/** Number of bits that are set. */
export function countBits(bytes: Uint8Array): number {
  let bits = 0;
  for (const byte of bytes) for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
