import { base64urlnopad } from '@scure/base';

/* URL-safe base64 without padding, for browser and Node. @see https://www.rfc-editor.org/rfc/rfc4648#section-5 */

/** The base64url text of `bytes`. */
export function formatBase64Url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** The bytes of `text`; undefined for a character outside the alphabet, padding, an impossible length or non-zero unused bits. */
export function parseBase64Url(text: string): Uint8Array | undefined {
  try {
    return base64urlnopad.decode(text);
  } catch {
    return undefined;
  }
}
