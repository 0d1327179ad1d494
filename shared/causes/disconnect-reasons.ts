/** A reason: its number on the wire and go-ethereum's text for it (p2p/peer_error.go). */
interface ReasonEntry {
  readonly wire: number;
  readonly text: string;
}

/**
 * The reasons of the Disconnect message by stable name.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#disconnect-0x01
 */
export const DISCONNECT_REASONS = {
  'disconnect-requested': { wire: 0x00, text: 'disconnect requested' },
  'network-error': { wire: 0x01, text: 'network error' },
  'breach-of-protocol': { wire: 0x02, text: 'breach of protocol' },
  'useless-peer': { wire: 0x03, text: 'useless peer' },
  'too-many-peers': { wire: 0x04, text: 'too many peers' },
  'already-connected': { wire: 0x05, text: 'already connected' },
  'incompatible-version': { wire: 0x06, text: 'incompatible p2p protocol version' },
  'invalid-identity': { wire: 0x07, text: 'invalid node identity' },
  'client-quitting': { wire: 0x08, text: 'client quitting' },
  'unexpected-identity': { wire: 0x09, text: 'unexpected identity' },
  'connected-to-self': { wire: 0x0a, text: 'connected to self' },
  'read-timeout': { wire: 0x0b, text: 'read timeout' },
  'subprotocol-error': { wire: 0x10, text: 'subprotocol error' },
} as const satisfies Record<string, ReasonEntry>;

/** The stable name of a reason. */
export type DisconnectReason = keyof typeof DISCONNECT_REASONS;
