import { EnodeckError } from '../base/errors.ts';
import type { ConnectionStage, EndCause } from '../events/events.ts';
import type { DisconnectReason } from './disconnect-reason.ts';

/** The connection ended before it became a session. `endCause` has the side, the stage and the code. */
export class ConnectionEndedError extends EnodeckError {
  readonly endCause: EndCause;

  constructor(endCause: EndCause, options?: ErrorOptions) {
    super('session', endCause.code, endCause.message, options);
    this.endCause = endCause;
  }
}

/**
 * A protocol violation that ends the session: a stable code, a message, and the Disconnect reason to send. As in
 * go-ethereum, errors of a subprotocol send "subprotocol error", and checks of the base protocol "breach of
 * protocol".
 */
export class ProtocolError extends EnodeckError {
  readonly reason: DisconnectReason;
  /** Stage of the session in which the check failed. */
  readonly stage: ConnectionStage;
  /** EndCause.hint of the resulting end. */
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

/** The session ended while its protocol waited for a message. */
export class ChannelClosedError extends EnodeckError<'channel-closed'> {
  constructor() {
    super('session', 'channel-closed', 'The session has ended');
  }
}
