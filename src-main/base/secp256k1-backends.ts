/** What secp256k1.ts needs of an implementation, and two of them: native and noble. */
import { createRequire } from 'node:module';
import { secp256k1 as curve } from '@noble/curves/secp256k1.js';
import { briefBytes, concatBytes } from './bytes.ts';
import {
  COMPRESSED_PUBLIC_KEY_LENGTH,
  PRIVATE_KEY_LENGTH,
  PUBLIC_KEY_LENGTH,
  RECOVERABLE_SIGNATURE_LENGTH,
  SIGNATURE_LENGTH,
} from './secp256k1-lengths.ts';

/**
 * Operations of the curve; each throws for invalid input. Public keys have 64 bytes (uncompressed, without the prefix 0x04), or 33
 * compressed.
 */
export interface Secp256k1Backend {
  readonly name: 'native' | 'wasm' | 'noble';
  isPrivateKey(key: Uint8Array): boolean;
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** Deterministic (RFC 6979), low s: r | s | recovery id, 65 bytes. */
  sign(hash: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /** @param signature r | s | recovery id, 65 bytes */
  recover(hash: Uint8Array, signature: Uint8Array): Uint8Array;
  /** False also for a signature with high s. @param signature r | s, 64 bytes */
  verify(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** The x coordinate of the shared point, 32 bytes. */
  ecdh(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /** The shared point, compressed. @param publicKey 64 or 33 bytes */
  sharedPoint(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array;
  compress(publicKey: Uint8Array): Uint8Array;
  decompress(compressed: Uint8Array): Uint8Array;
}

/** First byte of an uncompressed point (SEC 1, section 2.3.3). */
const UNCOMPRESSED_PREFIX = 0x04;

/** Bytes of a signed hash, and of a coordinate. */
const WORD_LENGTH = 32;

/** Bindings of package `secp256k1`, the functions in use. Unlike its main entry, they do not silently fall back to elliptic. */
interface NativeBindings {
  privateKeyVerify(key: Uint8Array): boolean;
  publicKeyCreate(key: Uint8Array, compressed: boolean, output: Uint8Array): Uint8Array;
  publicKeyConvert(key: Uint8Array, compressed: boolean, output: Uint8Array): Uint8Array;
  ecdsaSign(hash: Uint8Array, key: Uint8Array, options: object, output: Uint8Array): { recid: number };
  ecdsaVerify(signature: Uint8Array, hash: Uint8Array, key: Uint8Array): boolean;
  ecdsaRecover(
    signature: Uint8Array,
    recoveryId: number,
    hash: Uint8Array,
    compressed: boolean,
    output: Uint8Array,
  ): Uint8Array;
  ecdh(publicKey: Uint8Array, privateKey: Uint8Array, options: EcdhOptions, output: Uint8Array): Uint8Array;
}

/** Where `ecdh` writes the coordinates of the shared point, and the function whose result it returns. */
interface EcdhOptions {
  readonly hashfn: (x: Uint8Array, y: Uint8Array) => Uint8Array;
  readonly xbuf: Uint8Array;
  readonly ybuf: Uint8Array;
}

/** libsecp256k1 by its Node-API prebuild; undefined on a platform without one. */
export function loadNativeSecp256k1(): Secp256k1Backend | undefined {
  try {
    return new NativeSecp256k1(createRequire(import.meta.url)('secp256k1/bindings.js') as NativeBindings);
  } catch {
    return undefined;
  }
}

/** An array with memory of its own outside of V8's heap. */
function outsideHeap(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** Copies an argument into the array for it. @throws RangeError for another length */
function put(target: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== target.length) throw new RangeError(`Expected ${String(target.length)} bytes`);
  target.set(bytes);
  return target;
}

/**
 * Calls libsecp256k1 with the same arrays each time. For each small array that native code sees for the first time, V8 allocates
 * memory outside of its heap: up to 2 µs for the arrays of a call of 55. Secrets in them are erased after the call.
 * @internal for tests
 */
export class NativeSecp256k1 implements Secp256k1Backend {
  readonly name = 'native';
  readonly #bindings: NativeBindings;
  readonly #key = outsideHeap(PRIVATE_KEY_LENGTH);
  readonly #hash = outsideHeap(WORD_LENGTH);
  readonly #signature = outsideHeap(SIGNATURE_LENGTH);
  readonly #point = outsideHeap(1 + PUBLIC_KEY_LENGTH);
  readonly #compressed = outsideHeap(COMPRESSED_PUBLIC_KEY_LENGTH);
  readonly #shared = outsideHeap(WORD_LENGTH);
  readonly #sharedX = outsideHeap(WORD_LENGTH);
  readonly #sharedY = outsideHeap(WORD_LENGTH);
  readonly #ecdhOptions: EcdhOptions = { hashfn: (x) => x, xbuf: this.#sharedX, ybuf: this.#sharedY };

  constructor(bindings: NativeBindings) {
    this.#bindings = bindings;
  }

  isPrivateKey(key: Uint8Array): boolean {
    return this.#withKey(key, (own) => this.#bindings.privateKeyVerify(own));
  }

  publicKey(privateKey: Uint8Array): Uint8Array {
    this.#withKey(privateKey, (key) => this.#bindings.publicKeyCreate(key, false, this.#point));
    return this.#point.slice(1);
  }

  sign(hash: Uint8Array, privateKey: Uint8Array): Uint8Array {
    put(this.#hash, hash);
    const { recid } = this.#withKey(privateKey, (key) =>
      this.#bindings.ecdsaSign(this.#hash, key, {}, this.#signature),
    );
    const signature = briefBytes(RECOVERABLE_SIGNATURE_LENGTH);
    signature.set(this.#signature);
    signature[SIGNATURE_LENGTH] = recid;
    return signature;
  }

  recover(hash: Uint8Array, signature: Uint8Array): Uint8Array {
    put(this.#hash, hash);
    put(this.#signature, signature.subarray(0, SIGNATURE_LENGTH));
    const recoveryId = signature[SIGNATURE_LENGTH] ?? 0;
    this.#bindings.ecdsaRecover(this.#signature, recoveryId, this.#hash, false, this.#point);
    return this.#point.slice(1);
  }

  verify(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    put(this.#signature, signature);
    put(this.#hash, hash);
    return this.#bindings.ecdsaVerify(this.#signature, this.#hash, this.#putPoint(publicKey));
  }

  ecdh(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array {
    return this.#agree(this.#putPoint(publicKey), privateKey, (x) => x.slice());
  }

  sharedPoint(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array {
    const isUncompressed = publicKey.length === PUBLIC_KEY_LENGTH;
    const point = isUncompressed ? this.#putPoint(publicKey) : put(this.#compressed, publicKey);
    return this.#agree(point, privateKey, compressPoint);
  }

  compress(publicKey: Uint8Array): Uint8Array {
    return this.#bindings.publicKeyConvert(this.#putPoint(publicKey), true, this.#compressed).slice();
  }

  decompress(compressed: Uint8Array): Uint8Array {
    const point = put(this.#compressed, compressed);
    return this.#bindings.publicKeyConvert(point, false, this.#point).slice(1);
  }

  #agree(
    point: Uint8Array,
    privateKey: Uint8Array,
    take: (x: Uint8Array, y: Uint8Array) => Uint8Array,
  ): Uint8Array {
    try {
      this.#withKey(privateKey, (key) => this.#bindings.ecdh(point, key, this.#ecdhOptions, this.#shared));
      return take(this.#sharedX, this.#sharedY);
    } finally {
      this.#shared.fill(0);
      this.#sharedX.fill(0);
      this.#sharedY.fill(0);
    }
  }

  #withKey<T>(privateKey: Uint8Array, call: (key: Uint8Array) => T): T {
    try {
      return call(put(this.#key, privateKey));
    } finally {
      this.#key.fill(0);
    }
  }

  #putPoint(publicKey: Uint8Array): Uint8Array {
    if (publicKey.length !== PUBLIC_KEY_LENGTH) throw new RangeError('A public key has 64 bytes');
    this.#point[0] = UNCOMPRESSED_PREFIX;
    this.#point.set(publicKey, 1);
    return this.#point;
  }
}

/** Point compression: the prefix encodes the parity of y (SEC 1, section 2.3.3). */
function compressPoint(x: Uint8Array, y: Uint8Array): Uint8Array {
  const point = new Uint8Array(COMPRESSED_PUBLIC_KEY_LENGTH);
  point[0] = 0x02 | ((y[31] ?? 0) & 1);
  point.set(x, 1);
  return point;
}

/** noble-curves: the reference in tests, and the last choice. */
export function loadNobleSecp256k1(): Secp256k1Backend {
  return {
    name: 'noble',
    isPrivateKey: (key) => curve.utils.isValidSecretKey(key),
    publicKey: (privateKey) => curve.getPublicKey(privateKey, false).slice(1),
    sign(hash, privateKey) {
      const recovered = curve.sign(hash, privateKey, { prehash: false, lowS: true, format: 'recovered' });
      return concatBytes(recovered.subarray(1), recovered.subarray(0, 1));
    },
    recover(hash, signature) {
      const recovered = concatBytes(
        signature.subarray(SIGNATURE_LENGTH),
        signature.subarray(0, SIGNATURE_LENGTH),
      );
      const compressed = curve.recoverPublicKey(recovered, hash, { prehash: false });
      return curve.Point.fromBytes(compressed).toBytes(false).slice(1);
    },
    verify: (hash, signature, publicKey) =>
      curve.verify(signature, hash, encodedPoint(publicKey), {
        prehash: false,
        lowS: true,
        format: 'compact',
      }),
    ecdh: (publicKey, privateKey) =>
      curve.getSharedSecret(privateKey, encodedPoint(publicKey), true).slice(1),
    sharedPoint: (publicKey, privateKey) => curve.getSharedSecret(privateKey, encodedPoint(publicKey), true),
    compress: (publicKey) => curve.Point.fromBytes(encodedPoint(publicKey)).toBytes(true),
    decompress: (compressed) => curve.Point.fromBytes(compressed).toBytes(false).slice(1),
  };
}

/** A public key of 64 or 33 bytes as a point of SEC 1. */
export function encodedPoint(publicKey: Uint8Array): Uint8Array {
  return publicKey.length === PUBLIC_KEY_LENGTH
    ? concatBytes(Uint8Array.of(UNCOMPRESSED_PREFIX), publicKey)
    : publicKey;
}
