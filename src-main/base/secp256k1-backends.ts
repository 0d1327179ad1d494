/** What secp256k1.ts needs of an implementation, and two of them: native and noble. */
import { createRequire } from 'node:module';
import { secp256k1 as curve } from '@noble/curves/secp256k1.js';

/** Operations of the curve; each throws for invalid input. Public keys are SEC 1 encoded: 65 bytes (prefix 0x04) or 33. */
export interface Secp256k1Backend {
  readonly name: 'native' | 'wasm' | 'noble';
  isPrivateKey(key: Uint8Array): boolean;
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** Deterministic (RFC 6979), low s: 64 bytes and the recovery id. */
  sign(hash: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recoveryId: number };
  recover(hash: Uint8Array, signature: Uint8Array, recoveryId: number): Uint8Array;
  /** False also for a signature with high s. */
  verify(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** The x coordinate of the shared point, 32 bytes. */
  ecdh(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /** The shared point, compressed: 33 bytes. */
  sharedPoint(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array;
  convert(publicKey: Uint8Array, compressed: boolean): Uint8Array;
}

/** Bindings of package `secp256k1`. Unlike its main entry, they do not silently fall back to elliptic. */
interface NativeBindings {
  privateKeyVerify(key: Uint8Array): boolean;
  publicKeyCreate(key: Uint8Array, compressed: boolean): Uint8Array;
  publicKeyConvert(key: Uint8Array, compressed: boolean): Uint8Array;
  ecdsaSign(hash: Uint8Array, key: Uint8Array): { signature: Uint8Array; recid: number };
  ecdsaVerify(signature: Uint8Array, hash: Uint8Array, key: Uint8Array): boolean;
  ecdsaRecover(signature: Uint8Array, recoveryId: number, hash: Uint8Array, compressed: boolean): Uint8Array;
  ecdh(
    publicKey: Uint8Array,
    privateKey: Uint8Array,
    options: { hashfn: (x: Uint8Array, y: Uint8Array) => Uint8Array; xbuf: Uint8Array; ybuf: Uint8Array },
    output: Uint8Array,
  ): Uint8Array;
}

/** libsecp256k1 by its Node-API prebuild; undefined on a platform without one. */
export function loadNativeSecp256k1(): Secp256k1Backend | undefined {
  let bindings: NativeBindings;
  try {
    bindings = createRequire(import.meta.url)('secp256k1/bindings.js') as NativeBindings;
  } catch {
    return undefined;
  }
  return {
    name: 'native',
    isPrivateKey: (key) => bindings.privateKeyVerify(key),
    publicKey: (privateKey) => bindings.publicKeyCreate(privateKey, false),
    sign(hash, privateKey) {
      const { signature, recid } = bindings.ecdsaSign(hash, privateKey);
      return { signature, recoveryId: recid };
    },
    recover: (hash, signature, recoveryId) => bindings.ecdsaRecover(signature, recoveryId, hash, false),
    verify: (hash, signature, publicKey) => bindings.ecdsaVerify(signature, hash, publicKey),
    ecdh(publicKey, privateKey) {
      const options = { hashfn: (x: Uint8Array) => x, xbuf: new Uint8Array(32), ybuf: new Uint8Array(32) };
      return bindings.ecdh(publicKey, privateKey, options, new Uint8Array(32));
    },
    sharedPoint(publicKey, privateKey) {
      const options = { hashfn: compressPoint, xbuf: new Uint8Array(32), ybuf: new Uint8Array(32) };
      return bindings.ecdh(publicKey, privateKey, options, new Uint8Array(33));
    },
    convert: (publicKey, compressed) => bindings.publicKeyConvert(publicKey, compressed),
  };
}

/** Point compression: the prefix encodes the parity of y (SEC 1, section 2.3.3). */
function compressPoint(x: Uint8Array, y: Uint8Array): Uint8Array {
  const point = new Uint8Array(33);
  point[0] = 0x02 | ((y[31] ?? 0) & 1);
  point.set(x, 1);
  return point;
}

/** noble-curves: the reference in tests, and the last choice. */
export function loadNobleSecp256k1(): Secp256k1Backend {
  return {
    name: 'noble',
    isPrivateKey: (key) => curve.utils.isValidSecretKey(key),
    publicKey: (privateKey) => curve.getPublicKey(privateKey, false),
    sign(hash, privateKey) {
      const recovered = curve.sign(hash, privateKey, { prehash: false, lowS: true, format: 'recovered' });
      return { signature: recovered.slice(1), recoveryId: recovered[0] ?? 0 };
    },
    recover(hash, signature, recoveryId) {
      const recovered = new Uint8Array(65);
      recovered[0] = recoveryId;
      recovered.set(signature, 1);
      const compressed = curve.recoverPublicKey(recovered, hash, { prehash: false });
      return curve.Point.fromBytes(compressed).toBytes(false);
    },
    verify: (hash, signature, publicKey) =>
      curve.verify(signature, hash, publicKey, { prehash: false, lowS: true, format: 'compact' }),
    ecdh: (publicKey, privateKey) => curve.getSharedSecret(privateKey, publicKey, true).slice(1),
    sharedPoint: (publicKey, privateKey) => curve.getSharedSecret(privateKey, publicKey, true),
    convert: (publicKey, compressed) => curve.Point.fromBytes(publicKey).toBytes(compressed),
  };
}
