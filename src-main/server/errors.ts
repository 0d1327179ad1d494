import type { EndCode } from '../../shared/causes/catalogue.ts';
import { endSentence } from '../../shared/causes/sentences.ts';
import { EnodeckError } from '../base/errors.ts';
import type { EndCause } from '../events/events.ts';

/** Why the server could not start. */
export type ServerErrorCode = 'port-in-use' | 'address-not-available' | 'permission-denied' | 'cannot-listen';

/** The server did not start; the message is a sentence with the reason. No socket stays open. */
export class ServerError extends EnodeckError<ServerErrorCode> {
  constructor(code: ServerErrorCode, message: string, options?: ErrorOptions) {
    super('network', code, message, options);
  }
}

/** A requested connection did not become a session. */
export class ConnectError extends EnodeckError<EndCode> {
  readonly endCause: EndCause;

  constructor(endCause: EndCause) {
    super('session', endCause.code, endSentence(endCause));
    this.endCause = endCause;
  }
}
