import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nobleHash, wasmHash } from '../../../src-main/base/keccak.ts';
import { loadWasmModule } from '../../../src-main/base/wasm-module.ts';
import { NativeSecp256k1, type Secp256k1Backend } from '../../../src-main/base/secp256k1-backends.ts';
import { ShortAes } from '../../../src-main/base/short-aes.ts';
import {
  applyAesCtr,
  loadNobleSymmetric,
  loadNodeSymmetric,
  openAesGcm,
  sealAesGcm,
} from '../../../src-main/base/symmetric.ts';
import { wasmModule } from '../../../src-main/base/wasm-module.ts';
import { secp256k1Backends } from '../../support/secp256k1.ts';

const moduleHash = wasmHash(loadWasmModule()!);
const native = secp256k1Backends[0]!;
const node = loadNodeSymmetric()!;
const nobleSymmetric = loadNobleSymmetric();

const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const keys = fixed(32).filter((key) => native.isPrivateKey(key));
const aesKeys = fc.oneof(fixed(16), fixed(32));

/** The result of an action, or 'throws': the messages of the implementations differ. */
function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch {
    return 'throws';
  }
}

function expectSame(action: (backend: Secp256k1Backend) => unknown): void {
  const expected = outcome(() => action(native));
  for (const other of secp256k1Backends.slice(1))
    expect(
      outcome(() => action(other)),
      other.name,
    ).toEqual(expected);
}

