import { EnodeckError } from '../base/errors.ts';

/** Why a disk takes nothing more. */
export type DiskFaultCode = 'disk-full' | 'disk-read-only' | 'disk-failing';

/** What may be wrong with the data folder, the database in it or the node key. */
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
  | DiskFaultCode;

/** A data folder that cannot be used; the message is one sentence that says what to do. Nothing was changed. */
export class StoreError extends EnodeckError<StoreErrorCode> {
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super('store', code, message, options);
  }
}

/** What may be wrong with a file that people edit. */
export type SettingsErrorCode =
  | 'invalid-json'
  | 'invalid-value'
  | 'newer-version'
  | 'too-large'
  | 'unreadable'
  | 'not-a-file'
  | 'not-writable'
  | DiskFaultCode;

/** What a person can do about it. */
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

/** Where a file is at fault, and of what. */
export interface SettingsErrorPlace {
  readonly file: string;
  readonly line?: number | undefined;
  readonly reason: string;
  readonly member?: string | undefined;
}

/** A settings or node-list file that was refused; it was not overwritten. */
export class SettingsError extends EnodeckError<SettingsErrorCode> {
  readonly file: string;
  /** Line of the fault, from 1; undefined where no single line is at fault. */
  readonly line: number | undefined;
  readonly reason: string;
  /** The member of the file whose value is at fault, where one is. */
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

/** Why a change to a node list was refused. */
export type NodeListErrorCode = 'invalid-node' | 'duplicate-node' | 'unknown-node' | 'list-full';

/** A change to a node list that was refused; the list is as it was. */
export class NodeListError extends EnodeckError<NodeListErrorCode> {
  constructor(code: NodeListErrorCode, message: string, options?: ErrorOptions) {
    super('settings', code, message, options);
  }
}

/** The operating system's code of a file error, `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
