import type { EndCode } from '../../shared/causes/catalogue.ts';
import { NO_FACTS, type CauseArgs, type CauseParams } from '../../shared/causes/facts.ts';
import { sentenceOf } from '../../shared/causes/sentences.ts';
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

/** Layer of each code. */
const LAYERS = {
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
} as const satisfies Readonly<Record<RlpxErrorCode & EndCode, ErrorLayer>>;

/** An invalid handshake or frame, or the end of a connection. */
export class RlpxError extends EnodeckError<RlpxErrorCode> {
  /** The facts of the code. */
  readonly params: CauseParams;

  constructor(...[code, facts, options]: readonly [...CauseArgs<RlpxErrorCode>, options?: ErrorOptions]) {
    super(LAYERS[code], code, sentenceOf(code, facts), options);
    this.params = facts ?? NO_FACTS;
  }
}

/** A refused pre-EIP-8 auth. */
export class PreEip8Error extends RlpxError {
  /** Static public key of the sender, 64 bytes; undefined when the sender did not prove that it owns the key. */
  readonly remotePublicKey: Uint8Array | undefined;

  constructor(remotePublicKey: Uint8Array | undefined) {
    super('pre-eip8-handshake');
    this.remotePublicKey = remotePublicKey;
  }
}

/** The end of a connection whose stream has closed. @param error of the network; undefined for a graceful close */
export function streamEnd(error: Error | undefined): RlpxError {
  if (error === undefined) return new RlpxError('closed-by-remote');
  return new RlpxError('connection-lost', null, { cause: error });
}
