/**
 * Reads and writes Ethereum keystore files: a private key, encrypted with a password.
 * @see https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage/
 */
import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { z } from 'zod';
import { bytesToHex, equalBytes, hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import type { Random } from '../base/runtime.ts';
import { isPrivateKey, publicKeyOf } from '../base/secp256k1.ts';
import { createAesCtr } from '../base/symmetric.ts';
import { StoreError } from './errors.ts';

/** BOUNDED: memory of scrypt, bytes, our choice; files of go-ethereum need 256 MiB (n 2^18, r 8). */
const MAX_SCRYPT_BYTES = 512 * 1024 * 1024;
/** BOUNDED: n × r × p of scrypt, our choice: four times that of geth's standard parameters. */
const MAX_SCRYPT_WORK = 2 ** 23;
/** BOUNDED: rounds of PBKDF2, our choice. */
const MAX_PBKDF2_ROUNDS = 10_000_000;

/** Bytes of the derived key: 16 for encryption, 16 for authentication. */
const DERIVED_BYTES = 32;
/** Bytes of an Ethereum address: the end of the hash of the public key. */
const ADDRESS_BYTES = 20;

/** Parameters of scrypt (RFC 7914). */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** geth's (accounts/keystore/passphrase.go, StandardScryptN and StandardScryptP): 256 MiB, about a second. */
const STANDARD_COST: ScryptCost = { n: 262_144, r: 8, p: 1 };

const hex = (bytes: number): z.ZodString =>
  z.string().regex(new RegExp(`^(0x)?[0-9a-fA-F]{${String(bytes * 2)}}$`));
const anyHex = z.string().regex(/^(0x)?([0-9a-fA-F]{2}){1,64}$/);
const positive = z.int().min(1);

const keystore = z.object({
  version: z.literal(3),
  address: hex(ADDRESS_BYTES).optional(),
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

/** Checks the format of a keystore, without its password. @throws StoreError `bad-key-file` */
export function checkKeystore(file: string, text: string): void {
  assertBounded(file, parse(file, text).crypto.kdfparams);
}

/**
 * Encrypts a private key as a keystore of version 3, in the format of geth. scrypt runs in a thread of the pool.
 * @param privateKey 32 bytes
 * @returns the text of the file
 */
export async function encryptKeystore(
  privateKey: Uint8Array,
  password: string,
  random: Random,
  cost: ScryptCost = STANDARD_COST,
): Promise<string> {
  const [salt, iv] = [random.bytes(32), random.bytes(16)];
  const derived = await scryptOf(password, salt, cost);
  const ciphertext = createAesCtr(derived.subarray(0, 16), iv).update(privateKey);
  const { n, r, p } = cost;
  return `${JSON.stringify({
    address: bytesToHex(addressOf(privateKey)),
    crypto: {
      cipher: 'aes-128-ctr',
      ciphertext: bytesToHex(ciphertext),
      cipherparams: { iv: bytesToHex(iv) },
      kdf: 'scrypt',
      kdfparams: { dklen: DERIVED_BYTES, n, p, r, salt: bytesToHex(salt) },
      mac: bytesToHex(keccak256(derived.subarray(16), ciphertext)),
    },
    id: randomUuid(random),
    version: 3,
  })}\n`;
}

const addressOf = (privateKey: Uint8Array): Uint8Array =>
  keccak256(publicKeyOf(privateKey)).subarray(-ADDRESS_BYTES);

/** A random UUID, version 4 (RFC 9562, section 5.4). */
function randomUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * Decrypts the private key (32 bytes) of a keystore.
 * @param file name of the file, for error messages
 * @throws StoreError `bad-key-file` for an invalid or unsupported keystore, `key-protected` for a wrong password
 */
export async function decryptKeystore(file: string, text: string, password: string): Promise<Uint8Array> {
  const { crypto, address } = parse(file, text);
  const derived = await derive(file, crypto, password);
  const ciphertext = hexToBytes(crypto.ciphertext);
  const mac = keccak256(derived.subarray(16), ciphertext);
  if (!equalBytes(mac, hexToBytes(crypto.mac))) {
    throw new StoreError('key-protected', `The password of the key file ${file} is wrong.`);
  }
  const key = createAesCtr(derived.subarray(0, 16), hexToBytes(crypto.cipherparams.iv)).update(ciphertext);
  if (!isPrivateKey(key)) {
    throw new StoreError('bad-key-file', `The key in the file ${file} is not a private key of secp256k1.`);
  }
  // The MAC does not cover the initialization vector.
  if (address === undefined || equalBytes(hexToBytes(address), addressOf(key))) return key;
  throw new StoreError('bad-key-file', `The key in the file ${file} does not belong to the address in it.`);
}

function parse(file: string, text: string): Keystore {
  try {
    return keystore.parse(withCrypto(JSON.parse(text)));
  } catch (cause) {
    throw new StoreError(
      'bad-key-file',
      `The key file ${file} is not an Ethereum keystore of version 3 with aes-128-ctr and scrypt or pbkdf2.`,
      { cause },
    );
  }
}

/** ethers writes the member `Crypto`, as early versions of the format had it. */
function withCrypto(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('Crypto' in json)) return json;
  return { crypto: json.Crypto, ...json };
}

const deriveScrypt = promisify<Uint8Array, Uint8Array, number, object, Uint8Array>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

type DerivationParameters = Keystore['crypto']['kdfparams'];

async function derive(
  file: string,
  { kdfparams }: Keystore['crypto'],
  password: string,
): Promise<Uint8Array> {
  assertBounded(file, kdfparams);
  const salt = hexToBytes(kdfparams.salt);
  if ('n' in kdfparams) return await scryptOf(password, salt, kdfparams);
  return new Uint8Array(
    await derivePbkdf2(utf8ToBytes(password), salt, kdfparams.c, DERIVED_BYTES, 'sha256'),
  );
}

/** Bytes of memory that scrypt needs. */
const scryptBytes = ({ n, r, p }: ScryptCost): number => 128 * r * (n + p + 2);

function assertBounded(file: string, kdfparams: DerivationParameters): void {
  if (!('n' in kdfparams)) return;
  const { n, r, p } = kdfparams;
  const isValid = n >= 2 && Number.isInteger(Math.log2(n));
  if (isValid && scryptBytes(kdfparams) <= MAX_SCRYPT_BYTES && n * r * p <= MAX_SCRYPT_WORK) return;
  throw new StoreError('bad-key-file', `The key file ${file} has scrypt parameters that are out of bounds.`);
}

/**
 * scrypt of node:crypto, in a thread of the pool, enforces n < 2^(16 r) (RFC 7914, section 6), which the vector of the keystore
 * definition exceeds, as geth does. noble accepts it and runs in slices.
 */
async function scryptOf(password: string, salt: Uint8Array, cost: ScryptCost): Promise<Uint8Array> {
  const { n, r, p } = cost;
  const maxmem = scryptBytes(cost) + 1_024 * 1_024;
  const secret = utf8ToBytes(password);
  if (n >= 2 ** (16 * r))
    return await scryptAsync(secret, salt, { N: n, r, p, maxmem, dkLen: DERIVED_BYTES });
  return new Uint8Array(await deriveScrypt(secret, salt, DERIVED_BYTES, { N: n, r, p, maxmem }));
}
