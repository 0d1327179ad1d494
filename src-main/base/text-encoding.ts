/** Text of files and answers that others wrote, in the encodings that editors and devices give it. */

/** What a text is encoded in. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * The encoding of a text: by its byte order mark, else by where the zeros of its first characters are (JSON and XML
 * begin with two of ASCII), else UTF-8.
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
 * Decodes a text in any of the encodings, without its byte order mark.
 * @param strict whether bytes that are not of the encoding are an error; otherwise U+FFFD stands for them
 * @throws TypeError when `strict` and the bytes are not of the encoding
 */
export function decodeText(bytes: Uint8Array, strict = false): string {
  return new TextDecoder(textEncodingOf(bytes), { fatal: strict }).decode(bytes);
}
