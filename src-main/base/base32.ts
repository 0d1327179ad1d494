/**
 * Base32 without padding, in upper case, for DNS node lists.
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-6
 * @see https://eips.ethereum.org/EIPS/eip-1459
 */
import { base32nopad } from '@scure/base';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The base32 text of `bytes`. */
export function formatBase32(bytes: Uint8Array): string {
  return base32nopad.encode(bytes);
}

/**
 * The bytes of `text`; undefined for a character outside the alphabet, padding, or an impossible length. Unused bits at the
 * end are ignored, as in go-ethereum: the labels of a DNS list are truncated hashes.
 */
export function parseBase32(text: string): Uint8Array | undefined {
  const bits = text.length * 5;
  const unused = bits % 8;
  // Five or more unused bits are an unneeded character.
  if (unused >= 5) return undefined;
  try {
    return base32nopad.decode(withoutUnusedBits(text, unused));
  } catch {
    return undefined;
  }
}

/** Clears the unused bits, because the library refuses them when they are set. */
function withoutUnusedBits(text: string, unused: number): string {
  const value = ALPHABET.indexOf(text.charAt(text.length - 1));
  if (unused === 0 || value < 0) return text;
  return text.slice(0, -1) + ALPHABET.charAt((value >> unused) << unused);
}
