import { basename } from 'node:path';
import { MAX_KEYSTORE_CHARACTERS } from '../../shared/identity-requests.ts';
import type { RequestParams } from '../../shared/api-contract.ts';
import {
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  passwordFault,
  type PasswordFault,
} from '../../shared/key-password.ts';
import { isKeystoreText } from '../../shared/keystore-text.ts';
import type { IdentityDetails, KeyCandidate, KeySource } from '../../shared/model/identity.ts';
import { SETTINGS } from '../../shared/settings-table.ts';
import { ApiError } from '../api/api-error.ts';
import type { ExportedText, IdentityControl } from '../api/backend.ts';
import { bytesToHex, utf8ToBytes } from '../base/bytes.ts';
import { EnodeckError } from '../base/errors.ts';
import { FileError, readRegularFile, type FileContent } from '../base/regular-file.ts';
import type { Clock, Random, Timer } from '../base/runtime.ts';
import { generatePrivateKey } from '../base/secp256k1.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { StoreError } from '../store/errors.ts';
import type { Identity } from '../store/identity.ts';
import { keysOf, parseKeyText, type NodeKeys } from '../store/key-file.ts';
import type { KeyFolder } from '../store/key-folder.ts';
import { checkKeystore, decryptKeystore, encryptKeystore } from '../store/keystore.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import type { ChoosePath } from './setting-checks.ts';

/** Time after which a candidate that was neither applied nor discarded is forgotten, milliseconds. */
const CANDIDATE_MS = 600_000;

/** What the control of the node key uses. */
export interface IdentityParts {
  readonly identity: Identity;
  readonly keys: Pick<KeyFolder, 'stored' | 'copies' | 'open' | 'replace'>;
  readonly settings: Pick<EffectiveSettings, 'current' | 'upcoming'>;
  readonly clock: Clock;
  readonly random: Random;
  /** The system's dialog; undefined without one. */
  readonly choosePath: ChoosePath | undefined;
}

/** The key that may replace the node's, in memory. */
interface Candidate {
  readonly view: KeyCandidate;
  /** Undefined for a keystore whose password is not known yet. */
  readonly keys: NodeKeys | undefined;
  readonly keystore: { readonly name: string; readonly text: string } | undefined;
}

/**
 * Shows, exports and changes the node key. A change is made in two steps, so that a person sees the new node ID before it is
 * applied. It takes effect at the next start of the program, because lists, bans, traces and sessions of this run belong to
 * the node ID of this run. Private keys do not leave this class except encrypted.
 */
export class IdentityController implements IdentityControl {
  readonly #parts: IdentityParts;
  /** Derivations of passwords run one at a time: each takes 256 MiB of memory. */
  readonly #passwords = new SerialQueue();
  #waitingPasswords = 0;
  readonly #changes = new SerialQueue();
  /** BOUNDED: one. */
  #candidate: Candidate | undefined;
  #timer: Timer | undefined;
  #nextId: string | null = null;

  constructor(parts: IdentityParts) {
    this.#parts = parts;
  }

  /** Node ID after the next start; null when it is the same. */
  get nextId(): string | null {
    return this.#nextId;
  }

  async details(): Promise<IdentityDetails> {
    const { identity, keys } = this.#parts;
    const { keys: copies, older } = await keys.copies();
    const configuredFile = this.#configuredFile();
    const stored = await keys.stored().catch((error: unknown) => {
      if (error instanceof EnodeckError) return error;
      throw error;
    });
    const isConfigured = this.#parts.settings.current().nodeKey !== null;
    const problem = stored instanceof EnodeckError && !isConfigured ? stored.message : null;
    return {
      nodeId: identity.idHex,
      file: identity.file,
      storage: isConfigured ? 'configured' : identity.storage,
      storedAt: stored instanceof EnodeckError || isConfigured ? null : stored.writtenAt,
      nextId: this.#nextId,
      configuredFile,
      copies: copies.map(({ name, idHex, replacedAt, storage }) => ({
        ...{ name, nodeId: idHex, replacedAt, storage },
      })),
      olderCopies: older,
      problem,
      access: 'desktop',
    };
  }

  async export(password: string): Promise<ExportedText> {
    const fault = passwordFault(password);
    if (fault !== undefined) throw new ApiError('invalid-parameters', FAULT_TEXT[fault], 'password');
    const { identity, random } = this.#parts;
    const text = await this.#withPassword(() => encryptKeystore(identity.privateKey, password, random));
    return { text, fileName: `nodekey-${identity.idHex.slice(0, 16)}.json` };
  }

  async prepare(source: RequestParams<'identity.prepare'>): Promise<KeyCandidate | null> {
    this.#assertChangeable();
    switch (source.kind) {
      case 'new':
        return this.#hold('new', null, keysOf(generatePrivateKey(this.#parts.random)));
      case 'copy':
        return this.#hold('copy', source.name, await this.#parts.keys.open(source.name));
      case 'keystore':
        return this.#holdText(source.fileName, source.text, false);
      case 'file':
        return await this.#chooseFile();
    }
  }

