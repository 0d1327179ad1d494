import type { Failure } from '../../shared/causes/facts.ts';
import { EnodeckError, asFailure } from '../base/errors.ts';

/** Error codes of NAT traversal. */
export type NatErrorCode =
  | 'invalid-method'
  | 'no-gateway'
  | 'no-answer'
  | 'bad-answer'
  | 'refused'
  | 'port-taken'
  | 'private-address'
  | 'aborted';

/** A failed request to a gateway or a STUN server. The message is a sentence for display. */
export class NatError extends EnodeckError<NatErrorCode> {
  constructor(code: NatErrorCode, message: string, options?: ErrorOptions) {
    super('network', code, message, options);
  }
}

/** A failed request as the status shows it: its message is a sentence with a final stop. */
export function natFailureOf(error: unknown): Failure {
  const { code, message } = asFailure(error);
  return { code, message: /[.…]$/.test(message) ? message : `${message}.` };
}
