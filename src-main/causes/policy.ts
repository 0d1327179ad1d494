/** The policy of causes: what the node does after an end, read from the catalogue. */
import { causeSpec, endSpec, type CauseCode, type EndCode } from '../../shared/causes/catalogue.ts';
import type { BackoffClass } from '../../shared/causes/cause-spec.ts';
import type { DisconnectReason } from '../../shared/causes/disconnect-reasons.ts';
import type { EndCause, Offence } from '../events/events.ts';

/** How much an end counts against the node. Nothing where this node ended it for a reason that is no fault of the other. */
export function backoffClassOf({ code, by }: Pick<EndCause, 'code' | 'by'>): BackoffClass {
  const { backoff, harmless } = endSpec(code);
  return by === 'local' && harmless ? 'none' : backoff;
}

/** Whether an end is part of the normal life of the network, so that a log shows it as quiet. */
export function isUsualEnd({ code }: Pick<EndCause, 'code'>): boolean {
  return endSpec(code).usual;
}

/** Whether the remote side sends this reason for many faults, so that evidence may replace it by a more precise cause. */
export function isUnspecific(code: EndCode): boolean {
  return endSpec(code).unspecific ?? false;
}

/** Whether a refusal to dial is about the node itself and not about the moment. */
export function isLastingRefusal(code: CauseCode): boolean {
  return causeSpec(code).lasting ?? false;
}

/** The reason that a Disconnect message for this code carries. */
export function disconnectReasonOf(code: EndCode): DisconnectReason {
  return endSpec(code).disconnect ?? 'disconnect-requested';
}

/** The offence of a peer whose session ended; undefined where the peer ended it or did nothing wrong. */
export function offenceInSession({ code, by }: Pick<EndCause, 'code' | 'by'>): Offence | undefined {
  return by === 'remote' ? undefined : endSpec(code).offences.session;
}

/**
 * The offence in the end of a connection, beside those that the session itself reports; undefined for most ends. A node that
 * gives a reason, has no free slot, is connected already, serves another network or is unreachable commits none: the
 * backoff covers those.
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
