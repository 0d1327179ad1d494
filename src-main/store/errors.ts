import { EnodeckError } from '../base/errors.ts';

/** Why a disk cannot be written. */
export type DiskFaultCode = 'disk-full' | 'disk-read-only' | 'disk-failing';

/** Error codes of the data folder, the database and the node key. */
export type StoreErrorCode =
  | 'not-a-folder'
  | 'not-a-file'
  | 'not-for-database'
  | 'not-writable'
  | 'not-readable'
  | 'folder-in-use'
  | 'database-corrupt'
  | 'database-foreign'
  | 'newer-schema'
  | 'bad-key-file'
  | 'key-file-unreadable'
  | 'key-protected'
  | 'archive-of-other-network'
  | DiskFaultCode;

/** A data folder, database or node key that cannot be used; the message is a sentence for people. Nothing was changed. */
export class StoreError extends EnodeckError<StoreErrorCode> {
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super('store', code, message, options);
  }
}

/** Error codes of files that the user may edit. */
export type SettingsErrorCode =
  | 'invalid-json'
  | 'invalid-value'
  | 'newer-version'
  | 'too-large'
  | 'unreadable'
  | 'not-a-file'
  | 'not-writable'
  | DiskFaultCode;

/** Advice by error code. */
const ADVICE: Readonly<Record<SettingsErrorCode, string>> = {
  'invalid-json': 'Correct it, or move it away to start without it',
  'invalid-value': 'Correct it, or move it away to start without it',
  'newer-version': 'Use the newer Enodeck, or move it away to start without it',
  'too-large': 'Move it away to start without it',
  unreadable: 'Give this user the right to read it, or move it away to start without it',
  'not-a-file': 'Move it away to start without it',
  'not-writable': 'Check the rights of the file and its folder',
  'disk-full': 'Free some space on this disk',
  'disk-read-only': 'Mount it writable, or choose another data folder',
  'disk-failing': 'Check the disk',
};

/** Location and reason of a SettingsError. */
export interface SettingsErrorPlace {
  readonly file: string;
  readonly line?: number | undefined;
  readonly reason: string;
  readonly member?: string | undefined;
}

/** A file of settings or node lists that is invalid or cannot be read or written; it was not changed. */
export class SettingsError extends EnodeckError<SettingsErrorCode> {
  readonly file: string;
  /** Line of the error, from 1; undefined when it concerns no single line. */
  readonly line: number | undefined;
  readonly reason: string;
  /** The top-level member with an invalid value; undefined for other errors. */
  readonly member: string | undefined;

  constructor(code: SettingsErrorCode, at: SettingsErrorPlace, options?: ErrorOptions) {
    const where = at.line === undefined ? at.file : `${at.file}, line ${String(at.line)}`;
    const untouched = code === 'not-a-file' ? 'It' : 'The file';
    const message = `${where}: ${at.reason}. ${untouched} was left as it is. ${ADVICE[code]}.`;
    super('settings', code, message, options);
    this.file = at.file;
    this.line = at.line;
    this.reason = at.reason;
    this.member = at.member;
  }
}

/** Error codes of changes to a node list. */
export type NodeListErrorCode = 'invalid-node' | 'duplicate-node' | 'unknown-node' | 'list-full';

/** A refused change to a node list; the list is unchanged. */
export class NodeListError extends EnodeckError<NodeListErrorCode> {
  constructor(code: NodeListErrorCode, message: string, options?: ErrorOptions) {
    super('settings', code, message, options);
  }
}

/** The code of a file error of the operating system: `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