  async unlock(id: string, password: string): Promise<KeyCandidate> {
    const { view, keystore } = this.#candidateOf(id);
    if (keystore === undefined) return view;
    const { name, text } = keystore;
    const privateKey = await this.#withPassword(() => decrypt(name, text, password));
    // It may have been discarded meanwhile.
    const { source, fileName } = this.#candidateOf(id).view;
    return this.#hold(source, fileName, keysOf(privateKey));
  }

  async apply(id: string): Promise<IdentityDetails> {
    this.#assertChangeable();
    const { keys } = this.#candidateOf(id);
    if (keys === undefined) {
      throw new ApiError('invalid-parameters', 'The password of this keystore is not known yet.', 'id');
    }
    await this.#changes.run(() => this.#parts.keys.replace(keys.privateKey));
    this.#nextId = keys.idHex === this.#parts.identity.idHex ? null : keys.idHex;
    this.discard(id);
    return await this.details();
  }

  discard(id: string): void {
    if (this.#candidate?.view.id === id) this.close();
  }

  /** Forgets the candidate. */
  close(): void {
    this.#timer?.cancel();
    this.#candidate?.keys?.privateKey.fill(0);
    this.#candidate = undefined;
  }

  async #chooseFile(): Promise<KeyCandidate | null> {
    const { choosePath } = this.#parts;
    if (choosePath === undefined) {
      throw new ApiError('not-available', 'A file is chosen in the desktop application.', 'kind');
    }
    const path = await choosePath('file', 'Keystore or node key');
    if (path === undefined) return null;
    const name = basename(path);
    const { bytes } = await readChosen(path, name);
    return this.#holdText(name, new TextDecoder().decode(bytes), true);
  }

  /** @param mayBePlain whether a key of 64 hex digits is accepted: one that did not come from a page */
  #holdText(name: string, text: string, mayBePlain: boolean): KeyCandidate {
    if (isKeystoreText(text)) {
      checkKeystore(name, text);
      return this.#hold('keystore', name, undefined, { name, text });
    }
    if (mayBePlain) return this.#hold('file', name, keysOf(parseKeyText(name, utf8ToBytes(text))));
    const message = `The file ${name.slice(0, 200)} is no keystore. A key that is not encrypted is imported only by the desktop application.`;
    throw new ApiError('invalid-parameters', message, 'text');
  }

  #hold(
    source: KeySource,
    fileName: string | null,
    keys: NodeKeys | undefined,
    keystore?: Candidate['keystore'],
  ): KeyCandidate {
    this.close();
    const { clock, random } = this.#parts;
    const id = bytesToHex(random.bytes(16));
    const view = { id, source, fileName, nodeId: keys?.idHex ?? null };
    this.#candidate = { view, keys, keystore };
    this.#timer = clock.after(CANDIDATE_MS, () => {
      this.discard(id);
    });
    return view;
  }

  #candidateOf(id: string): Candidate {
    const candidate = this.#candidate;
    if (candidate?.view.id === id) return candidate;
    throw new ApiError('not-found', 'This key is no longer held: choose it again.', 'id');
  }

  #configuredFile(): string | null {
    const { settings } = this.#parts;
    return settings.upcoming().nodeKey ?? settings.current().nodeKey;
  }

  #assertChangeable(): void {
    const file = this.#configuredFile();
    if (file === null) return;
    const message = `The file ${file}, which the setting “${SETTINGS.nodeKey.title}” names, decides which key this node has. Reset the setting to change the key here.`;
    throw new ApiError('not-editable', message);
  }

  /** BOUNDED: one derivation runs and one waits. */
  async #withPassword<Result>(derive: () => Promise<Result>): Promise<Result> {
    if (this.#waitingPasswords > 1) throw new ApiError('busy', 'Another password is being checked.');
    this.#waitingPasswords += 1;
    try {
      return await this.#passwords.run(derive);
    } finally {
      this.#waitingPasswords -= 1;
    }
  }
}

const FAULT_TEXT: Readonly<Record<PasswordFault, string>> = {
  'too-short': `The password must have at least ${String(MIN_PASSWORD_LENGTH)} characters.`,
  'too-long': `The password must have at most ${String(MAX_PASSWORD_LENGTH)} characters.`,
  'unusual-character':
    'The password has a character that programs encode differently: use letters, digits, spaces and signs.',
};

/** @throws ApiError `invalid-parameters` with the reason why the file cannot be read */
async function readChosen(path: string, name: string): Promise<FileContent> {
  try {
    return await readRegularFile(path, MAX_KEYSTORE_CHARACTERS);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new ApiError('invalid-parameters', `The file ${name} ${cause.message}.`, 'file', { cause });
  }
}

/** Tries the password as it is, as geth does, and in the form NFKC, as ethers does. */
async function decrypt(name: string, text: string, password: string): Promise<Uint8Array> {
  const forms = [...new Set([password, password.normalize('NFKC')])];
  for (const form of forms) {
    try {
      return await decryptKeystore(name, text, form);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'key-protected') throw error;
    }
  }
  throw new ApiError('invalid-parameters', `The password of ${name} is wrong.`, 'password');
}
