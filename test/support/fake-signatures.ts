import type * as Enr from '../../src-main/node-record/enr.ts';
import type * as Secp256k1 from '../../src-main/base/secp256k1.ts';
import {
  COMPRESSED_PUBLIC_KEY_LENGTH,
  PUBLIC_KEY_LENGTH,
  RECOVERABLE_SIGNATURE_LENGTH,
} from '../../src-main/base/secp256k1-lengths.ts';

/**
 * Replaces the curve in simulations with thousands of nodes: a "signature" is the public key of the signer, so that signing
 * and verification cost nothing. Everything else is real.
 */
export function withFakeSignatures(real: typeof Secp256k1): typeof Secp256k1 {
  const publicKeys = new WeakMap<Uint8Array, Uint8Array>();
  const publicKeyOf = (privateKey: Uint8Array): Uint8Array => {
    const known = publicKeys.get(privateKey);
    if (known !== undefined) return known;
    const publicKey = real.publicKeyOf(privateKey);
    publicKeys.set(privateKey, publicKey);
    return publicKey;
  };
  return {
    ...real,
    publicKeyOf,
    sign: (_hash, privateKey) => {
      const signature = new Uint8Array(RECOVERABLE_SIGNATURE_LENGTH);
      signature.set(publicKeyOf(privateKey));
      return signature;
    },
    recover: (_hash, signature) => signature.slice(0, PUBLIC_KEY_LENGTH),
    verify: () => true,
    sharedPoint: (publicKey, privateKey) => {
      const isCompressed = publicKey.length === COMPRESSED_PUBLIC_KEY_LENGTH;
      const x = isCompressed ? publicKey.subarray(1) : publicKey;
      const point = new Uint8Array(COMPRESSED_PUBLIC_KEY_LENGTH);
      point.set(publicKeyOf(privateKey).subarray(0, 32));
      return point.map((byte, at) => (at < 32 ? byte ^ (x[at] ?? 0) : byte));
    },
    isPublicKey: (publicKey) => publicKey.length === PUBLIC_KEY_LENGTH,
  };
}

/** Decodes each ENR once, because thousands of nodes relay it unchanged. */
export function withRememberedRecords(real: typeof Enr): typeof Enr {
  const known = new Map<string, Enr.Enr>();
  return {
    ...real,
    decodeEnr: (bytes) => {
      const key = Buffer.from(bytes).toString('latin1');
      const record = known.get(key) ?? real.decodeEnr(bytes);
      known.set(key, record);
      return record;
    },
  };
}
