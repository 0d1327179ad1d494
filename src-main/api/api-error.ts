import type { ApiFailure } from '../../shared/api-channels.ts';
import { EnodeckError } from '../base/errors.ts';

/** Codes of requests that the API refuses. */
export type ApiErrorCode =
  | 'unknown-request'
  | 'unknown-topic'
  | 'invalid-parameters'
  | 'too-many-subscriptions'
  | 'not-running'
  | 'no-free-port'
  | 'not-connected'
  | 'confirmation-needed'
  | 'too-many-requests'
  | 'not-found'
  | 'not-editable'
  | 'not-available'
  | 'right-missing'
  | 'restart-needed'
  | 'already-listed'
  | 'invalid-node'
  | 'list-full'
  | 'invalid-target'
  | 'trusted-node'
  | 'banned-by-hand'
  | 'address-in-use'
  | 'address-not-available'
  | 'busy';

/** A refused request; `field` names the invalid parameter, if any. */
export class ApiError extends EnodeckError<ApiErrorCode> {
  readonly field: string | null;

  constructor(code: ApiErrorCode, message: string, field: string | null = null, options?: ErrorOptions) {
    super('api', code, message, options);
    this.field = field;
  }
}

function fieldOf(error: EnodeckError): string | null {
  return 'field' in error && typeof error.field === 'string' ? error.field : null;
}

/** Returns the failure to send to a client. Errors that are not EnodeckErrors reveal no detail. */
export function apiFailureOf(error: unknown): ApiFailure {
  if (isOwnError(error)) {
    return { code: error.code, message: error.message, field: fieldOf(error) };
  }
  return { code: 'internal-error', message: 'The request failed; the log has the details.', field: null };
}

/** Narrows to EnodeckErrors. */
export function isOwnError(error: unknown): error is EnodeckError {
  return error instanceof EnodeckError;
}
