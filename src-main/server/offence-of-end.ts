/** What the end of a connection says against the other side: as a rule nothing. */
import type { EndCause, Offence } from '../stats/events.ts';

/** Of what we found wrong, with the node's key proven. What is not listed costs nothing. */
const FOUND_BY_US: Readonly<Record<string, Offence>> = {
  'breach-of-protocol': 'bad-protocol',
  'hello-missing': 'bad-protocol',
  'hello-too-large': 'bad-protocol',
  'invalid-identity': 'bad-protocol',
  'unexpected-identity': 'bad-protocol',
  'invalid-message-code': 'bad-protocol',
  'status-missing': 'bad-protocol',
  'obsolete-message': 'bad-protocol',
  'unexpected-status': 'bad-protocol',
  'unknown-message': 'bad-protocol',
  'malformed-message': 'bad-message',
  'message-too-large': 'bad-message',
  'invalid-compression': 'bad-message',
  'invalid-block-range': 'bad-announcement',
  'unrequested-answer': 'unrequested-answer',
  'read-timeout': 'timeout',
  'status-timeout': 'timeout',
};

/** Of ways in which the connection went away beneath us. */
const LOST: Readonly<Record<string, Offence>> = {
  'closed-by-remote': 'dropped',
  'connection-lost': 'dropped',
  'connection-reset': 'dropped',
  'write-timeout': 'does-not-read',
};

/**
 * The offence, or undefined. A node that says why it goes does no wrong, nor does one that has no room, is connected
 * already, serves another network or cannot be reached: the backoff sees to those.
 * @param wasDialed whether the identity is only claimed until the encryption handshake is through
 */
export function offenceOfEnd(cause: EndCause, wasDialed: boolean): Offence | undefined {
  const { code, by, stage } = cause;
  switch (stage) {
    case 'connect':
      return undefined;
    case 'encryption':
      // Its endpoint was proven by discovery or given by a person; who hangs up may only be throttling us.
      return wasDialed && by === 'local' && HANDSHAKE_FAULTS.has(code) ? 'failed-to-connect' : undefined;
    case 'hello':
      return by === 'local' ? FOUND_BY_US[code] : undefined;
    case 'status':
    case 'running':
      if (cause.disconnectReason !== undefined && by === 'remote') return undefined;
      return by === 'local' ? FOUND_BY_US[code] : LOST[code];
  }
}

/** Answers to our auth that are no handshake. */
const HANDSHAKE_FAULTS: ReadonlySet<string> = new Set([
  'decryption-failed',
  'handshake-malformed',
  'handshake-too-large',
  'invalid-public-key',
]);
