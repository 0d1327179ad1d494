/** What the end of a connection says against the other side: as a rule nothing. */
import { byEndCode, isEndCodeOf, type EndCode } from '../causes/end-codes.ts';
import type { EndCause, Offence } from '../events/events.ts';

/** What was wrong with a Hello, whose sender has proven its key. A session says itself what was wrong with it. */
const HELLO_FAULTS: Readonly<Partial<Record<EndCode, Offence>>> = {
  'malformed-hello': 'bad-message',
  'bad-header-mac': 'bad-message',
  'bad-frame-mac': 'bad-message',
  'message-too-large': 'bad-message',
  'invalid-message-code': 'bad-message',
  'hello-too-large': 'bad-protocol',
  'hello-missing': 'bad-protocol',
  'invalid-identity': 'bad-protocol',
  'unexpected-identity': 'bad-protocol',
  'read-timeout': 'timeout',
};

/** Answers to our auth that are no handshake. */
const HANDSHAKE_FAULTS: readonly EndCode[] = [
  'decryption-failed',
  'handshake-malformed',
  'handshake-too-large',
  'invalid-public-key',
];

/** Ways in which a session went away beneath us. */
const LOST: readonly EndCode[] = ['closed-by-remote', 'connection-lost', 'connection-reset'];

/**
 * The offence, or undefined. A node that says why it goes does no wrong, nor does one that has no room, is connected
 * already, serves another network or cannot be reached: the backoff sees to those.
 */
export function offenceOfEnd(cause: EndCause, dialed: boolean): Offence | undefined {
  const { code, by, stage, disconnectReason } = cause;
  switch (stage) {
    case 'connect':
      return undefined;
    case 'encryption':
      // Who dialled us is not known yet; who hangs up on our auth may only be throttling us.
      return dialed && isEndCodeOf(HANDSHAKE_FAULTS, code) ? 'failed-to-connect' : undefined;
    case 'hello':
      return by === 'remote' ? undefined : byEndCode(HELLO_FAULTS, code);
    case 'status':
    case 'running':
      return by !== 'local' && disconnectReason === undefined && isEndCodeOf(LOST, code)
        ? 'dropped'
        : undefined;
  }
}
