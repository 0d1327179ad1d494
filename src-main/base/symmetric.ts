/**
 * AES, SHA-256 and HMAC for RLPx and discovery v5. Uses node:crypto, or noble where the library of node:crypto lacks one
 * of the ciphers; for short texts of discovery v5 the WebAssembly module, where it runs.
 * @see https://csrc.nist.gov/pubs/sp/800/38/a/final AES-ECB and AES-CTR
 * @see https://csrc.nist.gov/pubs/sp/800/38/d/final AES-GCM
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { ctr, ecb, gcm } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { ShortAes } from './short-aes.ts';
import { wasmModule } from './wasm-module.ts';

/** A stream cipher: each update returns as many bytes as it takes. */
export interface StreamCipher {
  update(bytes: Uint8Array): Uint8Array;
}

/** A cipher of independent blocks of 16 bytes. */
export interface BlockCipher {
  block(bytes: Uint8Array): Uint8Array;
}

/** An implementation of the ciphers and hashes. They throw RangeError for keys, nonces and blocks of a wrong length. */
export interface SymmetricBackend {
  readonly name: 'node' | 'noble';
  createAesCtr(key: Uint8Array, iv: Uint8Array): StreamCipher;
  createAesEcb(key: Uint8Array): BlockCipher;
  sealAesGcm(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, additional: Uint8Array): Uint8Array;
  openAesGcm(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    additional: Uint8Array,
  ): Uint8Array | undefined;
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
}

/** Bytes of an AES block. */
const AES_BLOCK = 16;

/** Bytes of a GCM nonce. GCM allows other lengths, which are not used here. */
const GCM_NONCE = 12;

/** Bytes of a GCM tag. */
const GCM_TAG = 16;

const GCM_OPTIONS = { authTagLength: GCM_TAG };

/** OpenSSL or BoringSSL through node:crypto; undefined where one of the ciphers is missing. */
export function loadNodeSymmetric(): SymmetricBackend | undefined {
  const backend: SymmetricBackend = {
    name: 'node',
    createAesCtr(key, iv) {
      checkKey(key);
      checkBlock(iv);
      const cipher = createCipheriv(`aes-${String(key.length * 8)}-ctr`, key, iv);
      return { update: (bytes) => plainBytes(cipher.update(bytes)) };
    },
    createAesEcb(key) {
      checkKey(key);
      const cipher = createCipheriv(`aes-${String(key.length * 8)}-ecb`, key, null).setAutoPadding(false);
      return {
        block(bytes) {
          checkBlock(bytes);
          return plainBytes(cipher.update(bytes));
        },
      };
    },
    sealAesGcm: sealWithNode,
    openAesGcm: openWithNode,
    sha256(...parts) {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part);
      return plainBytes(hash.digest());
    },
    hmacSha256(key, ...parts) {
      const mac = createHmac('sha256', key);
      for (const part of parts) mac.update(part);
      return plainBytes(mac.digest());
    },
  };
  try {
    for (const keyLength of [16, 32]) {
      backend.createAesCtr(new Uint8Array(keyLength), new Uint8Array(AES_BLOCK));
      backend.createAesEcb(new Uint8Array(keyLength));
      const empty = new Uint8Array(0);
      backend.sealAesGcm(new Uint8Array(keyLength), new Uint8Array(GCM_NONCE), empty, empty);
    }
    return backend;
  } catch {
    return undefined;
  }
}

function sealWithNode(
  key: Uint8Array,
  nonce: Uint8Array,
  plain: Uint8Array,
  additional: Uint8Array,
): Uint8Array {
  checkKey(key);
  checkNonce(nonce);
  const cipher = createCipheriv(gcmName(key), key, nonce, GCM_OPTIONS).setAAD(additional);
  const sealed = new Uint8Array(plain.length + GCM_TAG);
  sealed.set(cipher.update(plain));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plain.length);
  return sealed;
}

