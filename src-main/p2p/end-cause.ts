/** Converts errors to causes and disconnect reasons. */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import { DISCONNECT_REASONS, type DisconnectReason } from '../../shared/causes/disconnect-reasons.ts';
import { NO_FACTS, type CauseParams } from '../../shared/causes/facts.ts';
import { NetworkError } from '../base/errors.ts';
import { networkCause } from '../causes/end-cause.ts';
import { disconnectReasonOf } from '../causes/policy.ts';
import { RlpxError } from '../rlpx/errors.ts';
import type { ConnectionStage, EndCause } from '../events/events.ts';
import { describeReceived, type ReceivedDisconnect } from './disconnect-reason.ts';
import { ConnectionEndedError, ProtocolError } from './errors.ts';
import { HelloError } from './messages.ts';

/** A cause, and the reason in the Disconnect message; undefined when no Disconnect is sent. */
export interface Ending {
  readonly cause: EndCause;
  readonly reason: DisconnectReason | undefined;
}

/** Returns the cause of an end by this node, with the disconnect reason of the catalogue. */
export function localCause(code: EndCode, stage: ConnectionStage, params: CauseParams = NO_FACTS): EndCause {
  return localEnding(code, params, disconnectReasonOf(code), stage).cause;
}

/** Returns the cause of a received Disconnect. */
export function remoteCause(received: ReceivedDisconnect, stage: ConnectionStage): EndCause {
  return {
    code: received.reason,
    params: NO_FACTS,
    by: 'remote',
    stage,
    disconnectReason: describeReceived(received),
  };
}

/** Returns how a connection ends after `error` was thrown at `stage`. */
export function endingOf(error: unknown, stage: ConnectionStage): Ending {
  if (error instanceof ConnectionEndedError) return { cause: error.endCause, reason: undefined };
  if (error instanceof RlpxError) return transportEnding(error, stage);
  if (error instanceof ProtocolError) {
    return localEnding(error.code, error.params, error.reason, error.stage);
  }
  if (error instanceof HelloError) {
    return localEnding(error.code, error.params, disconnectReasonOf(error.code), stage);
  }
  if (error instanceof NetworkError) return { cause: networkCause(error, stage), reason: undefined };
  return localEnding('internal-error', NO_FACTS, 'subprotocol-error', stage);
}

/** Returns the cause of `error`, for connections that did not become a session. */
export function endCauseOf(error: unknown, stage: ConnectionStage): EndCause {
  return endingOf(error, stage).cause;
}

/** The peer gets a Disconnect after a read timeout or an invalid frame; other transport errors close the connection without one. */
function transportEnding({ code, params }: RlpxError, stage: ConnectionStage): Ending {
  switch (code) {
    case 'invalid-message-code':
    case 'message-too-large':
    case 'invalid-compression':
    case 'read-timeout':
      return localEnding(code, params, disconnectReasonOf(code), stage);
    case 'closed-by-remote':
    case 'auth-unanswered':
      return { cause: { code, params, by: 'remote', stage, disconnectReason: undefined }, reason: undefined };
    case 'connection-lost':
    case 'handshake-timeout':
    case 'write-timeout':
      return {
        cause: { code, params, by: 'network', stage, disconnectReason: undefined },
        reason: undefined,
      };
    default:
      return { cause: { code, params, by: 'local', stage, disconnectReason: undefined }, reason: undefined };
  }
}

function localEnding(
  code: EndCode,
  params: CauseParams,
  reason: DisconnectReason,
  stage: ConnectionStage,
): Ending {
  const disconnectReason = DISCONNECT_REASONS[reason].text;
  return { cause: { code, params, by: 'local', stage, disconnectReason }, reason };
}