describe('The fast implementations and the reference are equal', () => {
  it('in keccak-256 of any parts', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 5 }), (parts) => {
        expect(moduleHash(parts)).toEqual(nobleHash(parts));
      }),
    );
  });

  it('in keccak-256 of more bytes than the module takes at once', () => {
    const part = fc.nat(40_000).map((length) => Uint8Array.from({ length }, (_, at) => (at * 31) % 251));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        expect(moduleHash(parts)).toEqual(nobleHash(parts));
      }),
      { numRuns: 30 },
    );
  });

  it('in keys, signatures, recovery, verification and shared secrets', () => {
    fc.assert(
      fc.property(keys, keys, fixed(32), (key, other, hash) => {
        expectSame((curve) => curve.publicKey(key));
        expectSame((curve) => curve.sign(hash, key));
        const publicKey = native.publicKey(key);
        const signature = native.sign(hash, key);
        const otherId = signature.slice();
        otherId[64]! ^= 1;
        expectSame((curve) => curve.recover(hash, signature));
        expectSame((curve) => curve.recover(hash, otherId));
        expectSame((curve) => curve.verify(hash, signature.subarray(0, 64), publicKey));
        expectSame((curve) => curve.ecdh(native.publicKey(other), key));
        expectSame((curve) => curve.sharedPoint(native.publicKey(other), key));
        expectSame((curve) => curve.sharedPoint(native.compress(native.publicKey(other)), key));
        expectSame((curve) => curve.compress(publicKey));
        expectSame((curve) => curve.decompress(curve.compress(publicKey)));
      }),
      { numRuns: 40 },
    );
  });

  it('in refused input', () => {
    fc.assert(
      fc.property(
        fixed(64),
        fixed(32),
        fc.nat(3),
        fixed(33),
        fixed(64),
        keys,
        (signature, hash, id, short, long, key) => {
          short[0] = 2 + (short[0]! & 1);
          expectSame((curve) => curve.isPrivateKey(hash));
          expectSame((curve) => curve.recover(hash, Uint8Array.of(...signature, id)));
          expectSame((curve) => curve.decompress(short));
          expectSame((curve) => curve.compress(long));
          expectSame((curve) => curve.ecdh(long, key));
          expectSame((curve) => curve.sharedPoint(long, key));
          expectSame((curve) => curve.sharedPoint(short, key));
          expectSame((curve) => curve.verify(hash, signature, native.publicKey(key)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('in that a call of native code leaves no secret in its arrays', () => {
    const bindings = createRequire(import.meta.url)('secp256k1/bindings.js') as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    const seen = new Set<Uint8Array>();
    const watched = new Proxy(bindings, {
      get:
        (target, name: string) =>
        (...args: unknown[]) => {
          for (const arg of args) {
            const parts = arg instanceof Uint8Array ? [arg] : Object.values(arg ?? {});
            for (const part of parts) if (part instanceof Uint8Array) seen.add(part);
          }
          return target[name]!(...args);
        },
    });
    const curve = new NativeSecp256k1(watched as never);
    const key = new Uint8Array(32).fill(0xa7);
    const publicKey = curve.publicKey(key);
    const secret = native.decompress(curve.sharedPoint(publicKey, key));
    const secrets = [key, curve.ecdh(publicKey, key), secret.slice(0, 32), secret.slice(32)];
    curve.isPrivateKey(key);
    curve.sign(new Uint8Array(32), key);
    expect(() => curve.ecdh(new Uint8Array(64).fill(1), key)).toThrow();
    const left = [...seen].map((bytes) => Buffer.from(bytes).toString('hex')).join(' ');
    expect(seen.size).toBeGreaterThan(5);
    for (const each of secrets) expect(left).not.toContain(Buffer.from(each).toString('hex'));
  });

  it('in arguments of other lengths, which never take the place of the bytes of an earlier call', () => {
    const key = new Uint8Array(32).fill(1);
    const publicKey = native.publicKey(key);
    const hash = new Uint8Array(32).fill(2);
    const signature = native.sign(hash, key);
    const shapes = [
      (bytes: Uint8Array) => bytes.subarray(1),
      (bytes: Uint8Array) => Uint8Array.of(...bytes, 0),
    ];
    for (const reshape of shapes) {
      expect(() => native.publicKey(reshape(key))).toThrow(RangeError);
      expect(() => native.sign(reshape(hash), key)).toThrow(RangeError);
      expect(() => native.sign(hash, reshape(key))).toThrow(RangeError);
      expect(() => native.recover(reshape(hash), signature)).toThrow(RangeError);
      expect(() => native.recover(hash, signature.subarray(2))).toThrow(RangeError);
      expect(() => native.verify(hash, reshape(signature.subarray(0, 64)), publicKey)).toThrow(RangeError);
      expect(() => native.ecdh(reshape(publicKey), key)).toThrow(RangeError);
      expect(() => native.ecdh(publicKey, reshape(key))).toThrow(RangeError);
      expect(() => native.sharedPoint(reshape(publicKey), key)).toThrow(RangeError);
      expect(() => native.compress(reshape(publicKey))).toThrow(RangeError);
      expect(() => native.decompress(reshape(native.compress(publicKey)))).toThrow(RangeError);
    }
  });

  it('in AES-CTR over any pieces', () => {
    fc.assert(
      fc.property(
        aesKeys,
        fixed(16),
        fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 8 }),
        (key, iv, pieces) => {
          const fast = node.createAesCtr(key, iv);
          const reference = nobleSymmetric.createAesCtr(key, iv);
          for (const piece of pieces) expect(fast.update(piece)).toEqual(reference.update(piece));
        },
      ),
    );
  });

  it('in AES-CTR when the counter overflows', () => {
    const iv = new Uint8Array(16).fill(0xff);
    const key = new Uint8Array(32).fill(1);
    const fast = node.createAesCtr(key, iv);
    const reference = nobleSymmetric.createAesCtr(key, iv);
    for (const length of [5, 16, 40]) {
      expect(fast.update(new Uint8Array(length))).toEqual(reference.update(new Uint8Array(length)));
    }
  });

  it('in AES-CTR of one text that begins some blocks after the counter', () => {
    const ivs = fc.oneof(
      fixed(16),
      fixed(4).map((end) => Uint8Array.of(...new Uint8Array(12).fill(0xff), ...end)),
    );
    fc.assert(
      fc.property(aesKeys, ivs, fc.uint8Array({ maxLength: 600 }), fc.nat(5), (key, iv, text, skipped) => {
        const stream = nobleSymmetric.createAesCtr(key, iv);
        stream.update(new Uint8Array(16 * skipped));
        expect(applyAesCtr(key, iv, text, skipped)).toEqual(stream.update(text));
      }),
    );
    const [key, last] = [new Uint8Array(16), new Uint8Array(16).fill(0xff)];
    const expected = nobleSymmetric.createAesCtr(key, last).update(new Uint8Array(100));
    expect(applyAesCtr(key, last, new Uint8Array(100))).toEqual(expected);
  });

  it('in AES-GCM of texts that the WebAssembly module takes and of longer ones', () => {
    const text = fc.uint8Array({ maxLength: 260 });
    const header = fc.uint8Array({ maxLength: 540 });
    const short = new ShortAes(wasmModule!);
    let taken = 0;
    fc.assert(
      fc.property(fixed(16), fixed(12), text, header, fc.nat(), (key, nonce, plain, additional, at) => {
        const sealed = nobleSymmetric.sealAesGcm(key, nonce, plain, additional);
        if (short.takesGcm(key, sealed, additional)) {
          taken += 1;
          expect(short.seal(key, nonce, plain, additional)).toEqual(sealed);
          expect(short.open(key, nonce, sealed, additional)).toEqual(plain);
        }
        expect(sealAesGcm(key, nonce, plain, additional)).toEqual(sealed);
        expect(openAesGcm(key, nonce, sealed, additional)).toEqual(plain);
        const changed = sealed.slice();
        changed[at % changed.length]! ^= 1 << (at % 8);
        expect(openAesGcm(key, nonce, changed, additional)).toBeUndefined();
        expect(openAesGcm(key, nonce, sealed.subarray(0, at % 16), additional)).toBeUndefined();
        if (additional.length > 0) {
          expect(openAesGcm(key, nonce, sealed, additional.subarray(1))).toBeUndefined();
        }
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('in that the module keeps nothing of a key', () => {
    const key = new Uint8Array(16).fill(0xa7);
    sealAesGcm(key, new Uint8Array(12), new Uint8Array(40), new Uint8Array(70));
    applyAesCtr(key, new Uint8Array(16), new Uint8Array(70));
    const { bytes, run } = wasmModule!;
    expect([...bytes.subarray(run.aesKey.value, run.aesKey.value + 176)]).toEqual([...new Uint8Array(176)]);
  });

  it('in AES-GCM encryption, decryption and refusal', () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(aesKeys, fixed(12), bytes, bytes, fc.nat(), (key, nonce, plain, additional, at) => {
        const sealed = node.sealAesGcm(key, nonce, plain, additional);
        expect(sealed).toEqual(nobleSymmetric.sealAesGcm(key, nonce, plain, additional));
        for (const backend of [node, nobleSymmetric]) {
          expect(backend.openAesGcm(key, nonce, sealed, additional)).toEqual(plain);
          expect(backend.openAesGcm(key, nonce, sealed.subarray(1), additional)).toBeUndefined();
          expect(backend.openAesGcm(key, nonce, sealed.subarray(0, at % 16), additional)).toBeUndefined();
          const changed = sealed.slice();
          changed[at % changed.length]! ^= 1;
          expect(backend.openAesGcm(key, nonce, changed, additional)).toBeUndefined();
        }
      }),
    );
  });

  it('in AES blocks, SHA-256 and HMAC', () => {
    fc.assert(
      fc.property(
        aesKeys,
        fixed(16),
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }),
        (key, block, parts) => {
          const fast = node.createAesEcb(key);
          const reference = nobleSymmetric.createAesEcb(key);
          for (const input of [block, block, key.slice(0, 16)])
            expect(fast.block(input)).toEqual(reference.block(input));
          expect(node.sha256(...parts)).toEqual(nobleSymmetric.sha256(...parts));
          expect(node.hmacSha256(key, ...parts)).toEqual(nobleSymmetric.hmacSha256(key, ...parts));
        },
      ),
    );
  });
});
