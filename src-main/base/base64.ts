/** Base64 with padding. @see https://www.rfc-editor.org/rfc/rfc4648#section-4 */
import { concatBytes } from './bytes.ts';

/** Bytes that are encoded at a time: a multiple of 3, so that only the end has padding. */
const CHUNK = 24_576;

/** The base64 text of all parts in order. */
export function bytesToBase64(parts: readonly Uint8Array[]): string {
  const bytes = concatBytes(...parts);
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    texts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK))));
  }
  return texts.join('');
}
