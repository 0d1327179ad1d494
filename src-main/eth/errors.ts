import { CodecError } from '../base/errors.ts';

/** A payload that is not a message of the eth protocol. */
export class EthCodecError extends CodecError<'malformed-message' | 'unknown-message'> {}

/** Runs an RLP reader. @throws EthCodecError `malformed-message`, which names the message, in place of a CodecError */
export function reading<T>(message: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CodecError) || cause instanceof EthCodecError) throw cause;
    throw new EthCodecError('malformed-message', `${message} is malformed: ${cause.message}`, { cause });
  }
}
