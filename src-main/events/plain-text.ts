/** Characters that steer terminals, hide or reorder text: C0 and C1 controls, zero-width and bidirectional marks. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Text that came from the network, made harmless for a log, a terminal or a window: control and formatting characters
 * become spaces, and it is cut to `max` characters.
 */
export function plainText(text: string, max = 256): string {
  const clean = text
    .slice(0, max * 2)
    .replace(UNSAFE, ' ')
    .trim();
  return clean.length <= max ? clean : `${clean.slice(0, max - 1)}…`;
}
