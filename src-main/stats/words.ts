import type { EndCause } from './events.ts';

/** Titles of end causes, for the list of how dials ended. Causes without one are shown by their code in words. */
const CAUSE_TITLES: Readonly<Record<string, string>> = {
  connected: 'Kept',
  'already-connected': 'Already connected',
  'client-quitting': 'Shutting down',
  'disconnect-requested': 'Disconnected on request',
  'already-dialing': 'Being dialled already',
  'backing-off': 'Waiting for their next try',
  'other-network': 'Of another network',
  'pending-inbound': 'Connecting to us',
  'recently-dialed': 'Dialled a moment ago',
  'no-port': 'Without a TCP port',
  'no-address': 'Without an address',
  'connection-refused': 'Refused',
  'connection-reset': 'Reset',
  'fork-refused': 'They refused our fork',
  'inbound-throttled': 'Connected too soon again',
  'auth-unanswered': 'Closed in silence after our auth',
  'no-shared-protocol': 'No common protocol',
  'no-shared-version': 'No common version of eth',
  'not-netrestricted': 'Outside the allowed networks',
  'read-timeout': 'Said nothing for too long',
  'timed-out': 'Timed out',
  'too-many-inbound-peers': 'No room for inbound peers',
  'too-many-peers': 'Too many peers',
  'too-many-pending': 'Too many handshakes at once',
  aborted: 'Called off',
  self: 'Ourselves',
  unreachable: 'Unreachable',
};

/** `too-many-peers` as "Too many peers". */
export function titleOfCode(code: string): string {
  const title = CAUSE_TITLES[code];
  if (title !== undefined) return title;
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The cause within a sentence: its title where that says it all, else its message without the final stop. */
export function phraseOf(cause: EndCause): string {
  if (SPEAKING_TITLES.has(cause.code)) return titleOfCode(cause.code).toLowerCase();
  return cause.message.replace(/\.$/, '');
}

/** Causes whose message adds nothing to the title. */
const SPEAKING_TITLES: ReadonlySet<string> = new Set([
  'too-many-peers',
  'too-many-inbound-peers',
  'already-connected',
  'client-quitting',
  'connection-refused',
  'connection-reset',
  'unreachable',
  'timed-out',
]);
