/**
 * Ciphers and hashes of the OpenSSL family, as RLPx uses them. node:crypto does the work; where its library lacks one
 * of them, noble does.
 */
import { loadNobleSymmetric, loadNodeSymmetric, type SymmetricBackend } from './symmetric-backends.ts';

export type { BlockCipher, StreamCipher } from './symmetric-backends.ts';

const backend: SymmetricBackend = loadNodeSymmetric() ?? loadNobleSymmetric();

/** AES-CTR under a key of 16 or 32 bytes from a 16-byte counter block; it encrypts and decrypts alike. */
export const createAesCtr: SymmetricBackend['createAesCtr'] = (key, iv) => backend.createAesCtr(key, iv);

/** AES of single 16-byte blocks under a key of 16 or 32 bytes, encryption only: the RLPx MAC cipher. */
export const createAesEcb: SymmetricBackend['createAesEcb'] = (key) => backend.createAesEcb(key);

/** SHA-256 of all parts, one after the other: 32 bytes. */
export const sha256: SymmetricBackend['sha256'] = (...parts) => backend.sha256(...parts);

/** HMAC-SHA-256 of all parts, one after the other: 32 bytes. */
export const hmacSha256: SymmetricBackend['hmacSha256'] = (key, ...parts) =>
  backend.hmacSha256(key, ...parts);
