/** The WebAssembly implementation of secp256k1.ts: libsecp256k1 in package `tiny-secp256k1`. */
import { createRequire } from 'node:module';
import type * as TinySecp256k1 from 'tiny-secp256k1';
import { concatBytes } from './bytes.ts';
import { notOfCurve, type CryptoErrorCode } from './crypto-error.ts';
import { encodedPoint, loadNobleSecp256k1, type Secp256k1Backend } from './secp256k1-backends.ts';
import { PRIVATE_KEY_LENGTH, SIGNATURE_LENGTH } from './secp256k1-lengths.ts';

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
    const point = encodedPoint(publicKey);
    if (!curve.isPoint(point)) throw notOfCurve('invalid-public-key');
    return point;
  };
  return {
    name: 'wasm',
    isPrivateKey: (key) => key.length === PRIVATE_KEY_LENGTH && curve.isPrivate(key),
    publicKey: (privateKey) =>
      present(curve.pointFromScalar(privateKey, false), 'invalid-private-key').slice(1),
    sign(hash, privateKey) {
      const { signature, recoveryId } = curve.signRecoverable(hash, privateKey);
      return concatBytes(signature, Uint8Array.of(recoveryId));
    },
    recover(hash, signature) {
      const recoveryId = signature[SIGNATURE_LENGTH];
      // The package requires r to be the x of a point for ids 2 and 3 too, where it is r + n.
      if (recoveryId !== 0 && recoveryId !== 1) return noble.recover(hash, signature);
      const recovered = curve.recover(hash, signature.subarray(0, SIGNATURE_LENGTH), recoveryId);
      return present(recovered, 'invalid-signature').slice(1);
    },
    verify: (hash, signature, publicKey) => curve.verify(hash, checked(publicKey), signature, true),
    ecdh: (publicKey, privateKey) => noble.ecdh(publicKey, privateKey),
    sharedPoint: (publicKey, privateKey) => noble.sharedPoint(publicKey, privateKey),
    compress: (publicKey) => curve.pointCompress(checked(publicKey), true),
    decompress: (compressed) => curve.pointCompress(checked(compressed), false).slice(1),
  };
}

function present(publicKey: Uint8Array | null, otherwise: CryptoErrorCode): Uint8Array {
  if (publicKey === null) throw notOfCurve(otherwise);
  return publicKey;
}