function openWithNode(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  additional: Uint8Array,
): Uint8Array | undefined {
  checkKey(key);
  checkNonce(nonce);
  const end = sealed.length - GCM_TAG;
  if (end < 0) return undefined;
  const cipher = createDecipheriv(gcmName(key), key, nonce, GCM_OPTIONS).setAAD(additional);
  cipher.setAuthTag(sealed.subarray(end));
  const plain = plainBytes(cipher.update(sealed.subarray(0, end)));
  try {
    cipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

function gcmName(key: Uint8Array): 'aes-128-gcm' | 'aes-256-gcm' {
  return key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
}

/** noble: the reference in tests, and the fallback. */
export function loadNobleSymmetric(): SymmetricBackend {
  return {
    name: 'noble',
    createAesCtr(key, iv) {
      checkKey(key);
      checkBlock(iv);
      return new NobleCtr(key, iv);
    },
    createAesEcb(key) {
      checkKey(key);
      const encrypt = (bytes: Uint8Array): Uint8Array => ecb(key, { disablePadding: true }).encrypt(bytes);
      return {
        block(bytes) {
          checkBlock(bytes);
          return encrypt(bytes);
        },
      };
    },
    sealAesGcm(key, nonce, plain, additional) {
      checkKey(key);
      checkNonce(nonce);
      return gcm(key, nonce, additional).encrypt(plain);
    },
    openAesGcm(key, nonce, sealed, additional) {
      checkKey(key);
      checkNonce(nonce);
      try {
        return gcm(key, nonce, additional).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
    sha256(...parts) {
      const hash = nobleSha256.create();
      for (const part of parts) hash.update(part);
      return hash.digest();
    },
    hmacSha256(key, ...parts) {
      const mac = hmac.create(nobleSha256, key);
      for (const part of parts) mac.update(part);
      return mac.digest();
    },
  };
}

/** noble's CTR is one-shot: this class keeps the counter and the unused rest of a key-stream block between updates. */
class NobleCtr implements StreamCipher {
  readonly #key: Uint8Array;
  readonly #counter: Uint8Array;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#key = key.slice();
    this.#counter = iv.slice();
  }

  update(bytes: Uint8Array): Uint8Array {
    const blocks = Math.ceil(Math.max(0, bytes.length - this.#rest.length) / AES_BLOCK);
    const fresh = ctr(this.#key, this.#counter).encrypt(new Uint8Array(blocks * AES_BLOCK));
    advanceCounter(this.#counter, blocks);
    const stream = new Uint8Array(this.#rest.length + fresh.length);
    stream.set(this.#rest);
    stream.set(fresh, this.#rest.length);
    this.#rest = stream.slice(bytes.length);
    return bytes.map((byte, at) => byte ^ (stream[at] ?? 0));
  }
}

/** Adds `blocks` to a counter block, a big-endian integer modulo 2^128. */
function advanceCounter(counter: Uint8Array, blocks: number): void {
  let carry = blocks;
  for (let at = AES_BLOCK - 1; at >= 0 && carry > 0; at--) {
    carry += counter[at] ?? 0;
    counter[at] = carry % 256;
    carry = Math.floor(carry / 256);
  }
}

function checkKey(key: Uint8Array): void {
  if (key.length !== 16 && key.length !== 32) throw new RangeError('An AES key has 16 or 32 bytes');
}

function checkBlock(bytes: Uint8Array): void {
  if (bytes.length !== AES_BLOCK) throw new RangeError('An AES block has 16 bytes');
}

function checkNonce(nonce: Uint8Array): void {
  if (nonce.length !== GCM_NONCE) throw new RangeError('A GCM nonce has 12 bytes');
}

/** The same bytes as a plain Uint8Array: `slice` of a Buffer does not copy. */
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

const backend: SymmetricBackend = loadNodeSymmetric() ?? loadNobleSymmetric();

/** AES-CTR with a key of 16 or 32 bytes and a 16-byte counter block. Encryption and decryption are the same operation. */
export const createAesCtr: SymmetricBackend['createAesCtr'] = (key, iv) => backend.createAesCtr(key, iv);

/** AES-ECB with a key of 16 or 32 bytes, encryption only: the cipher of the RLPx MAC. */
export const createAesEcb: SymmetricBackend['createAesEcb'] = (key) => backend.createAesEcb(key);

/** The WebAssembly module, for short texts under keys of 16 bytes. */
const shortAes = wasmModule && new ShortAes(wasmModule);

/**
 * AES-CTR of one text, which starts `skipped` blocks after the counter block `iv`.
 * @param key 16 or 32 bytes
 */
export function applyAesCtr(key: Uint8Array, iv: Uint8Array, text: Uint8Array, skipped = 0): Uint8Array {
  checkBlock(iv);
  if (shortAes?.takesCtr(key, text) === true) return shortAes.ctr(key, iv, text, skipped);
  const counter = iv.slice();
  advanceCounter(counter, skipped);
  return backend.createAesCtr(key, counter).update(text);
}

/** SHA-256 of the concatenated parts, 32 bytes. */
export const sha256: SymmetricBackend['sha256'] = (...parts) => backend.sha256(...parts);

/** HMAC-SHA-256 of the concatenated parts, 32 bytes. */
export const hmacSha256: SymmetricBackend['hmacSha256'] = (key, ...parts) =>
  backend.hmacSha256(key, ...parts);

/** AES-GCM with a key of 16 or 32 bytes and a 12-byte nonce. Returns the ciphertext followed by the 16-byte tag. */
export const sealAesGcm: SymmetricBackend['sealAesGcm'] = (key, nonce, plain, additional) => {
  checkNonce(nonce);
  return shortAes?.takesGcm(key, plain, additional) === true
    ? shortAes.seal(key, nonce, plain, additional)
    : backend.sealAesGcm(key, nonce, plain, additional);
};

/** Decrypts the output of `sealAesGcm`; undefined when the tag does not match. */
export const openAesGcm: SymmetricBackend['openAesGcm'] = (key, nonce, sealed, additional) => {
  checkNonce(nonce);
  return sealed.length >= GCM_TAG && shortAes?.takesGcm(key, sealed, additional) === true
    ? shortAes.open(key, nonce, sealed, additional)
    : backend.openAesGcm(key, nonce, sealed, additional);
};

/** Bytes of a SHA-256 hash. */
const SHA256_LENGTH = 32;

/**
 * HKDF with SHA-256: derives `length` bytes, at most 255 hashes, from a secret.
 * @throws RangeError when `length` is larger
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function hkdfSha256(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  if (length > 255 * SHA256_LENGTH) throw new RangeError('HKDF gives at most 255 hashes');
  const key = hmacSha256(salt, secret);
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, count = 1; at < length; at += SHA256_LENGTH, count++) {
    block = hmacSha256(key, block, info, Uint8Array.of(count));
    output.set(block.subarray(0, length - at), at);
  }
  return output;
}
