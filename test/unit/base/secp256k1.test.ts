import { describe, expect, it } from 'vitest';
import { CryptoError } from '../../../src-main/base/crypto-error.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import {
  compress,
  decompress,
  ecdh,
  generatePrivateKey,
  isPrivateKey,
  isPublicKey,
  publicKeyOf,
  recover,
  sign,
  verify,
} from '../../../src-main/base/secp256k1.ts';
import { chooseSecp256k1, secp256k1Backend } from '../../../src-main/base/secp256k1-choice.ts';
import { loadWasmSecp256k1 } from '../../../src-main/base/secp256k1-wasm.ts';
import { sha256 } from '../../../src-main/base/symmetric.ts';
import { hex, unhex } from '../../support/hex.ts';
import { secp256k1Backends, useForTests } from '../../support/secp256k1.ts';

const ORDER = hex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const privateKey = hex('b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291');
const hash = keccak256(hex('01'));

describe.each(secp256k1Backends)('secp256k1 by $name', (backend) => {
  useForTests(backend);

  it('derives the public key of a private key', () => {
    expect(unhex(publicKeyOf(privateKey))).toBe(
      '0xca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd31387574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc7f',
    );
  });

  it('signs, recovers the public key and verifies', () => {
    const signature = sign(hash, privateKey);
    expect(signature).toHaveLength(65);
    expect(recover(hash, signature)).toEqual(publicKeyOf(privateKey));
    expect(verify(hash, signature.subarray(0, 64), publicKeyOf(privateKey))).toBe(true);
    expect(verify(sha256(hash), signature.subarray(0, 64), publicKeyOf(privateKey))).toBe(false);
  });

  it('derives the same secret on both sides', () => {
    const other = keccak256(hex('05'));
    expect(ecdh(publicKeyOf(other), privateKey)).toEqual(ecdh(publicKeyOf(privateKey), other));
  });

  it('compresses and decompresses', () => {
    const publicKey = publicKeyOf(privateKey);
    expect(unhex(compress(publicKey))).toBe(
      '0x03ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138',
    );
    expect(decompress(compress(publicKey))).toEqual(publicKey);
  });

  it('refuses zero, the group order and other lengths as a private key', () => {
    for (const key of [new Uint8Array(32), ORDER, new Uint8Array(31).fill(1), new Uint8Array(33).fill(1)]) {
      expect(isPrivateKey(key)).toBe(false);
      expect(() => publicKeyOf(key)).toThrow(CryptoError);
      expect(() => sign(hash, key)).toThrow(CryptoError);
      expect(() => ecdh(publicKeyOf(privateKey), key)).toThrow(CryptoError);
    }
  });

  it('draws again when the random bytes are not a private key', () => {
    const draws = [new Uint8Array(32), ORDER, privateKey];
    const random = { bytes: () => draws.shift()!, below: () => 0 };
    expect(generatePrivateKey(random)).toBe(privateKey);
  });

  it.each([
    ['a point off the curve', new Uint8Array(64).fill(1)],
    ['zero', new Uint8Array(64)],
    ['63 bytes', new Uint8Array(63)],
    ['65 bytes', new Uint8Array(65).fill(4)],
  ])('refuses %s as a public key', (_what, key) => {
    expect(isPublicKey(key)).toBe(false);
    expect(() => ecdh(key, privateKey)).toThrow(CryptoError);
    expect(() => compress(key)).toThrow(CryptoError);
    expect(verify(hash, new Uint8Array(64).fill(1), key)).toBe(false);
  });

  it('refuses invalid compressed keys', () => {
    for (const key of [
      hex(`02${'00'.repeat(31)}05`),
      hex(`05${'11'.repeat(32)}`),
      new Uint8Array(32),
      new Uint8Array(65),
    ]) {
      expect(() => decompress(key)).toThrow(CryptoError);
    }
  });

  it('refuses invalid signatures', () => {
    const signature = sign(hash, privateKey);
    const withId = (id: number): Uint8Array => {
      const copy = signature.slice();
      copy[64] = id;
      return copy;
    };
    for (const bad of [
      new Uint8Array(65),
      withId(4),
      withId(27),
      withId(255),
      signature.subarray(0, 64),
      new Uint8Array(66),
    ]) {
      expect(() => recover(hash, bad)).toThrow(CryptoError);
    }
    expect(verify(hash, new Uint8Array(64), publicKeyOf(privateKey))).toBe(false);
    expect(verify(hash, signature, publicKeyOf(privateKey))).toBe(false);
  });

  it('recovers from a signature with high s, and does not verify it', () => {
    const signature = sign(hash, privateKey);
    const order = BigInt(unhex(ORDER));
    const highS = order - BigInt(unhex(signature.subarray(32, 64)));
    const high = hex(`${unhex(signature.subarray(0, 32))}${highS.toString(16).padStart(64, '0')}`);
    const recoverable = Uint8Array.of(...high, signature[64]! ^ 1);
    expect(recover(hash, recoverable)).toEqual(publicKeyOf(privateKey));
    expect(verify(hash, high, publicKeyOf(privateKey))).toBe(false);
  });
});

describe('secp256k1 by WebAssembly', () => {
  useForTests(loadWasmSecp256k1()!);

  it('still works after more invalid inputs than its stack has place for', () => {
    const publicKey = publicKeyOf(privateKey);
    const signature = sign(hash, privateKey);
    const offCurve = new Uint8Array(64).fill(1);
    // No point has the x coordinate 5.
    const noPoint = Uint8Array.of(2, ...new Uint8Array(31), 5);
    const noSignature = Uint8Array.of(...new Uint8Array(31), 5, ...signature.subarray(32));
    let accepted = 0;
    for (let count = 0; count < 4_000; count += 1) {
      if (isPublicKey(offCurve)) accepted += 1;
      if (verify(hash, signature.subarray(0, 64), offCurve)) accepted += 1;
      if (throwsNothing(() => decompress(noPoint))) accepted += 1;
      if (throwsNothing(() => recover(hash, noSignature))) accepted += 1;
    }
    expect(accepted).toBe(0);
    expect(sign(hash, privateKey)).toEqual(signature);
    expect(recover(hash, signature)).toEqual(publicKey);
  });
});

describe('The choice of secp256k1', () => {
  const [native, wasm] = secp256k1Backends;
  const missing = (): undefined => undefined;

  it('is the native implementation on this platform', () => {
    expect(secp256k1Backend.name).toBe('native');
  });

  it('is WebAssembly without a native prebuild, and noble without both', () => {
    expect(
      chooseSecp256k1(
        () => native,
        () => wasm,
      ).name,
    ).toBe('native');
    expect(chooseSecp256k1(missing, () => wasm).name).toBe('wasm');
    expect(chooseSecp256k1(missing, missing).name).toBe('noble');
  });
});

function throwsNothing(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
