import { NO_FACTS, type CauseArgs, type CauseParams } from '../../shared/causes/facts.ts';
import { sentenceOf } from '../../shared/causes/sentences.ts';
import { CodecError } from '../base/errors.ts';

type SnapCodecErrorCode = 'malformed-message' | 'unknown-message';

/** A payload that is not a valid message of the snap protocol. */
export class SnapCodecError extends CodecError<SnapCodecErrorCode> {
  readonly params: CauseParams;

  constructor(
    ...[code, facts, options]: readonly [...CauseArgs<SnapCodecErrorCode>, options?: ErrorOptions]
  ) {
    super(code, sentenceOf(code, facts), options);
    this.params = facts ?? NO_FACTS;
  }
}
