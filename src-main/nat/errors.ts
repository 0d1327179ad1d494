import { EnodeckError } from '../base/errors.ts';

/** What may go wrong on the way through a gateway. */
export type NatErrorCode =
  | 'invalid-method'
  | 'no-gateway'
  | 'no-answer'
  | 'bad-answer'
  | 'refused'
  | 'port-taken'
  | 'private-address'
  | 'aborted';

/** A gateway, or a STUN server, that did not do what was asked; the message is a sentence for people. */
export class NatError extends EnodeckError<NatErrorCode> {
  constructor(code: NatErrorCode, message: string, options?: ErrorOptions) {
    super('network', code, message, options);
  }
}
