import { EnodeckError, type NetworkError } from '../base/errors.ts';

/** Why the metrics cannot be served. */
export type MetricsErrorCode =
  'address-in-use' | 'address-not-available' | 'permission-denied' | 'cannot-listen';

/** The server of the metrics did not start; the message is a sentence with what to do. No socket stays open. */
export class MetricsError extends EnodeckError<MetricsErrorCode> {
  constructor(code: MetricsErrorCode, message: string, options?: ErrorOptions) {
    super('api', code, message, options);
  }
}

/** The error of an address that could not be bound. @param where `127.0.0.1:6060` */
export function metricsErrorOf(cause: NetworkError, where: string): MetricsError {
  const say = (code: MetricsErrorCode, reason: string): MetricsError =>
    new MetricsError(code, `The metrics cannot be served on ${where}: ${reason}.`, { cause });
  switch (cause.code) {
    case 'address-in-use':
      return say(
        cause.code,
        'the port is in use by another program; choose another port in the setting “Metrics port”',
      );
    case 'address-not-available':
      return say(
        cause.code,
        'this machine has no such address; choose another one in the setting “Metrics address”',
      );
    case 'permission-denied':
      return say(
        cause.code,
        'the system does not allow it; choose a port above 1023 in the setting “Metrics port”',
      );
    default:
      return say('cannot-listen', cause.message);
  }
}
