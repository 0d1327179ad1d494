import { CodecError } from '../base/errors.ts';

/** A payload that is no message of the eth protocol. */
export class EthCodecError extends CodecError<'malformed-message' | 'unknown-message'> {}

/** Runs a reader of RLP and turns whatever it refuses into an EthCodecError that names the message. */
export function reading<T>(message: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CodecError) || cause instanceof EthCodecError) throw cause;
    throw new EthCodecError('malformed-message', `${message} is malformed: ${cause.message}`, { cause });
  }
}
