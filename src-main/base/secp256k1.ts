/**
 * The secp256k1 curve as devp2p uses it. Public keys have 64 bytes (uncompressed, without the 0x04 prefix), private keys
 * and hashes 32 bytes, signatures r | s | v 65 bytes, where v is the recovery id. Integers are big-endian.
 * secp256k1-choice.ts chooses the implementation.
 * @see https://www.secg.org/sec2-v2.pdf section 2.4.1
 */
import { CryptoError, notOfCurve, type CryptoErrorCode } from './crypto-error.ts';
import type { Random } from './runtime.ts';
import { secp256k1Backend as backend } from './secp256k1-choice.ts';
import {
  COMPRESSED_PUBLIC_KEY_LENGTH,
  PRIVATE_KEY_LENGTH,
  PUBLIC_KEY_LENGTH,
  RECOVERABLE_SIGNATURE_LENGTH,
  SIGNATURE_LENGTH,
} from './secp256k1-lengths.ts';

/** Generates a private key. */
export function generatePrivateKey(random: Random): Uint8Array {
  for (;;) {
    const key = random.bytes(PRIVATE_KEY_LENGTH);
    if (isPrivateKey(key)) return key;
  }
}

/** Whether `key` is a 32-byte integer from 1 to the group order − 1. */
export function isPrivateKey(key: Uint8Array): boolean {
  return key.length === PRIVATE_KEY_LENGTH && backend.isPrivateKey(key);
}

/**
 * The public key of a private key.
 * @throws CryptoError `invalid-private-key`
 */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return attempt('invalid-private-key', () => backend.publicKey(privateKey));
}

/**
 * Signs a 32-byte hash. Returns r | s | v, deterministic (RFC 6979) and with low s; of `briefBytes`.
 * @throws CryptoError `invalid-private-key`
 */
export function sign(hash: Uint8Array, privateKey: Uint8Array): Uint8Array {
  return attempt('invalid-private-key', () => backend.sign(hash, privateKey));
}

/**
 * Recovers the public key of a signature r | s | v; accepts high s too.
 * @throws CryptoError `invalid-signature`
 */
export function recover(hash: Uint8Array, signature: Uint8Array): Uint8Array {
  const recoveryId = signature[SIGNATURE_LENGTH];
  if (signature.length !== RECOVERABLE_SIGNATURE_LENGTH || recoveryId === undefined || recoveryId > 3) {
    throw new CryptoError('invalid-signature', 'A signature has 65 bytes and a recovery id from 0 to 3');
  }
  return attempt('invalid-signature', () => backend.recover(hash, signature));
}

/** Whether r | s (64 bytes, low s) is a signature of `hash` by `publicKey`; false for malformed input. */
export function verify(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_LENGTH || publicKey.length !== PUBLIC_KEY_LENGTH) return false;
  try {
    return backend.verify(hash, signature, publicKey);
  } catch {
    return false;
  }
}

/**
 * The ECDH secret: the x coordinate (32 bytes) of the shared point.
 * @throws CryptoError `invalid-public-key` for a point off the curve, `invalid-private-key`
 */
export function ecdh(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array {
  checkLength(publicKey, PUBLIC_KEY_LENGTH);
  return agreement(privateKey, () => backend.ecdh(publicKey, privateKey));
}

/**
 * The shared point of ECDH, compressed: 33 bytes.
 * @param publicKey 64 bytes, or 33 compressed
 * @throws CryptoError `invalid-public-key` for a point off the curve, `invalid-private-key`
 */
export function sharedPoint(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array {
  if (publicKey.length !== COMPRESSED_PUBLIC_KEY_LENGTH) checkLength(publicKey, PUBLIC_KEY_LENGTH);
  return agreement(privateKey, () => backend.sharedPoint(publicKey, privateKey));
}

/**
 * Compresses a public key of 64 bytes to 33 bytes.
 * @throws CryptoError `invalid-public-key`
 */
export function compress(publicKey: Uint8Array): Uint8Array {
  checkLength(publicKey, PUBLIC_KEY_LENGTH);
  return attempt('invalid-public-key', () => backend.compress(publicKey));
}

/**
 * Decompresses a public key of 33 bytes to 64 bytes.
 * @throws CryptoError `invalid-public-key`
 */
export function decompress(compressed: Uint8Array): Uint8Array {
  checkLength(compressed, COMPRESSED_PUBLIC_KEY_LENGTH);
  return attempt('invalid-public-key', () => backend.decompress(compressed));
}

/** Whether `publicKey` is a point of the curve, 64 bytes. */
export function isPublicKey(publicKey: Uint8Array): boolean {
  try {
    return publicKey.length === PUBLIC_KEY_LENGTH && backend.compress(publicKey).length > 0;
  } catch {
    return false;
  }
}

function checkLength(publicKey: Uint8Array, length: number): void {
  if (publicKey.length === length) return;
  const form = length === PUBLIC_KEY_LENGTH ? 'A public key' : 'A compressed public key';
  throw new CryptoError('invalid-public-key', `${form} has ${String(length)} bytes`);
}

/** Runs a key agreement, whose failure does not tell which of the two keys is invalid. */
function agreement(privateKey: Uint8Array, action: () => Uint8Array): Uint8Array {
  try {
    return action();
  } catch (cause) {
    const code = isPrivateKey(privateKey) ? 'invalid-public-key' : 'invalid-private-key';
    throw notOfCurve(code, { cause });
  }
}

function attempt<T>(code: CryptoErrorCode, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof CryptoError) throw cause;
    throw notOfCurve(code, { cause });
  }
}
