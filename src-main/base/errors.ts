import type { CauseCode } from '../../shared/causes/catalogue.ts';

/** The layers of the node; every error belongs to one. */
export type ErrorLayer =
  'network' | 'discovery' | 'handshake' | 'protocol' | 'session' | 'store' | 'settings' | 'codec' | 'api';

/**
 * The base class of the node's own errors: a layer, a stable code of the catalogue, a message for people and the
 * underlying cause. Code never compares message texts.
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

/** Bytes or text that do not have the shape a codec asks for: the only error that a decoder throws. */
export class CodecError<Code extends CauseCode = CauseCode> extends EnodeckError<Code> {
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super('codec', code, message, options);
  }
}

/** Why the operating system refused a socket operation, in our words. */
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

/** Words for whatever was thrown, for a log line. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
