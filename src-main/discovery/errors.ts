import { EnodeckError } from '../base/errors.ts';

/** Why a discovery request failed. */
export type DiscoveryErrorCode =
  /** No answer in time. */
  | 'timeout'
  /** The service stopped, or was never started. */
  | 'closed'
  /** The node has no UDP address that we may contact and have a socket for. */
  | 'no-endpoint'
  /** Too many requests are waiting for answers. */
  | 'busy'
  /** The record in the answer is invalid or belongs to another node. */
  | 'bad-record'
  /** The target of a lookup is neither 32 nor 64 bytes long. */
  | 'bad-target'
  /** The request does not fit into a packet. */
  | 'too-large'
  /** None of the addresses could be bound. */
  | 'no-socket';

/** A discovery request that failed. */
export class DiscoveryError extends EnodeckError<DiscoveryErrorCode> {
  constructor(code: DiscoveryErrorCode, message: string, options?: ErrorOptions) {
    super('discovery', code, message, options);
  }
}

/** The error of a request while discovery is not running. */
export function closedError(): DiscoveryError {
  return new DiscoveryError('closed', 'discovery is not running');
}

/** The error of a request to a node without a UDP address that we can reach. */
export function noEndpointError(): DiscoveryError {
  return new DiscoveryError('no-endpoint', 'the node has no UDP address that we can reach');
}

/** Whether a request failed because no answer came in time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DiscoveryError && error.code === 'timeout';
}
