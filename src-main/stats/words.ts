import type { EndCause } from './events.ts';

/** Titles of end causes, for the list of how dials ended. Causes without one are shown by their code in words. */
const CAUSE_TITLES: Readonly<Record<string, string>> = {
  connected: 'Kept',
  kept: 'Kept',
  'already-connected': 'Already connected',
  'too-many-peers': 'Too many peers',
  'timed-out': 'Timed out',
  'connection-refused': 'Refused',
  'connection-reset': 'Reset',
  unreachable: 'Unreachable',
  'wrong-network': 'Wrong network',
  'wrong-genesis': 'Wrong genesis',
  'wrong-fork': 'Wrong fork',
  'useless-peer': 'No common protocol',
  'no-common-protocol': 'No common protocol',
  'subprotocol-error': 'Subprotocol error',
  'unexpected-identity': 'Another key answered',
  self: 'Ourselves',
  aborted: 'Given up',
};

/** `too-many-peers` as "Too many peers". */
export function titleOfCode(code: string): string {
  const title = CAUSE_TITLES[code];
  if (title !== undefined) return title;
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The message of a cause without its final stop, so that it can stand within a sentence. */
export function phraseOf(cause: EndCause): string {
  return cause.message.replace(/\.$/, '');
}
