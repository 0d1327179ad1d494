import { EnodeckError, type ErrorLayer } from '../base/errors.ts';

/** Error codes of the RLPx transport. */
export type RlpxErrorCode =
  /** An auth or ack packet of more than MAX_HANDSHAKE_PACKET bytes. */
  | 'handshake-too-large'
  /** An auth or ack packet that does not decode. */
  | 'handshake-malformed'
  /** A pre-EIP-8 auth to our key, while the node does not accept that form. */
  | 'pre-eip8-handshake'
  /** An ECIES message that was encrypted to another key, or was modified. */
  | 'decryption-failed'
  /** A public key that is not a point on the curve. */
  | 'invalid-public-key'
  | 'handshake-timeout'
  /** The recipient closed the connection gracefully before the first byte of its ack. A node with another key does this, because it cannot decrypt auth. */
  | 'auth-unanswered'
  | 'bad-header-mac'
  | 'bad-frame-mac'
  /** A frame whose message code is missing or not canonical RLP. */
  | 'invalid-message-code'
  | 'message-too-large'
  | 'invalid-compression'
  | 'read-timeout'
  | 'write-timeout'
  /** The outbound queue exceeds OUTBOUND_LIMIT. */
  | 'outbound-overflow'
  /** The peer closed the connection gracefully. */
  | 'closed-by-remote'
  /** The connection was lost; `cause` is the network error. */
  | 'connection-lost'
  /** We closed the connection. */
  | 'closed-by-us';

/** Layer of each code: frame errors belong to the protocol, closed and silent connections to the network. */
const LAYERS: Readonly<Record<RlpxErrorCode, ErrorLayer>> = {
  'handshake-too-large': 'handshake',
  'handshake-malformed': 'handshake',
  'pre-eip8-handshake': 'handshake',
  'decryption-failed': 'handshake',
  'invalid-public-key': 'handshake',
  'handshake-timeout': 'handshake',
  'auth-unanswered': 'handshake',
  'bad-header-mac': 'protocol',
  'bad-frame-mac': 'protocol',
  'invalid-message-code': 'protocol',
  'message-too-large': 'protocol',
  'invalid-compression': 'protocol',
  'read-timeout': 'network',
  'write-timeout': 'network',
  'outbound-overflow': 'session',
  'closed-by-remote': 'network',
  'connection-lost': 'network',
  'closed-by-us': 'session',
};

/** An invalid handshake or frame, or the end of a connection. */
export class RlpxError extends EnodeckError<RlpxErrorCode> {
  constructor(code: RlpxErrorCode, message: string, options?: ErrorOptions) {
    super(LAYERS[code], code, message, options);
  }
}

/** A refused pre-EIP-8 auth. */
export class PreEip8Error extends RlpxError {
  /** Static public key of the sender, 64 bytes; undefined when the sender did not prove that it owns the key. */
  readonly remotePublicKey: Uint8Array | undefined;

  constructor(remotePublicKey: Uint8Array | undefined) {
    super('pre-eip8-handshake', 'The peer uses the pre-EIP-8 handshake, which this node does not accept');
    this.remotePublicKey = remotePublicKey;
  }
}
