import { EnodeckError } from '../base/errors.ts';

/** Why a request of discovery came to nothing. */
export type DiscoveryErrorCode =
  /** No (further) answer came in time. */
  | 'timeout'
  /** The service stopped, or was never started. */
  | 'closed'
  /** The node has no UDP address, or none of a family that we have a socket for, or that we may speak to. */
  | 'no-endpoint'
  /** Too many requests wait for their answers. */
  | 'busy'
  /** The answer was a record that is unreadable, of another node, or names an address it must not. */
  | 'bad-record'
  /** The target of a lookup has neither 32 nor 64 bytes. */
  | 'bad-target'
  /** The request does not fit a packet. */
  | 'too-large'
  /** None of the addresses could be bound. */
  | 'no-socket';

/** A request of discovery that came to nothing. */
export class DiscoveryError extends EnodeckError<DiscoveryErrorCode> {
  constructor(code: DiscoveryErrorCode, message: string, options?: ErrorOptions) {
    super('discovery', code, message, options);
  }
}
