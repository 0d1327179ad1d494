import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { CryptoError } from '../../../src-main/base/crypto-error.ts';
import * as curve from '../../../src-main/base/secp256k1.ts';
import { hex } from '../../support/hex.ts';
import { secp256k1Backends, withSecp256k1 } from '../../support/secp256k1.ts';

/** Order of the group, and the prime of the field (SEC 2, section 2.4.1). */
const ORDER = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const PRIME = 2n ** 256n - 2n ** 32n - 977n;

const toBytes = (number: bigint): Uint8Array => hex(number.toString(16).padStart(64, '0'));
const around = (number: bigint) => fc.bigInt({ min: number - 3n, max: number + 3n });

/** 32 bytes, with the numbers next to the limits of keys, of r and of s often. */
const numbers = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc
    .oneof(
      fc.bigInt({ min: 0n, max: 3n }),
      around(ORDER),
      around(ORDER / 2n),
      around(PRIME),
      around(PRIME - ORDER),
      fc.bigInt({ min: 0n, max: PRIME - ORDER }),
      fc.constant(2n ** 256n - 1n),
    )
    .map(toBytes),
);
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((key) => curve.isPrivateKey(key));
const publicKeys = fc.oneof(
  keys.map((key) => curve.publicKeyOf(key)),
  fc.tuple(numbers, numbers).map(([x, y]) => Uint8Array.of(...x, ...y)),
  fc.uint8Array({ maxLength: 70 }),
);
const compressedKeys = fc.oneof(
  keys.map((key) => curve.compress(curve.publicKeyOf(key))),
  fc.tuple(fc.nat(8), numbers).map(([prefix, x]) => Uint8Array.of(prefix, ...x)),
);
const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const signatures = fc.tuple(numbers, numbers).map(([r, s]) => Uint8Array.of(...r, ...s));

/** The result of an action: a value, or the code and the message of its CryptoError. */
function outcome(action: () => Uint8Array | boolean): string {
  try {
    const result = action();
    return typeof result === 'boolean' ? String(result) : bytesToHex(result);
  } catch (error) {
    if (error instanceof CryptoError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** Expects one outcome with all implementations, and returns it. */
function expectOne(action: () => Uint8Array | boolean): string {
  const outcomes = secp256k1Backends.map((backend) => withSecp256k1(backend, () => outcome(action)));
  expect(new Set(outcomes), JSON.stringify(outcomes)).toHaveProperty('size', 1);
  return outcomes[0]!;
}

describe('All implementations of secp256k1 give one result or one error', () => {
  it('for any private key', () => {
    fc.assert(
      fc.property(numbers, hashes, (key, hash) => {
        expectOne(() => curve.isPrivateKey(key));
        expectOne(() => curve.publicKeyOf(key));
        expectOne(() => curve.sign(hash, key));
      }),
      { numRuns: 150 },
    );
  });

  it('for any public key', () => {
    fc.assert(
      fc.property(publicKeys, compressedKeys, numbers, (publicKey, compressed, key) => {
        expectOne(() => curve.isPublicKey(publicKey));
        expectOne(() => curve.compress(publicKey));
        expectOne(() => curve.decompress(compressed));
        expectOne(() => curve.ecdh(publicKey, key));
        expectOne(() => curve.sharedPoint(publicKey, key));
        expectOne(() => curve.sharedPoint(compressed, key));
      }),
      { numRuns: 60 },
    );
  });

  it('for any signature and recovery id', () => {
    fc.assert(
      fc.property(
        signatures,
        fc.oneof(fc.nat(4), fc.nat(255)),
        hashes,
        publicKeys,
        (signature, id, hash, key) => {
          expectOne(() => curve.recover(hash, Uint8Array.of(...signature, id)));
          expectOne(() => curve.verify(hash, signature, key));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('for a signature whose s is high', () => {
    fc.assert(
      fc.property(keys, hashes, (key, hash) => {
        const signature = curve.sign(hash, key);
        const high = toBytes(ORDER - BigInt(`0x${bytesToHex(signature.subarray(32, 64))}`));
        const changed = Uint8Array.of(...signature.subarray(0, 32), ...high, signature[64]! ^ 1);
        expect(expectOne(() => curve.recover(hash, changed))).toBe(bytesToHex(curve.publicKeyOf(key)));
        expect(expectOne(() => curve.verify(hash, changed.subarray(0, 64), curve.publicKeyOf(key)))).toBe(
          'false',
        );
      }),
      { numRuns: 30 },
    );
  });

  it('for recovery ids that add the order to r, where r itself need not be the x of a point', () => {
    let recovered = 0;
    const small = fc.bigInt({ min: 1n, max: PRIME - ORDER - 1n }).map(toBytes);
    fc.assert(
      fc.property(small, hashes, fc.constantFrom(2, 3), (r, hash, id) => {
        const result = expectOne(() => curve.recover(hash, Uint8Array.of(...r, ...hash, id)));
        if (result.length === 128) recovered += 1;
      }),
      { numRuns: 60 },
    );
    expect(recovered).toBeGreaterThan(5);
  });
});
