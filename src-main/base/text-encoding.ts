/** Decodes text of files and responses in the encodings that editors and devices use. */

/** A text encoding. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * Detects the encoding of a text: by its byte order mark, else by the zero bytes of its first two characters (those of
 * JSON and XML are ASCII), else UTF-8.
 * @see https://www.rfc-editor.org/rfc/rfc4627#section-3
 */
export function textEncodingOf(bytes: Uint8Array): TextEncoding {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return 'utf-16be';
  return 'utf-8';
}

/**
 * Decodes a text in any of the encodings and drops its byte order mark.
 * @param strict whether invalid bytes are an error; otherwise they become U+FFFD
 * @throws TypeError when `strict` and the bytes are invalid in the encoding
 */
export function decodeText(bytes: Uint8Array, strict = false): string {
  return new TextDecoder(textEncodingOf(bytes), { fatal: strict }).decode(bytes);
}
