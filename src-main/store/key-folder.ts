/** Replaces the node key of a data folder, and keeps a copy of each key that was replaced. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bytesToHex } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import { fileTime } from '../base/file-time.ts';
import type { Clock } from '../base/runtime.ts';
import { StoreError } from './errors.ts';
import {
  KEY_FILE,
  keyFilesOf,
  keysOf,
  OWN_KEY_ADVICE,
  parseKeyText,
  PROTECTED_SUFFIX,
  readKeyFileIfThere,
  unsealKey,
  writeKey,
  writeKeyFile,
  type NodeKeys,
  type SecretProtector,
  type WriteKeyFile,
} from './key-file.ts';
import { syncFolder } from './replace-file.ts';

/** Dependencies of a KeyFolder. */
export interface KeyFolderOptions {
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly protector?: SecretProtector | undefined;
  readonly write?: WriteKeyFile;
}

/** The key of the next start, as it is in the data folder. */
export interface StoredKey extends NodeKeys {
  readonly file: string;
  readonly storage: 'file' | 'keyring';
  /** When the file was written, Unix milliseconds. */
  readonly writtenAt: number;
  /** The content of the file: the key as text, or encrypted by the keyring. */
  readonly content: Uint8Array;
}

/** A copy of a key that was replaced. */
export interface KeptKey {
  /** Name of the file in the data folder. */
  readonly name: string;
  readonly idHex: string;
  /** When the key was replaced, Unix milliseconds. */
  readonly replacedAt: number;
  readonly storage: 'file' | 'keyring';
}

/** BOUNDED: copies in a listing; the folder may hold more. */
export const MAX_LISTED_KEYS = 100;

/** `nodekey.<node ID>.<time>`, and `.protected` for a key of the keyring. */
const KEPT_NAME = /^nodekey\.([0-9a-f]{64})\.(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)(\.protected)?$/;

/**
 * The key files of a data folder. A change writes and syncs the copy before it replaces the key file atomically, so that a
 * crash at any point leaves the old or the new key in use, and the old one never lost. The running node keeps its key.
 */
export class KeyFolder {
  readonly #options: KeyFolderOptions;
  readonly #write: WriteKeyFile;

  constructor(options: KeyFolderOptions) {
    this.#options = options;
    this.#write = options.write ?? writeKeyFile;
  }

  /** @throws StoreError `bad-key-file`, `key-file-unreadable` or `key-protected` */
  async stored(): Promise<StoredKey> {
    const { plainFile, protectedFile } = keyFilesOf(this.#options.folder);
    const plain = await readKeyFileIfThere(plainFile, OWN_KEY_ADVICE);
    if (plain !== undefined) {
      const keys = keysOf(parseKeyText(plainFile, plain.bytes));
      const at = { file: plainFile, storage: 'file', writtenAt: await writtenAt(plainFile) } as const;
      return { ...keys, ...at, content: plain.bytes };
    }
    const sealed = await readKeyFileIfThere(protectedFile, OWN_KEY_ADVICE);
    if (sealed === undefined) {
      throw new StoreError('key-file-unreadable', `The node key file ${plainFile} does not exist.`);
    }
    const keys = keysOf(unsealKey(protectedFile, sealed.bytes, this.#options.protector));
    const at = {
      file: protectedFile,
      storage: 'keyring',
      writtenAt: await writtenAt(protectedFile),
    } as const;
    return { ...keys, ...at, content: sealed.bytes };
  }

  /** The newest copies first, and how many older ones there are besides. */
  async copies(): Promise<{ readonly keys: readonly KeptKey[]; readonly older: number }> {
    const names = await readdir(this.#options.folder);
    const all = names.flatMap((name) => keptKeyOf(name) ?? []).sort((a, b) => b.replacedAt - a.replacedAt);
    const keys = all.slice(0, MAX_LISTED_KEYS);
    return { keys, older: all.length - keys.length };
  }

  /**
   * The key of a copy.
   * @param name one of `copies`
   * @throws StoreError `key-file-unreadable`, `bad-key-file` or `key-protected`
   */
  async open(name: string): Promise<NodeKeys> {
    const file = join(this.#options.folder, name);
    const kept = keptKeyOf(name);
    const content = kept === undefined ? undefined : await readKeyFileIfThere(file);
    if (kept === undefined || content === undefined) {
      throw new StoreError('key-file-unreadable', `There is no kept key ${name.slice(0, 200)}.`);
    }
    const privateKey =
      kept.storage === 'file'
        ? parseKeyText(file, content.bytes)
        : unsealKey(file, content.bytes, this.#options.protector);
    const keys = keysOf(privateKey);
    if (keys.idHex === kept.idHex) return keys;
    throw new StoreError('bad-key-file', `The file ${file} holds another key than its name says.`);
  }

  /**
   * Stores a key for the next start, where the key of now is, which is kept as a copy. Does nothing when it is stored already.
   * @throws StoreError `not-writable` or `key-protected`: the old key stays in use; and those of `stored`
   */
  async replace(privateKey: Uint8Array): Promise<void> {
    const old = await this.stored();
    if (old.idHex === keysOf(privateKey).idHex) return;
    const content = this.#contentOf(privateKey, old.storage);
    await this.#keep(old);
    await this.#replaceFile(old.file, content);
  }

  async #keep({ idHex, storage, content }: StoredKey): Promise<void> {
    if (await this.#isKept(idHex, storage)) return;
    const suffix = storage === 'keyring' ? PROTECTED_SUFFIX : '';
    const name = `${KEY_FILE}.${idHex}.${fileTime(this.#options.clock.now())}${suffix}`;
    await this.#replaceFile(join(this.#options.folder, name), content);
  }

  /** Whether a copy of the key exists that can be opened: a key that was in use before may be in use again. */
  async #isKept(idHex: string, storage: StoredKey['storage']): Promise<boolean> {
    const { keys } = await this.copies();
    const same = keys.find((kept) => kept.idHex === idHex && kept.storage === storage);
    if (same === undefined) return false;
    return await this.open(same.name).then(
      () => true,
      () => false,
    );
  }

  async #replaceFile(file: string, content: string | Uint8Array): Promise<void> {
    await writeKey(file, content, this.#write);
    await syncFolder(dirname(file));
  }

  /** The content of a key file; what the keyring encrypts is decrypted once, because it replaces a key that works. */
  #contentOf(privateKey: Uint8Array, storage: StoredKey['storage']): string | Uint8Array {
    const text = bytesToHex(privateKey);
    if (storage === 'file') return text;
    const { protector } = this.#options;
    try {
      const sealed = protector?.protect(text);
      if (sealed !== undefined && protector?.unprotect(sealed) === text) return sealed;
    } catch (cause) {
      const message = `The keyring did not take the new key (${describeError(cause)}). The old key stays in use.`;
      throw new StoreError('key-protected', message, { cause });
    }
    throw new StoreError(
      'key-protected',
      'The keyring did not return the new key. The old key stays in use.',
    );
  }
}

const writtenAt = async (file: string): Promise<number> => (await stat(file)).mtimeMs;

function keptKeyOf(name: string): KeptKey | undefined {
  const [, idHex, day, hour, minute, second, suffix] = KEPT_NAME.exec(name) ?? [];
  if (idHex === undefined) return undefined;
  const replacedAt = Date.parse(`${String(day)}T${String(hour)}:${String(minute)}:${String(second)}Z`);
  if (Number.isNaN(replacedAt)) return undefined;
  return { name, idHex, replacedAt, storage: suffix === undefined ? 'file' : 'keyring' };
}
