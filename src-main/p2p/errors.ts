import { endSpec, type EndCode } from '../../shared/causes/catalogue.ts';
import type { DisconnectReason } from '../../shared/causes/disconnect-reasons.ts';
import {
  NO_FACTS,
  type CauseArgs,
  type CauseParams,
  type DescribedCause,
} from '../../shared/causes/facts.ts';
import { endSentence, sentenceOf } from '../../shared/causes/sentences.ts';
import { EnodeckError } from '../base/errors.ts';
import type { ConnectionStage, EndCause } from '../events/events.ts';

/** A connection that ended before it became a session. */
export class ConnectionEndedError extends EnodeckError<EndCode> {
  readonly endCause: EndCause;

  constructor(endCause: EndCause, options?: ErrorOptions) {
    super('session', endCause.code, endSentence(endCause), options);
    this.endCause = endCause;
  }
}

/** Options of a ProtocolError. */
export interface ProtocolErrorOptions extends ErrorOptions {
  /** Disconnect reason, if it differs from that of the code in the catalogue. */
  readonly reason?: DisconnectReason;
  /** The stage of the check; `running` by default. */
  readonly stage?: ConnectionStage;
}

type DescribedArgs = ConstructorParameters<typeof ProtocolError>;

/**
 * Why a protocol ends its session: a code of the catalogue, its params, and the disconnect reason for the remote side.
 * go-ethereum answers errors of a subprotocol with "subprotocol error"; checks of p2p itself are a "breach of protocol".
 */
export class ProtocolError extends EnodeckError<EndCode> {
  readonly params: CauseParams;
  readonly reason: DisconnectReason;
  /** The stage of the check. */
  readonly stage: ConnectionStage;

  constructor(...[code, facts, options]: readonly [...CauseArgs<EndCode>, options?: ProtocolErrorOptions]) {
    super('protocol', code, sentenceOf(code, facts), options);
    this.params = facts ?? NO_FACTS;
    this.reason = options?.reason ?? endSpec(code).disconnect ?? 'subprotocol-error';
    this.stage = options?.stage ?? 'running';
  }

  /** Creates the error of a described cause. */
  static of({ code, params }: DescribedCause<EndCode>, options?: ProtocolErrorOptions): ProtocolError {
    // The params were checked against the code where they were made.
    return new ProtocolError(...([code, params, options] as unknown as DescribedArgs));
  }
}

/** The session ended while its protocol waited for a message. */
export class ChannelClosedError extends EnodeckError<'channel-closed'> {
  constructor() {
    super('session', 'channel-closed', 'The session has ended');
  }
}
