/** Why connections end, in words: the one place where an error becomes a cause and a Disconnect reason. */
import { NetworkError } from '../base/errors.ts';
import { RlpxError } from '../rlpx/errors.ts';
import type { ConnectionStage, EndCause } from '../events/events.ts';
import {
  describeReceived,
  DISCONNECT_REASONS,
  type DisconnectReason,
  type ReceivedDisconnect,
  type ReceivedReason,
} from './disconnect-reason.ts';
import { ConnectionEndedError, ProtocolError } from './errors.ts';
import { HelloError } from './messages.ts';

/** A cause, and the reason that the other side is told; undefined where it cannot or need not be told. */
export interface Ending {
  readonly cause: EndCause;
  readonly reason: DisconnectReason | undefined;
}

/** What a received reason means, for people. */
const RECEIVED_TEXT: Readonly<Record<ReceivedReason, string>> = {
  'disconnect-requested': 'The peer ended the session without giving a reason',
  'network-error': 'The peer ended the session over a network error',
  'breach-of-protocol': 'The peer says that we broke the protocol',
  'useless-peer': 'The peer has no use for us',
  'too-many-peers': 'The peer has no room: too many peers',
  'already-connected': 'The peer is connected to us already',
  'incompatible-version': 'The peer does not speak our version of the base protocol',
  'invalid-identity': 'The peer does not accept our node key',
  'client-quitting': 'The peer is shutting down',
  'unexpected-identity': 'The peer expected another node key',
  'connected-to-self': 'The peer says that we are the same node',
  'read-timeout': 'The peer waited for a message too long',
  'subprotocol-error': 'The peer ended the session with a subprotocol error',
  'unknown-reason': 'The peer ended the session with a reason that is not in the specification',
  'invalid-reason': 'The peer ended the session with a malformed reason',
};

/** Why we tell a peer to go, for people. */
const REFUSAL_TEXT: Readonly<Record<DisconnectReason, string>> = {
  'disconnect-requested': 'Disconnected by request',
  'network-error': 'Disconnected over a network error',
  'breach-of-protocol': 'The peer broke the protocol',
  'useless-peer': 'The peer shares no protocol with us, or is of no use',
  'too-many-peers': 'We have no room for another peer',
  'already-connected': 'There is a session with this peer already',
  'incompatible-version': 'The peer does not speak our version of the base protocol',
  'invalid-identity': 'The node key of the peer is not valid',
  'client-quitting': 'Our node is stopping',
  'unexpected-identity': 'The node key in Hello is not the one that opened the connection',
  'connected-to-self': 'The peer is our own node',
  'read-timeout': 'The peer sent nothing for too long',
  'subprotocol-error': 'The peer broke a protocol above the base protocol',
};

/** The cause of an ending that we decide on: the reason's own code and words where no others are given. */
export function localCause(
  reason: DisconnectReason,
  stage: ConnectionStage,
  detail: { readonly code?: string; readonly message?: string } = {},
): EndCause {
  return {
    code: detail.code ?? reason,
    message: detail.message ?? REFUSAL_TEXT[reason],
    by: 'local',
    stage,
    disconnectReason: DISCONNECT_REASONS[reason].text,
  };
}

/** The cause of an ending that the other side announced. */
export function remoteCause(received: ReceivedDisconnect, stage: ConnectionStage): EndCause {
  return {
    code: received.reason,
    message: RECEIVED_TEXT[received.reason],
    by: 'remote',
    stage,
    disconnectReason: describeReceived(received),
  };
}

/** How a connection ends over `error`, which was thrown at `stage`. */
export function endingOf(error: unknown, stage: ConnectionStage): Ending {
  if (error instanceof ConnectionEndedError) return { cause: error.endCause, reason: undefined };
  if (error instanceof RlpxError) return endingOfTransport(error, stage);
  if (error instanceof ProtocolError) {
    const { cause, reason } = local(error.reason, error.stage, error);
    return { cause: error.hint === undefined ? cause : { ...cause, hint: error.hint }, reason };
  }
  if (error instanceof HelloError) {
    return local(error.code === 'invalid-identity' ? 'invalid-identity' : 'breach-of-protocol', stage, error);
  }
  if (error instanceof NetworkError) {
    return { cause: bare(error.code, error.message, 'network', stage), reason: undefined };
  }
  return local('subprotocol-error', stage, {
    code: 'internal-error',
    message: 'An error of our own ended the session',
  });
}

/** The cause of `error`, for connections that ended before they became a session. */
export function endCauseOf(error: unknown, stage: ConnectionStage): EndCause {
  return endingOf(error, stage).cause;
}

function endingOfTransport(error: RlpxError, stage: ConnectionStage): Ending {
  switch (error.code) {
    case 'invalid-message-code':
    case 'message-too-large':
    case 'invalid-compression':
      return local('breach-of-protocol', stage, error);
    case 'read-timeout':
      return local('read-timeout', stage, error);
    case 'closed-by-remote':
      return { cause: bare(error.code, closedText(stage), 'remote', stage), reason: undefined };
    case 'auth-unanswered':
      return { cause: bare(error.code, UNANSWERED_TEXT, 'remote', stage), reason: undefined };
    case 'connection-lost':
      return { cause: bare(error.code, error.message, 'network', stage), reason: undefined };
    case 'handshake-timeout':
    case 'write-timeout':
      return { cause: bare(error.code, error.message, 'network', stage), reason: undefined };
    default:
      return { cause: bare(error.code, error.message, 'local', stage), reason: undefined };
  }
}

/** A node whose key differs from the dialled one cannot read our auth. */
const UNANSWERED_TEXT =
  'The peer closed the connection in silence after our auth: it may have another node key, or no room';

/** What an end without a word means at each stage. */
function closedText(stage: ConnectionStage): string {
  switch (stage) {
    case 'encryption':
      return 'The peer closed the connection during the encryption handshake';
    case 'hello':
      return 'The peer closed the connection instead of sending Hello';
    default:
      return 'The peer closed the connection without giving a reason';
  }
}

function local(
  reason: DisconnectReason,
  stage: ConnectionStage,
  detail: { readonly code: string; readonly message: string },
): Ending {
  return { cause: localCause(reason, stage, { code: detail.code, message: detail.message }), reason };
}

function bare(code: string, message: string, by: EndCause['by'], stage: ConnectionStage): EndCause {
  return { code, message, by, stage, disconnectReason: undefined };
}
