import { NO_FACTS, type CauseArgs, type CauseParams } from '../../shared/causes/facts.ts';
import { sentenceOf } from '../../shared/causes/sentences.ts';
import type { SENTRY_CAUSES } from '../../shared/causes/sentry-causes.ts';
import { EnodeckError } from '../base/errors.ts';

/** Error codes of the RPC of a client. */
export type RpcErrorCode = keyof typeof SENTRY_CAUSES;

/** A setting for the RPC of a client that cannot be used, or a call that failed. */
export class RpcError extends EnodeckError<RpcErrorCode> {
  readonly params: CauseParams;

  constructor(...[code, facts, options]: readonly [...CauseArgs<RpcErrorCode>, options?: ErrorOptions]) {
    super('protocol', code, sentenceOf(code, facts), options);
    this.params = facts ?? NO_FACTS;
  }
}

/** The error for an answer with this HTTP status, which is not that of success. */
export function statusError(status: number, options: ErrorOptions = {}): RpcError {
  return status >= 300 && status < 400
    ? new RpcError('rpc-redirect', { status }, options)
    : new RpcError('rpc-http-status', { status }, options);
}
