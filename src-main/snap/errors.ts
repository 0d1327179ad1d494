import { CodecError } from '../base/errors.ts';

/** A payload that is not a message of the snap protocol. */
export class SnapCodecError extends CodecError<'malformed-message' | 'unknown-message'> {}
