import { EnodeckError, type ErrorLayer } from '../base/errors.ts';

/** What can go wrong below the messages. */
export type RlpxErrorCode =
  /** An auth or ack packet above 2,048 bytes. */
  | 'handshake-too-large'
  /** An auth or ack packet that does not decode. */
  | 'handshake-malformed'
  /** An auth in the form of before EIP-8 that was made for our key, where that form is not taken. */
  | 'pre-eip8-handshake'
  /** An ECIES message that was not made for our key, or was changed. */
  | 'decryption-failed'
  /** A public key that is no point of the curve. */
  | 'invalid-public-key'
  | 'handshake-timeout'
  /** The other side closed in good order before a byte of its ack: what a node of another key does, which cannot read auth. */
  | 'auth-unanswered'
  | 'bad-header-mac'
  | 'bad-frame-mac'
  /** A frame without a canonical message code. */
  | 'invalid-message-code'
  | 'message-too-large'
  | 'invalid-compression'
  | 'read-timeout'
  | 'write-timeout'
  /** More outbound bytes wait than the connection holds. */
  | 'outbound-overflow'
  /** The other side closed in good order. */
  | 'closed-by-remote'
  /** The connection broke; `cause` is the network's error. */
  | 'connection-lost'
  /** We closed. */
  | 'closed-by-us';

/** Frames belong to the session's protocol, ends and silence to the network; the handshake has a layer of its own. */
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

/** A handshake or frame that is not what RLPx asks for, or a connection that ended. */
export class RlpxError extends EnodeckError<RlpxErrorCode> {
  constructor(code: RlpxErrorCode, message: string, options?: ErrorOptions) {
    super(LAYERS[code], code, message, options);
  }
}

/** An auth of before EIP-8 that was refused. */
export class PreEip8Error extends RlpxError {
  /** Static public key of the sender, 64 bytes; undefined where it has not proven that the key is its own. */
  readonly remotePublicKey: Uint8Array | undefined;

  constructor(remotePublicKey: Uint8Array | undefined) {
    super('pre-eip8-handshake', 'The peer uses the handshake of before EIP-8, which this node does not take');
    this.remotePublicKey = remotePublicKey;
  }
}
