/**
 * Reads Ethereum keystore files: a private key, encrypted with a password.
 * @see https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage/
 */
import { createDecipheriv, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { equalBytes, hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { isPrivateKey } from '../base/secp256k1.ts';
import { StoreError } from './errors.ts';

/** BOUNDED: memory of scrypt, bytes, our choice; files of go-ethereum need 256 MiB (n 2^18, r 8). */
const MAX_SCRYPT_BYTES = 512 * 1024 * 1024;
/** BOUNDED: rounds of PBKDF2, our choice. */
const MAX_PBKDF2_ROUNDS = 10_000_000;

/** Bytes of the derived key: 16 for decryption, 16 for authentication. */
const DERIVED_BYTES = 32;

const hex = (bytes: number): z.ZodString =>
  z.string().regex(new RegExp(`^(0x)?[0-9a-fA-F]{${String(bytes * 2)}}$`));
const anyHex = z.string().regex(/^(0x)?([0-9a-fA-F]{2}){1,64}$/);
const positive = z.int().min(1);

const keystore = z.object({
  version: z.literal(3),
  crypto: z.object({
    cipher: z.literal('aes-128-ctr'),
    ciphertext: hex(32),
    cipherparams: z.object({ iv: hex(16) }),
    mac: hex(32),
    kdf: z.enum(['scrypt', 'pbkdf2']),
    kdfparams: z.union([
      z.object({
        n: positive,
        r: positive,
        p: positive.max(16),
        dklen: z.literal(DERIVED_BYTES),
        salt: anyHex,
      }),
      z.object({
        c: positive.max(MAX_PBKDF2_ROUNDS),
        prf: z.literal('hmac-sha256'),
        dklen: z.literal(DERIVED_BYTES),
        salt: anyHex,
      }),
    ]),
  }),
});

type Keystore = z.infer<typeof keystore>;

/** Whether the text of a key file is a keystore (JSON), not hex digits. */
export function isKeystoreText(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/**
 * Decrypts the private key (32 bytes) of a keystore.
 * @param file name of the file, for error messages
 * @throws StoreError `bad-key-file` for an invalid or unsupported keystore, `key-protected` for a wrong password
 */
export async function decryptKeystore(file: string, text: string, password: string): Promise<Uint8Array> {
  const { crypto } = parse(file, text);
  const derived = await derive(file, crypto, password);
  const ciphertext = hexToBytes(crypto.ciphertext);
  const mac = keccak256(derived.subarray(16), ciphertext);
  if (!equalBytes(mac, hexToBytes(crypto.mac))) {
    throw new StoreError('key-protected', `The password of the key file ${file} is wrong.`);
  }
  const decipher = createDecipheriv(
    'aes-128-ctr',
    derived.subarray(0, 16),
    hexToBytes(crypto.cipherparams.iv),
  );
  const key = new Uint8Array(decipher.update(ciphertext));
  if (isPrivateKey(key)) return key;
  throw new StoreError('bad-key-file', `The key in the file ${file} is not a private key of secp256k1.`);
}

function parse(file: string, text: string): Keystore {
  try {
    return keystore.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreError(
      'bad-key-file',
      `The key file ${file} is not an Ethereum keystore of version 3 with aes-128-ctr and scrypt or pbkdf2.`,
      { cause },
    );
  }
}

const deriveScrypt = promisify<string, Uint8Array, number, object, Uint8Array>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

async function derive(
  file: string,
  { kdfparams }: Keystore['crypto'],
  password: string,
): Promise<Uint8Array> {
  const salt = hexToBytes(kdfparams.salt);
  if (!('n' in kdfparams)) {
    return new Uint8Array(
      await derivePbkdf2(utf8ToBytes(password), salt, kdfparams.c, DERIVED_BYTES, 'sha256'),
    );
  }
  const { n, r, p } = kdfparams;
  const bytes = 128 * r * (n + p + 2);
  // n < 2^(16 r) is a limit of RFC 7914, section 6, which scrypt of node:crypto enforces.
  if (bytes > MAX_SCRYPT_BYTES || n < 2 || !Number.isInteger(Math.log2(n)) || n >= 2 ** (16 * r)) {
    throw new StoreError(
      'bad-key-file',
      `The key file ${file} has scrypt parameters that are out of bounds.`,
    );
  }
  return new Uint8Array(
    await deriveScrypt(password, salt, DERIVED_BYTES, { N: n, r, p, maxmem: bytes + 1_024 * 1_024 }),
  );
}
