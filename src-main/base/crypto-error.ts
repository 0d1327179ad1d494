import { CodecError } from './errors.ts';

/** Error codes of CryptoError. */
export type CryptoErrorCode = 'invalid-private-key' | 'invalid-public-key' | 'invalid-signature';

/** Bytes that are not a valid public key, private key or signature. */
export class CryptoError extends CodecError<CryptoErrorCode> {}
