/** Hex text and bytes, for browser and Node alike. */

const BYTE_TEXT: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** The value of a hex digit by its character code; -1 for every other character. */
const DIGIT_VALUE = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  DIGIT_VALUE[digit.charCodeAt(0)] = value;
  DIGIT_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Lower-case hex digits of `bytes`, without 0x. */
export function formatHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += BYTE_TEXT[byte] ?? '';
  return text;
}

/** Bytes of hex digits in either case, without 0x; undefined when a character is no digit or their number is odd. */
export function parseHex(digits: string): Uint8Array | undefined {
  if (digits.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const high = DIGIT_VALUE[digits.charCodeAt(2 * at)] ?? -1;
    const low = DIGIT_VALUE[digits.charCodeAt(2 * at + 1)] ?? -1;
    if (high < 0 || low < 0) return undefined;
    bytes[at] = high * 16 + low;
  }
  return bytes;
}
