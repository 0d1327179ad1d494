import { createCipheriv, scryptSync } from 'node:crypto';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { keccak256 } from '../../src-main/base/keccak.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';

/** A key in geth's keystore format, with a cheap scrypt. */
export function keystoreOf(privateKey: Uint8Array, password: string): string {
  const salt = new Uint8Array(32).fill(7);
  const iv = new Uint8Array(16).fill(9);
  const derived = new Uint8Array(scryptSync(password, salt, 32, { N: 2, r: 8, p: 1 }));
  const ciphertext = new Uint8Array(
    createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv).update(privateKey),
  );
  return JSON.stringify({
    version: 3,
    id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
    address: bytesToHex(keccak256(publicKeyOf(privateKey))).slice(24),
    crypto: {
      cipher: 'aes-128-ctr',
      ciphertext: bytesToHex(ciphertext),
      cipherparams: { iv: bytesToHex(iv) },
      kdf: 'scrypt',
      kdfparams: { n: 2, r: 8, p: 1, dklen: 32, salt: bytesToHex(salt) },
      mac: bytesToHex(keccak256(derived.subarray(16), ciphertext)),
    },
  });
}
