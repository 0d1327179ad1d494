import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** Hex text and bytes, for browser and Node alike. */

/** Lower-case hex digits of `bytes`, without 0x. */
export function formatHex(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}

/** The bytes of hex digits in either case, without 0x; undefined for any other character or an odd number of digits. */
export function parseHex(digits: string): Uint8Array | undefined {
  try {
    return hexToBytes(digits);
  } catch {
    return undefined;
  }
}
