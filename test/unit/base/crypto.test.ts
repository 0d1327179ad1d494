import { describe, expect, it } from 'vitest';
import { createKeccak, keccak256, nobleHash } from '../../../src-main/base/keccak.ts';
import {
  createAesCtr,
  createAesEcb,
  hmacSha256,
  hkdfSha256,
  loadNodeSymmetric,
  openAesGcm,
  sealAesGcm,
  sha256,
} from '../../../src-main/base/symmetric.ts';
import { wasmModule } from '../../../src-main/base/wasm-module.ts';
import { hex, unhex } from '../../support/hex.ts';

describe('keccak-256', () => {
  it.each([
    ['', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
    ['616263', '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
    ['c0', '1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'],
  ])('of %s is %s', (input, expected) => {
    expect(unhex(keccak256(hex(input)))).toBe(`0x${expected}`);
    expect(unhex(nobleHash([hex(input)]))).toBe(`0x${expected}`);
  });

  it('hashes its input in parts', () => {
    expect(keccak256(hex('61'), new Uint8Array(0), hex('6263'))).toEqual(keccak256(hex('616263')));
  });

  it('continues after a digest, and running hashes are independent', () => {
    const first = createKeccak();
    const second = createKeccak();
    first.update(hex('61'));
    second.update(new Uint8Array(500));
    expect(first.digest()).toEqual(keccak256(hex('61')));
    expect(first.digest()).toEqual(keccak256(hex('61')));
    first.update(hex('6263'));
    expect(first.digest()).toEqual(keccak256(hex('616263')));
    expect(second.digest()).toEqual(keccak256(new Uint8Array(500)));
  });

  it.each([135, 136, 137, 271, 272, 273, 1 << 20])('runs over %i bytes in uneven pieces', (length) => {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) % 256);
    const running = createKeccak();
    let at = 0;
    for (let piece = 1; at < length; piece = (piece * 3) % 1009) {
      running.update(bytes.subarray(at, Math.min(length, at + piece)));
      at += piece;
    }
    expect(running.digest()).toEqual(keccak256(bytes));
  });

  it('returns digests that later hashes do not change', () => {
    const digest = keccak256(hex('61'));
    keccak256(hex('62'));
    expect(unhex(digest)).toBe(unhex(keccak256(hex('61'))));
  });

  it('continues a running hash after a one-shot hash', () => {
    const bytes = new Uint8Array(200).fill(7);
    const running = createKeccak();
    running.update(bytes);
    keccak256(hex('62'));
    expect(running.digest()).toEqual(keccak256(bytes));
  });

  it('uses its fast implementation on this platform', () => {
    expect(wasmModule).toBeDefined();
  });
});

describe('AES, SHA-256 and HMAC', () => {
  it('match the test vectors of their standards', () => {
    // FIPS 197, appendix C.3; NIST SP 800-38A, F.5.5; FIPS 180-2, B.1; RFC 4231, case 2
    const key = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
    const block = createAesEcb(key).block(hex('00112233445566778899aabbccddeeff'));
    expect(unhex(block)).toBe('0x8ea2b7ca516745bfeafc49904b496089');
    const ctrKey = hex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4');
    const stream = createAesCtr(ctrKey, hex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'));
    expect(unhex(stream.update(hex('6bc1bee22e409f96e93d7e117393172a')))).toBe(
      '0x601ec313775789a5b7a7f504bbf3d228',
    );
    expect(unhex(sha256(hex('61'), hex('6263')))).toBe(
      '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(
      unhex(
        hmacSha256(hex('4a656665'), hex('7768617420646f2079612077616e7420'), hex('666f72206e6f7468696e673f')),
      ),
    ).toBe('0x5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('derive keys as in RFC 5869, appendix A.1', () => {
    const okm = hkdfSha256(
      new Uint8Array(22).fill(0x0b),
      hex('000102030405060708090a0b0c'),
      hex('f0f1f2f3f4f5f6f7f8f9'),
      42,
    );
    expect(unhex(okm)).toBe(
      '0x3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    expect(() => hkdfSha256(okm, okm, okm, 255 * 32 + 1)).toThrow(RangeError);
  });

  it.each([0, 15, 17, 24, 33])('refuse a key of %i bytes', (length) => {
    expect(() => createAesCtr(new Uint8Array(length), new Uint8Array(16))).toThrow(RangeError);
    expect(() => createAesEcb(new Uint8Array(length))).toThrow(RangeError);
    const [nonce, none] = [new Uint8Array(12), new Uint8Array(0)];
    expect(() => sealAesGcm(new Uint8Array(length), nonce, none, none)).toThrow(RangeError);
    expect(() => openAesGcm(new Uint8Array(length), nonce, none, none)).toThrow(RangeError);
  });

  it('refuse blocks of other lengths than 16', () => {
    expect(() => createAesCtr(new Uint8Array(16), new Uint8Array(15))).toThrow(RangeError);
    expect(() => createAesEcb(new Uint8Array(16)).block(new Uint8Array(17))).toThrow(RangeError);
  });

  it('use their fast implementation on this platform', () => {
    expect(loadNodeSymmetric()?.name).toBe('node');
  });
});
