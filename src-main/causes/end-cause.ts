import type { EndCode, EndedBy } from '../../shared/causes/catalogue.ts';
import { NO_FACTS, type CauseArgs } from '../../shared/causes/facts.ts';
import type { NetworkError } from '../base/errors.ts';
import type { ConnectionStage, EndCause } from '../events/events.ts';

/** Returns the cause of an end without a Disconnect message. */
export function silentEnd(
  by: EndedBy,
  stage: ConnectionStage,
  ...[code, facts]: CauseArgs<EndCode>
): EndCause {
  return { code, params: facts ?? NO_FACTS, by, stage, disconnectReason: undefined };
}

/** Returns the cause of a network error. */
export function networkCause({ code, message }: NetworkError, stage: ConnectionStage): EndCause {
  const by = code === 'aborted' ? 'local' : 'network';
  return code === 'unknown' ? silentEnd(by, stage, code, { detail: message }) : silentEnd(by, stage, code);
}
