/**
 * The node key. Headless it is in the file `nodekey`: 64 hex digits, the format of geth's --nodekey (crypto/crypto.go
 * LoadECDSA). The desktop application can encrypt it with the system's keyring.
 */
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { KeyWarning } from '../../shared/model/node.ts';
import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import { FileError, readRegularFile, type FileContent, type FileErrorCode } from '../base/regular-file.ts';
import type { Random } from '../base/runtime.ts';
import { generatePrivateKey, isPrivateKey, publicKeyOf } from '../base/secp256k1.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import { StoreError } from './errors.ts';

/** Encrypts a text with a secret of the user's account, as Electron's safeStorage. */
export interface SecretProtector {
  /** False when there is no usable keyring; the plain file is used then. */
  readonly available: boolean;
  protect(text: string): Uint8Array;
  /** @throws when the bytes were protected by another keyring */
  unprotect(bytes: Uint8Array): string;
}

/** The key pair of the node, and its storage. */
export interface Identity {
  /** 32 bytes; never logged, never sent anywhere. */
  readonly privateKey: Uint8Array;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Node ID, 64 hex digits. */
  readonly idHex: string;
  readonly file: string;
  readonly storage: 'file' | 'keyring';
  /** Whether the key is new. */
  readonly created: boolean;
  /** Warnings about the storage of the key. */
  readonly warnings: readonly KeyWarning[];
}

/** Names in the data folder. */
const KEY_FILE = 'nodekey';
const PROTECTED_KEY_FILE = 'nodekey.protected';

/** Only the owner may read the key. */
const KEY_FILE_MODE = 0o600;

/** 64 hex digits and line ends, as in geth. */
const KEY_TEXT = /^([0-9a-fA-F]{64})[\r\n]*$/;

/** BOUNDED: bytes of a key file that are read; a valid file has 64 digits. */
const MAX_KEY_FILE_BYTES = 1_048_576;

/** Permission bits of group and others. */
const OTHERS = 0o077;

/**
 * Reads the key of a data folder; generates it at the first start. A plain `nodekey` has precedence over a protected one,
 * because the user put it there.
 * @throws StoreError `bad-key-file`, `key-file-unreadable`, `key-protected` or `not-writable`; no file is overwritten
 */
export async function openIdentity(
  folder: string,
  { random, protector }: { readonly random: Random; readonly protector?: SecretProtector | undefined },
): Promise<Identity> {
  const plainFile = join(folder, KEY_FILE);
  const protectedFile = join(folder, PROTECTED_KEY_FILE);
  const plain = await readIfThere(plainFile, OWN_KEY_ADVICE);
  if (plain !== undefined) return fromFile(plainFile, plain);
  const sealed = await readIfThere(protectedFile, OWN_KEY_ADVICE);
  if (sealed !== undefined) {
    const privateKey = unseal(protectedFile, sealed.bytes, protector);
    return { ...keysOf(privateKey), file: protectedFile, storage: 'keyring', created: false, warnings: [] };
  }
  return await makeKey({ plainFile, protectedFile }, random, protector);
}

interface KeyFiles {
  readonly plainFile: string;
  readonly protectedFile: string;
}

/** When the keyring fails although it is available, the key is written to the plain file, with a warning. */
async function makeKey(
  { plainFile, protectedFile }: KeyFiles,
  random: Random,
  protector: SecretProtector | undefined,
): Promise<Identity> {
  const privateKey = generatePrivateKey(random);
  const text = bytesToHex(privateKey);
  const keys = keysOf(privateKey);
  const warnings: KeyWarning[] = [];
  if (protector?.available === true) {
    try {
      const sealed = protector.protect(text);
      await writeKey(protectedFile, sealed);
      return { ...keys, file: protectedFile, storage: 'keyring', created: true, warnings };
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const message = `The keyring did not take the node key (${describeError(error)}); it is in the file ${plainFile}`;
      warnings.push({ code: 'keyring-failed', message });
    }
  }
  await writeKey(plainFile, text);
  return { ...keys, file: plainFile, storage: 'file', created: true, warnings };
}

/**
 * Reads the key of a configured file (--nodekey).
 * @throws StoreError `bad-key-file` or `key-file-unreadable`
 */
export async function readKeyFile(file: string): Promise<Identity> {
  const content = await readIfThere(file);
  if (content === undefined) {
    throw new StoreError('key-file-unreadable', `The node key file ${file} does not exist.`);
  }
  return fromFile(file, content);
}

function fromFile(file: string, { bytes, mode }: FileContent): Identity {
  const keys = keysOf(parseKeyText(file, bytes));
  return { ...keys, file, storage: 'file', created: false, warnings: warningsOf(file, mode) };
}

/** Windows has no such permission bits: Node reports all of them as set. */
function warningsOf(file: string, mode: number): readonly KeyWarning[] {
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return [];
  const bits = mode.toString(8).padStart(4, '0');
  const message = `Others on this machine may read the node key file ${file} (mode ${bits}); it should be 0600`;
  return [{ code: 'key-readable-by-others', message }];
}

function keysOf(privateKey: Uint8Array): Pick<Identity, 'privateKey' | 'publicKey' | 'idHex'> {
  const publicKey = publicKeyOf(privateKey);
  return { privateKey, publicKey, idHex: bytesToHex(nodeIdOf(publicKey)) };
}

/** Advice for a key file of the data folder that cannot be read. A new key means a new node ID. */
const OWN_KEY_ADVICE: Readonly<Partial<Record<FileErrorCode, string>>> = {
  'file-not-regular': 'move it away to start with the key that belongs there, or with a new one',
  'file-unreadable': 'give this user the right to read it',
};

/** @param advice by error code; none for a configured file, which other programs may use */
async function readIfThere(
  file: string,
  advice: typeof OWN_KEY_ADVICE = {},
): Promise<FileContent | undefined> {
  try {
    return await readRegularFile(file, MAX_KEY_FILE_BYTES);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    if (cause.code === 'file-missing') return undefined;
    const code = cause.code === 'file-too-large' ? 'bad-key-file' : 'key-file-unreadable';
    const remedy = advice[cause.code];
    const message = `The node key file ${file} ${cause.message}${remedy === undefined ? '' : `: ${remedy}`}.`;
    throw new StoreError(code, message, { cause });
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
  const text = new TextDecoder('latin1').decode(bytes);
  const digits = KEY_TEXT.exec(text)?.[1];
  if (digits === undefined) throw badKey(file, 'it must hold 64 hex digits and nothing else');
  const key = hexToBytes(digits);
  if (!isPrivateKey(key)) throw badKey(file, 'its number is not a private key of secp256k1');
  return key;
}

/** The message must not contain any part of the file, which is secret. */
function badKey(file: string, reason: string): StoreError {
  return new StoreError(
    'bad-key-file',
    `The node key file ${file} is not valid: ${reason}. It was left as it is.`,
  );
}

/** Headless: only Electron can use the keyring. */
const NO_KEYRING_HERE =
  'only the desktop application can use: start the desktop application, or use another data folder or node key file';
/** Desktop: Electron has no keyring, or only one with a fixed password. */
const LOCKED_KEYRING =
  'cannot be used now: unlock it and start again, or start with --password-store=gnome-libsecret, kwallet5 or kwallet6 to name it';

function unseal(file: string, sealed: Uint8Array, protector: SecretProtector | undefined): Uint8Array {
  if (protector?.available !== true) {
    throw new StoreError(
      'key-protected',
      `The node key ${file} is protected by the system's keyring, which ${protector === undefined ? NO_KEYRING_HERE : LOCKED_KEYRING}.`,
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
