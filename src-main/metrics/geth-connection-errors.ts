import type { CauseCode } from '../../shared/causes/catalogue.ts';

/**
 * The meters of failed connections of geth, below `p2p/dials/error/` and `p2p/serves/error/`, as phrases about a connection.
 * `connection` is of dials only.
 * @see https://github.com/ethereum/go-ethereum/blob/v1.17.9/p2p/metrics.go
 */
export const GETH_CONNECTION_ERRORS = {
  connection: 'got no TCP connection: timeout, no route, refused',
  saturated: 'ended because one side has too many peers',
  known: 'ended because there was a session with the node already',
  self: 'led to this node itself',
  useless: 'were with a node without a shared protocol',
  'id/unexpected': 'were with a node that has another ID than expected',
  'rlpx/enc': 'failed in the encryption handshake of RLPx',
  'rlpx/proto': 'failed in the protocol handshake, Hello',
  other: 'failed for another reason',
} as const;

/** One of GETH_CONNECTION_ERRORS. */
export type GethConnectionError = keyof typeof GETH_CONNECTION_ERRORS;

/** Codes with a disconnect reason that has a meter in geth, for both cases: we sent the reason, or the peer did. */
const BY_CODE: Partial<Record<CauseCode, GethConnectionError>> = {
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

/** The meter that geth would count a failed connection in. @param stage a ConnectionStage */
export function gethConnectionError(code: string, stage: string): GethConnectionError {
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

/**
 * The meters of sessions that end before Status was exchanged, below `eth/protocols/eth/ingress/handshake/error/` for
 * inbound sessions and `egress` for outbound ones, as phrases about a session.
 * @see https://github.com/ethereum/go-ethereum/blob/v1.17.9/eth/protocols/eth/metrics.go
 */
export const GETH_STATUS_ERRORS = {
  network: 'the network ID is another one',
  version: 'the version of eth is another one',
  genesis: 'the genesis block is another one',
  forkid: 'we refused the fork ID',
  timeout: 'no Status came in time',
  peer: 'of another fault, or the peer ended it',
} as const;

/** One of GETH_STATUS_ERRORS. */
export type GethStatusError = keyof typeof GETH_STATUS_ERRORS;

const STATUS_BY_CODE: Partial<Record<CauseCode, GethStatusError>> = {
  'wrong-network': 'network',
  'wrong-version': 'version',
  'wrong-genesis': 'genesis',
  'wrong-fork': 'forkid',
  'status-timeout': 'timeout',
};

/** The meter that geth would count a session in that ended before Status was exchanged. */
export const gethStatusError = (code: string): GethStatusError => STATUS_BY_CODE[code as CauseCode] ?? 'peer';
