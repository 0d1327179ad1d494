/**
 * Every code of an EndCause: why a connection or a session ended. Policy by code (backoff, offences) and the table of words
 * are typed by this list.
 */
export const END_CODES = [
  'connection-refused',
  'connection-reset',
  'connection-lost',
  'timed-out',
  'unreachable',
  'address-not-available',
  'address-in-use',
  'permission-denied',
  'unknown',
  'closed',
  'aborted',
  'closed-by-us',
  'closed-by-remote',
  'auth-unanswered',
  'write-timeout',
  'outbound-overflow',
  'handshake-timeout',
  'handshake-too-large',
  'handshake-malformed',
  'pre-eip8-handshake',
  'decryption-failed',
  'invalid-public-key',
  'bad-header-mac',
  'bad-frame-mac',
  'hello-missing',
  'hello-too-large',
  'malformed-hello',
  'no-shared-protocol',
  'no-shared-version',
  'useless-peer',
  'incompatible-version',
  'invalid-identity',
  'unexpected-identity',
  'self',
  'connected-to-self',
  'too-many-peers',
  'too-many-inbound-peers',
  'too-many-pending',
  'handshake-displaced',
  'inbound-throttled',
  'inbound-rate-limited',
  'already-connected',
  'not-netrestricted',
  'banned',
  'peer-churn',
  'wrong-network',
  'wrong-genesis',
  'wrong-fork',
  'fork-refused',
  'no-chain-data',
  'wrong-version',
  'invalid-block-range',
  'status-missing',
  'status-timeout',
  'unexpected-status',
  'disconnect-requested',
  'client-quitting',
  'network-error',
  'read-timeout',
  'breach-of-protocol',
  'subprotocol-error',
  'unknown-reason',
  'invalid-reason',
  'invalid-message-code',
  'message-too-large',
  'invalid-compression',
  'malformed-message',
  'unknown-message',
  'obsolete-message',
  'unrequested-answer',
  'bad-answer',
  'message-flood',
  'does-not-read',
  'protocol-ended',
  'channel-closed',
  'internal-error',
  'no-address',
] as const;

/** One of END_CODES. */
export type EndCode = (typeof END_CODES)[number];

/** The value of a table that names some of the codes; undefined for the others. */
export function byEndCode<Value>(
  table: Readonly<Partial<Record<EndCode, Value>>>,
  code: string,
): Value | undefined {
  return Object.hasOwn(table, code) ? table[code as EndCode] : undefined;
}

/** Whether a code is one of `codes`. */
export function isEndCodeOf(codes: readonly EndCode[], code: string): boolean {
  return (codes as readonly string[]).includes(code);
}
