/** The node key of this node, without the key. */

/** Where a node key comes from. */
export type KeySource = 'new' | 'copy' | 'keystore' | 'file';

/** Where a node key is stored; `configured` is the file of --nodekey. */
export type KeyStorage = 'file' | 'keyring' | 'configured';

/**
 * Who may export and change the key: the desktop window may all, a browser page that is served to this machine only may not
 * open files by their path, a page that is served to other machines too may nothing.
 */
export type KeyAccess = 'desktop' | 'local-page' | 'remote-page';

/** A copy of a key that was replaced. */
export interface KeptKeyView {
  /** Name of its file in the data folder. */
  readonly name: string;
  readonly nodeId: string;
  /** When the key was replaced, Unix milliseconds. */
  readonly replacedAt: number;
  readonly storage: Exclude<KeyStorage, 'configured'>;
}

/** The node key and what can be done with it. */
export interface IdentityDetails {
  /** Node ID of the running program. */
  readonly nodeId: string;
  readonly file: string;
  readonly storage: KeyStorage;
  /** When the key file was written, Unix milliseconds; null when it cannot be read. */
  readonly storedAt: number | null;
  /** Node ID after the next start; null when it is the same. */
  readonly nextId: string | null;
  /** The key file that --nodekey or its setting names, now or after the next start; it decides. Null for none. */
  readonly configuredFile: string | null;
  /** Newest first. BOUNDED: 100. */
  readonly copies: readonly KeptKeyView[];
  /** Number of older copies, which are not listed. */
  readonly olderCopies: number;
  /** Why the key file cannot be read, as a sentence; null when it can. */
  readonly problem: string | null;
  readonly access: KeyAccess;
}

/** A key that can replace the node's key. It stays in the main process until it is applied or discarded. */
export interface KeyCandidate {
  /** Names it in further requests. */
  readonly id: string;
  readonly source: KeySource;
  /** Name of the file; null for a new key. */
  readonly fileName: string | null;
  /** Its node ID; null for a keystore until its password was given. */
  readonly nodeId: string | null;
}
