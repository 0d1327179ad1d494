import type { CauseCode } from '../../shared/causes/catalogue.ts';

/**
 * Which demo node shows which cause of "Why no peer?", by the code under which the funnel counts it. The nodes are those of
 * roster.ts and of passive-roster.ts.
 *
 * No node shows these:
 * - `timed-out`, `unreachable`, `connection-reset`: a connect on loopback succeeds or is refused.
 * - `banned`, `not-netrestricted`, `dials-off`, `no-free-slot`, `too-many-peers-by-us`: settings and lists of our node cause
 *   them.
 * - `self`, `already-connected`: our node is in no funnel, and a second connection to a peer does not change its state.
 * - `unexpected-identity-by-us`, `hello-missing`: the first one bans the node, and the demo should leave no ban behind.
 * - Other breaches of a protocol, such as `malformed-message`: they end a session as `unrequested-answer` does.
 * - States that pass by themselves, such as `waiting` and `no-record`.
 */
export const SHOWN_CAUSES = {
  // Not bonded.
  'no-address': 'tamarind',
  silent: 'ebony',
  // No record of our fork.
  'other-network': 'rowan',
  'stale-fork': 'banyan',
  'no-eth-entry': 'acer',
  // Not dialled.
  'no-port': 'carob',
  // No RLPx handshake.
  'connection-refused': 'baobab',
  'connection-lost': 'date',
  'auth-unanswered': 'filao',
  'handshake-timeout': 'acacia',
  'handshake-too-large': 'guava',
  'decryption-failed': 'hickory',
  // No Hello.
  'too-many-peers': 'olive',
  'useless-peer': 'iroko',
  'no-shared-protocol': 'ginkgo',
  'no-shared-version': 'jacaranda',
  'bad-header-mac': 'kapok',
  // No Status.
  'wrong-network': 'poplar',
  'wrong-genesis': 'laurel',
  'wrong-fork': 'mango',
  'status-timeout': 'osage',
  'subprotocol-error': 'palm',
  // The session has ended.
  'fork-refused': 'neem',
  'client-quitting': 'mangrove',
  'unrequested-answer': 'hawthorn',
  'no-chain-data': 'quince',
  'closed-by-remote': 'rubber',
  'read-timeout-by-us': 'sandal',
} as const satisfies Partial<Record<CauseCode, string>>;

/** A cause that a demo node shows. */
export type ShownCause = keyof typeof SHOWN_CAUSES;
