import { CodecError } from './errors.ts';

/** What the curve refuses. */
export type CryptoErrorCode = 'invalid-private-key' | 'invalid-public-key' | 'invalid-signature';

/** Key or signature bytes that are no valid point, scalar or signature. */
export class CryptoError extends CodecError<CryptoErrorCode> {}
