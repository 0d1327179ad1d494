/** The node key of a run. Headless it is in a plain file; the desktop application can encrypt it with the system's keyring. */
import type { KeyWarning } from '../../shared/model/node.ts';
import { bytesToHex } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { FileContent } from '../base/regular-file.ts';
import type { Random } from '../base/runtime.ts';
import { generatePrivateKey } from '../base/secp256k1.ts';
import { StoreError } from './errors.ts';
import {
  keyFilesOf,
  keysOf,
  OWN_KEY_ADVICE,
  parseKeyText,
  readKeyFileIfThere,
  unsealKey,
  writeKey,
  type KeyFiles,
  type NodeKeys,
  type SecretProtector,
} from './key-file.ts';

/** The key pair of the node, and its storage. */
export interface Identity extends NodeKeys {
  readonly file: string;
  readonly storage: 'file' | 'keyring';
  /** Whether the key is new. */
  readonly created: boolean;
  /** Warnings about the storage of the key. */
  readonly warnings: readonly KeyWarning[];
}

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
  const files = keyFilesOf(folder);
  const { plainFile, protectedFile } = files;
  const plain = await readKeyFileIfThere(plainFile, OWN_KEY_ADVICE);
  if (plain !== undefined) return fromFile(plainFile, plain);
  const sealed = await readKeyFileIfThere(protectedFile, OWN_KEY_ADVICE);
  if (sealed !== undefined) {
    const privateKey = unsealKey(protectedFile, sealed.bytes, protector);
    return { ...keysOf(privateKey), file: protectedFile, storage: 'keyring', created: false, warnings: [] };
  }
  return await makeKey(files, random, protector);
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
  const content = await readKeyFileIfThere(file);
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
