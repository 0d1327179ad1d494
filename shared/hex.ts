import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/* Hex text, for browser and Node. */

/** Lower-case hex digits of `bytes`, without 0x. */
export function formatHex(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}

/** The bytes of hex digits (either case, without 0x); undefined for another character or an odd number of digits. */
export function parseHex(digits: string): Uint8Array | undefined {
  try {
    return hexToBytes(digits);
  } catch {
    return undefined;
  }
}
