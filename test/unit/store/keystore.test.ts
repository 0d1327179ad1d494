import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { checkKeystore, decryptKeystore, encryptKeystore } from '../../../src-main/store/keystore.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

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

/** scrypt with standard parameters takes 256 MiB and a second, much longer on a machine that is busy. */
const SLOW = { timeout: 60_000 };

describe('an Ethereum keystore', () => {
  it('is decrypted only with its password', async () => {
    const text = JSON.stringify({ version: 3, crypto: CRYPTO });
    expect(bytesToHex(await decryptKeystore('key', text, 'testpassword'))).toBe(
      '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d',
    );
    await expect(decryptKeystore('key', text, 'guess')).rejects.toMatchObject({
      code: 'key-protected',
      message: 'The password of the key file key is wrong.',
    });
  });

  it(
    'is decrypted with the scrypt parameters of the definition, which exceed a limit of RFC 7914',
    SLOW,
    async () => {
      const crypto = {
        ...CRYPTO,
        cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
        ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
        kdf: 'scrypt',
        kdfparams: {
          ...{ dklen: 32, n: 262_144, p: 8, r: 1 },
          salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
        },
        mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
      };
      const key = await decryptKeystore('key', JSON.stringify({ version: 3, crypto }), 'testpassword');
      expect(bytesToHex(key)).toBe('7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d');
    },
  );

  it('is written with the fields and the standard parameters of geth, without the key', SLOW, async () => {
    const privateKey = new Uint8Array(32).fill(0x1f);
    const text = await encryptKeystore(privateKey, 'correct horse', new SeededRandom(1));
    expect(JSON.parse(text)).toMatchObject({
      // keccak-256 of the public key, the last 20 bytes.
      address: bytesToHex(keccak256(publicKeyOf(privateKey))).slice(24),
      crypto: { cipher: 'aes-128-ctr', kdf: 'scrypt', kdfparams: { dklen: 32, n: 262_144, p: 1, r: 8 } },
      id: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ) as string,
      version: 3,
    });
    expect(text).not.toContain('1f1f1f1f');
    checkKeystore('key', text);
    expect(await decryptKeystore('key', text, 'correct horse')).toEqual(privateKey);
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
      [2 ** 24, 1],
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
  });
});
