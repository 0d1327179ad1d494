/** The WebAssembly implementation of secp256k1.ts: libsecp256k1 in package `tiny-secp256k1`. */
import { createRequire } from 'node:module';
import type * as TinySecp256k1 from 'tiny-secp256k1';
import { notOfCurve, type CryptoErrorCode } from './crypto-error.ts';
import { loadNobleSecp256k1, type Secp256k1Backend } from './secp256k1-backends.ts';

/**
 * libsecp256k1 by WebAssembly; undefined where it does not load. The package has no ECDH: its `pointMultiply` takes a time that
 * depends on the number, so it must not get a private key. noble multiplies instead.
 */
export function loadWasmSecp256k1(): Secp256k1Backend | undefined {
  let curve: typeof TinySecp256k1;
  try {
    curve = createRequire(import.meta.url)('tiny-secp256k1') as typeof TinySecp256k1;
  } catch {
    return undefined;
  }
  const noble = loadNobleSecp256k1();
  // The module throws for a point off the curve without releasing its stack: 3,144 of them would end it for good.
  const checked = (publicKey: Uint8Array): Uint8Array => {
    if (!curve.isPoint(publicKey)) throw notOfCurve('invalid-public-key');
    return publicKey;
  };
  return {
    name: 'wasm',
    isPrivateKey: (key) => curve.isPrivate(key),
    publicKey: (privateKey) => present(curve.pointFromScalar(privateKey, false), 'invalid-private-key'),
    sign: (hash, privateKey) => curve.signRecoverable(hash, privateKey),
    recover(hash, signature, recoveryId) {
      if (recoveryId === 0 || recoveryId === 1) {
        return present(curve.recover(hash, signature, recoveryId), 'invalid-signature');
      }
      // The package requires r to be the x of a point for these ids too, where it is r + n.
      return noble.recover(hash, signature, recoveryId);
    },
    verify: (hash, signature, publicKey) => curve.verify(hash, checked(publicKey), signature, true),
    ecdh: (publicKey, privateKey) => noble.ecdh(publicKey, privateKey),
    sharedPoint: (publicKey, privateKey) => noble.sharedPoint(publicKey, privateKey),
    convert: (publicKey, compressed) => curve.pointCompress(checked(publicKey), compressed),
  };
}

function present(publicKey: Uint8Array | null, otherwise: CryptoErrorCode): Uint8Array {
  if (publicKey === null) throw notOfCurve(otherwise);
  return publicKey;
}
