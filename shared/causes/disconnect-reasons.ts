/**
 * The reasons of the Disconnect message, by name. Numbers and geth's texts are in src-main/p2p/disconnect-reason.ts.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#disconnect-0x01
 */
export type DisconnectReason =
  | 'disconnect-requested'
  | 'network-error'
  | 'breach-of-protocol'
  | 'useless-peer'
  | 'too-many-peers'
  | 'already-connected'
  | 'incompatible-version'
  | 'invalid-identity'
  | 'client-quitting'
  | 'unexpected-identity'
  | 'connected-to-self'
  | 'read-timeout'
  | 'subprotocol-error';
