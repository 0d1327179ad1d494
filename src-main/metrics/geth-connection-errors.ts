import type { CauseCode } from '../../shared/causes/catalogue.ts';

/**
 * The meters of failed dials of geth, below `p2p/dials/error/`.
 * @see https://github.com/ethereum/go-ethereum/blob/v1.17.9/p2p/metrics.go
 */
export const GETH_DIAL_ERRORS = {
  connection: 'Dials without a TCP connection: timeout, no route, refused.',
  saturated: 'Dials that ended because one side has too many peers.',
  known: 'Dials that ended because there was a session with the node already.',
  self: 'Dials that led to this node itself.',
  useless: 'Dials of nodes without a shared protocol.',
  'id/unexpected': 'Dials that were answered by a node with another ID.',
  'rlpx/enc': 'Dials that failed in the encryption handshake of RLPx.',
  'rlpx/proto': 'Dials that failed in the protocol handshake, Hello.',
  other: 'Dials that failed for another reason.',
} as const;

/** One of GETH_DIAL_ERRORS. */
export type GethDialError = keyof typeof GETH_DIAL_ERRORS;

/** Codes with a disconnect reason that has a meter in geth, for both cases: we sent the reason, or the peer did. */
const BY_CODE: Partial<Record<CauseCode, GethDialError>> = {
  'too-many-peers': 'saturated',
  'too-many-peers-by-us': 'saturated',
  'already-connected': 'known',
  self: 'self',
  'connected-to-self': 'self',
  'useless-peer': 'useless',
  'useless-peer-by-us': 'useless',
  'no-shared-protocol': 'useless',
  'no-shared-version': 'useless',
  'unexpected-identity': 'id/unexpected',
  'unexpected-identity-by-us': 'id/unexpected',
};

/** The meter that geth would count a failed dial in. @param stage a ConnectionStage */
export function gethDialError(code: string, stage: string): GethDialError {
  const byReason = BY_CODE[code as CauseCode];
  if (byReason !== undefined) return byReason;
  switch (stage) {
    case 'connect':
      return 'connection';
    case 'encryption':
      return 'rlpx/enc';
    case 'hello':
      return 'rlpx/proto';
    default:
      return 'other';
  }
}
