import type * as Enr from '../../src-main/node-record/enr.ts';
import type * as Secp256k1 from '../../src-main/base/secp256k1.ts';

/**
 * Stands in for the curve in simulations, where thousands of nodes trust each other: a "signature" is the signer's
 * public key itself, so that making and checking one costs nothing. Everything else is real.
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
      const signature = new Uint8Array(real.RECOVERABLE_SIGNATURE_LENGTH);
      signature.set(publicKeyOf(privateKey));
      return signature;
    },
    recover: (_hash, signature) => signature.slice(0, real.PUBLIC_KEY_LENGTH),
    verify: () => true,
    sharedPoint: (publicKey, privateKey) =>
      publicKeyOf(privateKey)
        .subarray(0, real.COMPRESSED_PUBLIC_KEY_LENGTH)
        .map((byte, at) => byte ^ (publicKey[at] ?? 0)),
    isPublicKey: (publicKey) => publicKey.length === real.PUBLIC_KEY_LENGTH,
  };
}

/** Reads each record once: it goes from node to node unchanged, and thousands of nodes hand it on. */
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
