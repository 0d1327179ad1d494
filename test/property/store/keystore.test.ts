import { encryptKeystoreJsonSync, Wallet } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../../../src-main/base/bytes.ts';
import { isPrivateKey } from '../../../src-main/base/secp256k1.ts';
import { passwordFault } from '../../../shared/key-password.ts';
import { decryptKeystore, encryptKeystore } from '../../../src-main/store/keystore.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

/** Cheap parameters: the format is the same. */
const COST = { n: 2, r: 8, p: 1 };

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter(isPrivateKey);
const passwords = fc
  .string({ unit: 'grapheme', minLength: 10, maxLength: 40 })
  .filter((text) => passwordFault(text) === undefined);

describe('a keystore', () => {
  it('of this program is opened by ethers, with any password that an export accepts', async () => {
    await fc.assert(
      fc.asyncProperty(keys, passwords, fc.integer(), async (key, password, seed) => {
        const text = await encryptKeystore(key, password, new SeededRandom(seed), COST);
        const wallet = Wallet.fromEncryptedJsonSync(text, password);
        expect(wallet.privateKey).toBe(`0x${bytesToHex(key)}`);
        expect(await decryptKeystore('key', text, password)).toEqual(key);
      }),
      { numRuns: 60 },
    );
  });

  it('of ethers is opened by this program', async () => {
    await fc.assert(
      fc.asyncProperty(keys, passwords, async (key, password) => {
        const wallet = new Wallet(`0x${bytesToHex(key)}`);
        const { address, privateKey } = wallet;
        const text = encryptKeystoreJsonSync({ address, privateKey }, password, {
          scrypt: { N: 2, r: 8, p: 1 },
        });
        expect(await decryptKeystore('key', text, password)).toEqual(hexToBytes(privateKey.slice(2)));
      }),
      { numRuns: 60 },
    );
  });

  it('that was changed is refused with an error of its own, and never decrypted to another key', async () => {
    const key = new Uint8Array(32).fill(7);
    const text = await encryptKeystore(key, 'correct horse', new SeededRandom(1), COST);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), async (at, put) => {
        const changed = `${text.slice(0, at)}${put}${text.slice(at + 1)}`;
        const opened = await decryptKeystore('key', changed, 'correct horse').catch(
          (error: unknown) => error,
        );
        if (opened instanceof Uint8Array) expect(opened).toEqual(key);
        else expect(opened).toMatchObject({ layer: 'store' });
      }),
      { numRuns: 300 },
    );
  });
});
