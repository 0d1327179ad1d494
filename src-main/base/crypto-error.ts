import { CodecError } from './errors.ts';

/** Error codes of CryptoError. */
export type CryptoErrorCode = 'invalid-private-key' | 'invalid-public-key' | 'invalid-signature';

/** Bytes that are not a valid public key, private key or signature. */
export class CryptoError extends CodecError<CryptoErrorCode> {}

const NOT_OF_CURVE: Readonly<Record<CryptoErrorCode, string>> = {
  'invalid-private-key': 'Not a private key of secp256k1',
  'invalid-public-key': 'Not a point of secp256k1',
  'invalid-signature': 'Not a signature of secp256k1',
};

/** The error for bytes of the right length that are not what `code` names. */
export function notOfCurve(code: CryptoErrorCode, options?: ErrorOptions): CryptoError {
  return new CryptoError(code, NOT_OF_CURVE[code], options);
}
