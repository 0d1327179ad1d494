import { NO_FACTS, type CauseArgs, type CauseParams } from '../../shared/causes/facts.ts';
import { sentenceOf } from '../../shared/causes/sentences.ts';
import { CodecError } from '../base/errors.ts';

type EthCodecErrorCode = 'malformed-message' | 'unknown-message';

/** A payload that is not a valid message of the eth protocol. */
export class EthCodecError extends CodecError<EthCodecErrorCode> {
  readonly params: CauseParams;

  constructor(...[code, facts, options]: readonly [...CauseArgs<EthCodecErrorCode>, options?: ErrorOptions]) {
    super(code, sentenceOf(code, facts), options);
    this.params = facts ?? NO_FACTS;
  }
}

/** Runs a reader of RLP; an error of the reader becomes an EthCodecError that names the message. */
export function reading<T>(message: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CodecError) || cause instanceof EthCodecError) throw cause;
    throw new EthCodecError('malformed-message', { detail: `${message}: ${cause.message}` }, { cause });
  }
}
