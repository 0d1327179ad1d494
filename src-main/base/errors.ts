import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { Failure } from '../../shared/causes/facts.ts';

/** The layer of the node that an error belongs to. */
export type ErrorLayer =
  'network' | 'discovery' | 'handshake' | 'protocol' | 'session' | 'store' | 'settings' | 'codec' | 'api';

/**
 * The base class of the node's own errors: a layer, a stable code of the catalogue, a message for people, and the cause.
 * Code compares codes, never messages.
 */
export class EnodeckError<Code extends CauseCode = CauseCode> extends Error {
  readonly layer: ErrorLayer;
  readonly code: Code;

  constructor(layer: ErrorLayer, code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.layer = layer;
    this.code = code;
  }
}

/** An error as data: its code and its message; `internal-error` where it is none of the node's own errors. */
export function asFailure(error: unknown): Failure {
  return {
    code: error instanceof EnodeckError ? (error as EnodeckError).code : 'internal-error',
    message: describeError(error),
  };
}

/** Bytes or text that a codec cannot decode: the only error that a decoder throws. */
export class CodecError<Code extends CauseCode = CauseCode> extends EnodeckError<Code> {
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super('codec', code, message, options);
  }
}

/** Why a socket operation failed. */
export type NetworkErrorCode =
  | 'address-in-use'
  | 'address-not-available'
  | 'permission-denied'
  | 'connection-refused'
  | 'connection-reset'
  | 'timed-out'
  | 'unreachable'
  | 'aborted'
  | 'closed'
  | 'unknown';

/** A socket operation that failed. */
export class NetworkError extends EnodeckError<NetworkErrorCode> {
  constructor(code: NetworkErrorCode, message: string, options?: ErrorOptions) {
    super('network', code, message, options);
  }
}

/** The message of anything that was thrown, for a log line or a sentence. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
