/**
 * The node key: what the node is. Headless it lies in `nodekey`, 64 hex digits, the form that geth's --nodekey reads
 * and writes (crypto/crypto.go LoadECDSA); the desktop application may keep it encrypted by the system's keyring.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { bytesToHex, hexToBytes } from '../leaf/bytes.ts';
import { describeError } from '../leaf/errors.ts';
import type { Random } from '../leaf/runtime.ts';
import { generatePrivateKey, isPrivateKey, publicKeyOf } from '../leaf/secp256k1.ts';
import { StoreError, systemErrorCode } from './errors.ts';

/** Encrypts a text by a secret of the user's account, as Electron's safeStorage does. */
export interface SecretProtector {
  /** False where the platform has no keyring: the plain file is used then. */
  readonly available: boolean;
  protect(text: string): Uint8Array;
  /** @throws when the keyring is another one than that which protected the bytes */
  unprotect(bytes: Uint8Array): string;
}

/** Our key pair and where it lies. */
export interface Identity {
  /** 32 bytes; never logged, never sent anywhere. */
  readonly privateKey: Uint8Array;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly file: string;
  readonly storage: 'file' | 'keyring';
  /** True when the key was made just now. */
  readonly created: boolean;
}

/** Names in the data folder. */
const KEY_FILE = 'nodekey';
const PROTECTED_KEY_FILE = 'nodekey.protected';

/** Only the owner may read the key. */
const KEY_FILE_MODE = 0o600;

/** 64 digits and line ends, as geth takes them. */
const KEY_TEXT = /^([0-9a-fA-F]{64})[\r\n]*$/;

/** BOUNDED: a key file is far smaller; more is not even read. */
const MAX_KEY_FILE_BYTES = 4_096;

/**
 * The key of a data folder, made on the first start. A plain `nodekey` wins over a protected one: a person put it there.
 * @throws StoreError `bad-key-file`, `key-file-unreadable`, `key-protected` or `not-writable`; no file is overwritten
 */
export async function openIdentity(
  folder: string,
  { random, protector }: { readonly random: Random; readonly protector?: SecretProtector | undefined },
): Promise<Identity> {
  const plainFile = join(folder, KEY_FILE);
  const protectedFile = join(folder, PROTECTED_KEY_FILE);
  const plain = await readIfThere(plainFile);
  if (plain !== undefined) return identityOf(parseKeyText(plainFile, plain), plainFile, 'file', false);
  const sealed = await readIfThere(protectedFile);
  if (sealed !== undefined) {
    return identityOf(unseal(protectedFile, sealed, protector), protectedFile, 'keyring', false);
  }
  const privateKey = generatePrivateKey(random);
  const text = bytesToHex(privateKey);
  if (protector?.available === true) {
    await writeKey(protectedFile, protector.protect(text));
    return identityOf(privateKey, protectedFile, 'keyring', true);
  }
  await writeKey(plainFile, text);
  return identityOf(privateKey, plainFile, 'file', true);
}

/**
 * The key of a file that the user names (--nodekey).
 * @throws StoreError `bad-key-file` or `key-file-unreadable`
 */
export async function readKeyFile(file: string): Promise<Identity> {
  const bytes = await readIfThere(file);
  if (bytes === undefined) {
    throw new StoreError('key-file-unreadable', `The node key file ${file} does not exist.`);
  }
  return identityOf(parseKeyText(file, bytes), file, 'file', false);
}

function identityOf(
  privateKey: Uint8Array,
  file: string,
  storage: Identity['storage'],
  created: boolean,
): Identity {
  return { privateKey, publicKey: publicKeyOf(privateKey), file, storage, created };
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await readFile(file);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    throw new StoreError(
      'key-file-unreadable',
      `The node key file ${file} cannot be read (${describeError(cause)}).`,
      {
        cause,
      },
    );
  }
}

async function writeKey(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(file, content, { mode: KEY_FILE_MODE });
  } catch (cause) {
    throw new StoreError(
      'not-writable',
      `The node key file ${file} cannot be written (${describeError(cause)}).`,
      {
        cause,
      },
    );
  }
}

function parseKeyText(file: string, bytes: Uint8Array): Uint8Array {
  const text = bytes.length > MAX_KEY_FILE_BYTES ? '' : new TextDecoder('latin1').decode(bytes);
  const digits = KEY_TEXT.exec(text)?.[1];
  if (digits === undefined) throw badKey(file, 'it must hold 64 hex digits and nothing else');
  const key = hexToBytes(digits);
  if (!isPrivateKey(key)) throw badKey(file, 'its number is no private key of secp256k1');
  return key;
}

/** The content is a secret: no part of it may stand in the message. */
function badKey(file: string, reason: string): StoreError {
  return new StoreError(
    'bad-key-file',
    `The node key file ${file} is not valid: ${reason}. It was left as it is; correct it, or move it away for a new key.`,
  );
}

function unseal(file: string, sealed: Uint8Array, protector: SecretProtector | undefined): Uint8Array {
  if (protector?.available !== true) {
    throw new StoreError(
      'key-protected',
      `The node key ${file} is protected by the desktop's keyring, which cannot be reached from here: start the desktop application, or give another --datadir or --nodekey.`,
    );
  }
  let text: string;
  try {
    text = protector.unprotect(sealed);
  } catch (cause) {
    throw new StoreError(
      'bad-key-file',
      `The node key ${file} cannot be opened with this user's keyring; it was left as it is.`,
      { cause },
    );
  }
  return parseKeyText(file, new TextEncoder().encode(text));
}
