/** Control and format characters (C0, C1, zero-width, bidirectional marks), which could control a terminal or hide text. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Sanitises text from the network for logs, terminals and the window: replaces control and format characters by spaces
 * and truncates the text to `max` characters.
 */
export function plainText(text: string, max = 256): string {
  const clean = text
    .slice(0, max * 2)
    .replace(UNSAFE, ' ')
    .trim();
  return clean.length <= max ? clean : `${clean.slice(0, max - 1)}…`;
}
