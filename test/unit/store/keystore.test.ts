import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { decryptKeystore, isKeystoreText } from '../../../src-main/store/keystore.ts';

/** A vector of the Web3 secret storage definition: password `testpassword`. */
const CRYPTO = {
  cipher: 'aes-128-ctr',
  cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
  ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
  kdf: 'pbkdf2',
  kdfparams: {
    c: 262_144,
    dklen: 32,
    prf: 'hmac-sha256',
    salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
  },
  mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
};

describe('an Ethereum keystore', () => {
  it('is decrypted only with its password', async () => {
    const text = JSON.stringify({ version: 3, crypto: CRYPTO });
    expect(isKeystoreText(text)).toBe(true);
    expect(bytesToHex(await decryptKeystore('key', text, 'testpassword'))).toBe(
      '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d',
    );
    await expect(decryptKeystore('key', text, 'guess')).rejects.toMatchObject({
      code: 'key-protected',
      message: 'The password of the key file key is wrong.',
    });
  });

  it('is refused when its scrypt parameters exceed those of geth, or are invalid', async () => {
    const text = (n: number, r: number): string =>
      JSON.stringify({
        version: 3,
        crypto: { ...CRYPTO, kdf: 'scrypt', kdfparams: { n, r, p: 1, dklen: 32, salt: 'ab' } },
      });
    await expect(decryptKeystore('key', text(2 ** 18, 8), '')).rejects.toMatchObject({
      code: 'key-protected',
    });
    for (const [n, r] of [
      [2 ** 19, 16],
      [2 ** 40, 8],
      [1, 8],
      [1_000, 8],
      [2 ** 16, 1],
    ] as const) {
      await expect(decryptKeystore('key', text(n, r), '')).rejects.toThrow(/out of bounds/);
    }
  });

  it('is refused in another format', async () => {
    for (const text of [
      '{',
      '[]',
      '{"version":1}',
      JSON.stringify({ version: 3, crypto: { ...CRYPTO, cipher: 'aes-256-gcm' } }),
    ]) {
      await expect(decryptKeystore('key', text, '')).rejects.toMatchObject({ code: 'bad-key-file' });
    }
    expect(isKeystoreText('0123')).toBe(false);
  });
});
