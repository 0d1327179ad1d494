/**
 * ECIES of RLPx: ephemeral ECDH, AES-128-CTR and HMAC-SHA-256. A message is 0x04 | ephemeral public key (64) | iv
 * (16) | ciphertext | tag (32).
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#ecies-encryption
 */
import { concatBytes, equalBytes } from '../base/bytes.ts';
import { ecdh, publicKeyOf } from '../base/secp256k1.ts';
import { PUBLIC_KEY_LENGTH } from '../base/secp256k1-lengths.ts';
import { createAesCtr, hmacSha256, sha256 } from '../base/symmetric.ts';
import { RlpxError } from './errors.ts';

/** Prefix of an uncompressed point (SEC 1, section 2.3.3), the first byte of a message. */
export const UNCOMPRESSED_POINT = 0x04;
const IV_LENGTH = 16;
const TAG_LENGTH = 32;
const CIPHERTEXT_OFFSET = 1 + PUBLIC_KEY_LENGTH + IV_LENGTH;

/** Bytes that encryption adds to a plaintext. */
export const ECIES_OVERHEAD = CIPHERTEXT_OFFSET + TAG_LENGTH;

/** Length of the initialisation vector that `encryptEcies` takes. */
export const ECIES_IV_LENGTH = IV_LENGTH;

/** Counter of the concatenation KDF (NIST SP 800-56A 5.8.1): 32 bytes of key are one SHA-256 block. */
const KDF_COUNTER = Uint8Array.of(0, 0, 0, 1);

/**
 * Encrypts a message to `remotePublicKey` (64 bytes). `macData` is authenticated but not part of the message.
 * @throws CryptoError `invalid-public-key`
 */
export function encryptEcies(
  plaintext: Uint8Array,
  remotePublicKey: Uint8Array,
  macData: Uint8Array,
  secret: { readonly ephemeralKey: Uint8Array; readonly iv: Uint8Array },
): Uint8Array {
  const keys = deriveKeys(ecdh(remotePublicKey, secret.ephemeralKey));
  const ciphertext = createAesCtr(keys.encryption, secret.iv).update(plaintext);
  const tag = hmacSha256(keys.authentication, secret.iv, ciphertext, macData);
  const point = publicKeyOf(secret.ephemeralKey);
  return concatBytes(Uint8Array.of(UNCOMPRESSED_POINT), point, secret.iv, ciphertext, tag);
}

/**
 * Decrypts a message that was encrypted to `privateKey` (32 bytes).
 * @throws RlpxError `decryption-failed` for a message that is too short, a point that is not on the curve or a wrong
 *   tag. All three get the same error, which would be an oracle otherwise.
 */
export function decryptEcies(message: Uint8Array, privateKey: Uint8Array, macData: Uint8Array): Uint8Array {
  if (message.length < ECIES_OVERHEAD || message[0] !== UNCOMPRESSED_POINT) throw failed();
  const tagOffset = message.length - TAG_LENGTH;
  const iv = message.subarray(1 + PUBLIC_KEY_LENGTH, CIPHERTEXT_OFFSET);
  const ciphertext = message.subarray(CIPHERTEXT_OFFSET, tagOffset);
  const keys = deriveKeys(agree(message.subarray(1, 1 + PUBLIC_KEY_LENGTH), privateKey));
  const tag = hmacSha256(keys.authentication, iv, ciphertext, macData);
  if (!equalBytes(tag, message.subarray(tagOffset))) throw failed();
  return createAesCtr(keys.encryption, iv).update(ciphertext);
}

function agree(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array {
  try {
    return ecdh(publicKey, privateKey);
  } catch (cause) {
    throw failed({ cause });
  }
}

function failed(options: ErrorOptions = {}): RlpxError {
  return new RlpxError('decryption-failed', null, options);
}

function deriveKeys(shared: Uint8Array): { encryption: Uint8Array; authentication: Uint8Array } {
  const keys = sha256(KDF_COUNTER, shared);
  return { encryption: keys.subarray(0, 16), authentication: sha256(keys.subarray(16)) };
}
