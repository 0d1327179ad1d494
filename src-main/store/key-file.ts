/**
 * The files of a node key: plain, 64 hex digits, the format of geth's --nodekey (crypto/crypto.go LoadECDSA), or encrypted
 * with the system's keyring.
 */
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import { FileError, readRegularFile, type FileContent, type FileErrorCode } from '../base/regular-file.ts';
import { isPrivateKey, publicKeyOf } from '../base/secp256k1.ts';
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

/** The key pair of a node. */
export interface NodeKeys {
  /** 32 bytes; never logged, never sent anywhere. */
  readonly privateKey: Uint8Array;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Node ID, 64 hex digits. */
  readonly idHex: string;
}

/** The files that can hold the key of a data folder. A plain one has precedence, because the user put it there. */
export interface KeyFiles {
  readonly plainFile: string;
  readonly protectedFile: string;
}

/** The name of the key file in the data folder. */
export const KEY_FILE = 'nodekey';
/** The end of the name of a file that the keyring encrypted. */
export const PROTECTED_SUFFIX = '.protected';

/** Only the owner may read a key. */
const KEY_FILE_MODE = 0o600;

/** 64 hex digits and line ends, as in geth. */
const KEY_TEXT = /^([0-9a-fA-F]{64})[\r\n]*$/;

/** BOUNDED: bytes of a key file that are read; a valid file has 64 digits. */
const MAX_KEY_FILE_BYTES = 1_048_576;

/** The key files of a data folder. */
export function keyFilesOf(folder: string): KeyFiles {
  return { plainFile: join(folder, KEY_FILE), protectedFile: join(folder, `${KEY_FILE}${PROTECTED_SUFFIX}`) };
}

/** The key pair of a private key. */
export function keysOf(privateKey: Uint8Array): NodeKeys {
  const publicKey = publicKeyOf(privateKey);
  return { privateKey, publicKey, idHex: bytesToHex(nodeIdOf(publicKey)) };
}

/** Advice for a key file of the data folder that cannot be read. A new key means a new node ID. */
export const OWN_KEY_ADVICE: Readonly<Partial<Record<FileErrorCode, string>>> = {
  'file-not-regular': 'move it away to start with the key that belongs there, or with a new one',
  'file-unreadable': 'give this user the right to read it',
};

/**
 * Reads a key file; undefined when it is missing.
 * @param advice by error code; none for a configured file, which other programs may use
 * @throws StoreError `bad-key-file` or `key-file-unreadable`
 */
export async function readKeyFileIfThere(
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

/** Replaces a key file atomically; resolves after its content is on disk. Rejects with the system's error. */
export type WriteKeyFile = (file: string, content: string | Uint8Array) => Promise<void>;

/** The implementation of WriteKeyFile on the file system. */
export const writeKeyFile: WriteKeyFile = (file, content) =>
  writeFileAtomic(file, content, { mode: KEY_FILE_MODE });

/** Writes a key file. @throws StoreError `not-writable`; the file is as it was */
export async function writeKey(
  file: string,
  content: string | Uint8Array,
  write: WriteKeyFile = writeKeyFile,
): Promise<void> {
  try {
    await write(file, content);
  } catch (cause) {
    const message = `The node key file ${file} cannot be written (${describeError(cause)}).`;
    throw new StoreError('not-writable', message, { cause });
  }
}

/** The private key of a plain file. @throws StoreError `bad-key-file`, without any part of the file, which is secret */
export function parseKeyText(file: string, bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder('latin1').decode(bytes);
  const digits = KEY_TEXT.exec(text)?.[1];
  if (digits === undefined) throw badKey(file, 'it must hold 64 hex digits and nothing else');
  const key = hexToBytes(digits);
  if (!isPrivateKey(key)) throw badKey(file, 'its number is not a private key of secp256k1');
  return key;
}

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

/** The private key of a file that the keyring encrypted. @throws StoreError `key-protected` or `bad-key-file` */
export function unsealKey(
  file: string,
  sealed: Uint8Array,
  protector: SecretProtector | undefined,
): Uint8Array {
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
