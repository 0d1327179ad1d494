/** The policy of causes: what the node does after an end, read from the catalogue. */
import { causeSpec, endSpec, type CauseCode, type EndCode } from '../../shared/causes/catalogue.ts';
import type { BackoffClass } from '../../shared/causes/cause-spec.ts';
import type { DisconnectReason } from '../../shared/causes/disconnect-reasons.ts';
import type { EndCause, Offence } from '../events/events.ts';

/** Returns the backoff class of an end; `none` when this node ended the connection for a reason that is no fault of the remote node. */
export function backoffClassOf({ code, by }: Pick<EndCause, 'code' | 'by'>): BackoffClass {
  const { backoff, harmless } = endSpec(code);
  return by === 'local' && harmless ? 'none' : backoff;
}

/** Whether an end is normal in the network, so that it is no warning in the event list. */
export function isUsualEnd({ code }: Pick<EndCause, 'code'>): boolean {
  return endSpec(code).usual;
}

/** Whether clients send this reason for many faults, so that a more precise cause may replace it. */
export function isUnspecific(code: EndCode): boolean {
  return endSpec(code).unspecific ?? false;
}

/** Whether a refusal to dial is permanent, because it concerns the node and not the current state. */
export function isLastingRefusal(code: CauseCode): boolean {
  return causeSpec(code).lasting ?? false;
}

/** Returns the reason in the Disconnect message for this code. */
export function disconnectReasonOf(code: EndCode): DisconnectReason {
  return endSpec(code).disconnect ?? 'disconnect-requested';
}

/** Returns the offence in the end of a session; undefined when the peer ended it or committed none. */
export function offenceInSession({ code, by }: Pick<EndCause, 'code' | 'by'>): Offence | undefined {
  return by === 'remote' ? undefined : endSpec(code).offences.session;
}

/**
 * Returns the offence in the end of a connection, in addition to those that the session reports; undefined for most ends.
 * A node that sends a reason, has no free slot, is connected already, is on another network or is unreachable commits
 * none: the backoff covers these ends.
 * @param dialed whether this node opened the connection
 */
export function offenceOfEnd(cause: EndCause, dialed: boolean): Offence | undefined {
  const { code, by, stage, disconnectReason } = cause;
  const { offences } = endSpec(code);
  switch (stage) {
    case 'connect':
      return undefined;
    case 'encryption':
      // An inbound node has not proven its key yet.
      return dialed ? offences.dialed : undefined;
    case 'hello':
      return by === 'remote' ? undefined : offences.hello;
    case 'status':
    case 'running':
      return by !== 'local' && disconnectReason === undefined ? offences.broken : undefined;
  }
}
