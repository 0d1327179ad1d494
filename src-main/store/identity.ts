/**
 * The node key: what the node is. Headless it lies in `nodekey`, 64 hex digits, the form that geth's --nodekey reads
 * and writes (crypto/crypto.go LoadECDSA); the desktop application may keep it encrypted by the system's keyring.
 */
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import { FileError, readRegularFile, type FileContent, type FileErrorCode } from '../base/regular-file.ts';
import type { Random } from '../base/runtime.ts';
import { generatePrivateKey, isPrivateKey, publicKeyOf } from '../base/secp256k1.ts';
import { StoreError } from './errors.ts';

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
  /** What a person should know of how the key is kept. */
  readonly warnings: readonly KeyWarning[];
}

/** A remark about how the key is kept: who may read its file, or a keyring that did not take it. */
export interface KeyWarning {
  readonly code: 'key-readable-by-others' | 'keyring-failed';
  /** A sentence without its end. */
  readonly message: string;
}

/** Names in the data folder. */
const KEY_FILE = 'nodekey';
const PROTECTED_KEY_FILE = 'nodekey.protected';

/** Only the owner may read the key. */
const KEY_FILE_MODE = 0o600;

/** 64 digits and line ends, as geth takes them. */
const KEY_TEXT = /^([0-9a-fA-F]{64})[\r\n]*$/;

/** BOUNDED: the most of a file that is looked at, bytes; a key has 64 digits, and longer files are refused as such. */
const MAX_KEY_FILE_BYTES = 1_048_576;

/** Permission bits of others than the owner. */
const OTHERS = 0o077;

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

/** A keyring that says it is there may fail all the same: the plain file is used then, and said. */
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
 * The key of a file that the user names (--nodekey).
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

/** Windows has no such bits: all of them are set there. */
function warningsOf(file: string, mode: number): readonly KeyWarning[] {
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return [];
  const bits = mode.toString(8).padStart(4, '0');
  const message = `Others on this machine may read the node key file ${file} (mode ${bits}); it should be 0600`;
  return [{ code: 'key-readable-by-others', message }];
}

const keysOf = (privateKey: Uint8Array): Pick<Identity, 'privateKey' | 'publicKey'> => ({
  privateKey,
  publicKey: publicKeyOf(privateKey),
});

/** What to do about a key file of the data folder that is not read. A new key is a new node ID. */
const OWN_KEY_ADVICE: Readonly<Partial<Record<FileErrorCode, string>>> = {
  'file-not-regular': 'move it away to start with the key that belongs there, or with a new one',
  'file-unreadable': 'give this user the right to read it',
};

/** @param advice what to do, by the reason; none for a file that the user names, which may be somebody else's */
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
  if (!isPrivateKey(key)) throw badKey(file, 'its number is no private key of secp256k1');
  return key;
}

/** The content is a secret: no part of it may stand in the message. */
function badKey(file: string, reason: string): StoreError {
  return new StoreError(
    'bad-key-file',
    `The node key file ${file} is not valid: ${reason}. It was left as it is.`,
  );
}

/** Without Electron there is no way to the keyring. */
const NO_KEYRING_HERE =
  'the desktop application alone can reach: start that one, or give this run another data folder or node key file';
/** Electron has none, or one whose password is in its source. */
const LOCKED_KEYRING =
  'cannot be reached now: unlock it and start again, or start with --password-store=gnome-libsecret, kwallet5 or kwallet6 to name it';

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
