import { EnodeckError } from '../base/errors.ts';
import type { ConnectionStage, EndCause } from '../events/events.ts';
import type { DisconnectReason } from './disconnect-reason.ts';

/** A connection that ended before it became a session. The cause says by whom, where and why. */
export class ConnectionEndedError extends EnodeckError {
  readonly endCause: EndCause;

  constructor(endCause: EndCause, options?: ErrorOptions) {
    super('session', endCause.code, endCause.message, options);
    this.endCause = endCause;
  }
}

/**
 * Why a protocol ends its session: a stable code, words with the facts, and the reason that the other side is told.
 * go-ethereum answers errors of a subprotocol with "subprotocol error"; p2p's own checks are a "breach of protocol".
 */
export class ProtocolError extends EnodeckError {
  readonly reason: DisconnectReason;
  /** Where in the life of the session the check stands. */
  readonly stage: ConnectionStage;
  /** EndCause.hint of the end that it brings about. */
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & {
      readonly reason?: DisconnectReason;
      readonly stage?: ConnectionStage;
      readonly hint?: string | undefined;
    } = {},
  ) {
    super('protocol', code, message, options);
    this.reason = options.reason ?? 'subprotocol-error';
    this.stage = options.stage ?? 'running';
    this.hint = options.hint;
  }
}

/** The session has ended while its protocol waited for a message. */
export class ChannelClosedError extends EnodeckError<'channel-closed'> {
  constructor() {
    super('session', 'channel-closed', 'The session has ended');
  }
}
