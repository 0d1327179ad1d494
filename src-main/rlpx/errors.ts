import { EnodeckError } from '../leaf/errors.ts';

/** What can go wrong below the messages. */
export type RlpxErrorCode =
  /** An auth or ack packet above 2,048 bytes. */
  | 'handshake-too-large'
  /** An auth or ack packet that does not decode. */
  | 'handshake-malformed'
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

/** A handshake or frame that is not what RLPx asks for, or a connection that ended. */
export class RlpxError extends EnodeckError<RlpxErrorCode> {
  constructor(code: RlpxErrorCode, message: string, options?: ErrorOptions) {
    super('handshake', code, message, options);
  }
}
