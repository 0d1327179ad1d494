/**
 * LevelDB's MANIFEST: the live tables, and the number of the oldest live log.
 * @see https://github.com/google/leveldb/blob/main/db/version_edit.cc
 */
import { Cursor } from './cursor.ts';
import { readLogFile } from './log-file.ts';

/** Field tags of a version edit. */
const TAG = {
  comparator: 1,
  logNumber: 2,
  nextFileNumber: 3,
  lastSequence: 4,
  compactPointer: 5,
  deletedFile: 6,
  newFile: 7,
  prevLogNumber: 9,
} as const;

/** A live table. */
export interface LiveTable {
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  /** First and last key. */
  readonly smallest: Uint8Array;
  readonly largest: Uint8Array;
}

/** The state that a MANIFEST describes. */
export interface Manifest {
  readonly comparator: string;
  /** Logs with this number and above are live. */
  readonly logNumber: number;
  readonly lastSequence: number;
  readonly tables: readonly LiveTable[];
}

interface Draft {
  comparator: string | undefined;
  logNumber: number | undefined;
  nextFileNumber: number | undefined;
  lastSequence: number | undefined;
  /** By level and number. */
  readonly tables: Map<string, LiveTable>;
}

/** Decodes a MANIFEST; undefined when it is damaged or incomplete. */
export function readManifestFile(bytes: Uint8Array): Manifest | undefined {
  const { records, damaged } = readLogFile(bytes);
  const draft: Draft = {
    comparator: undefined,
    logNumber: undefined,
    nextFileNumber: undefined,
    lastSequence: undefined,
    tables: new Map(),
  };
  if (damaged > 0 || !records.every((record) => applyEdit(draft, record))) return undefined;
  const { comparator, logNumber, nextFileNumber, lastSequence } = draft;
  if (comparator === undefined || logNumber === undefined) return undefined;
  if (nextFileNumber === undefined || lastSequence === undefined) return undefined;
  return { comparator, logNumber, lastSequence, tables: [...draft.tables.values()] };
}

function applyEdit(draft: Draft, record: Uint8Array): boolean {
  const cursor = new Cursor(record);
  while (!cursor.atEnd && !cursor.failed) {
    switch (cursor.varint()) {
      case TAG.comparator:
        draft.comparator = new TextDecoder('latin1').decode(cursor.prefixed());
        break;
      case TAG.logNumber:
        draft.logNumber = cursor.varint();
        break;
      case TAG.prevLogNumber:
        cursor.varint();
        break;
      case TAG.nextFileNumber:
        draft.nextFileNumber = cursor.varint();
        break;
      case TAG.lastSequence:
        draft.lastSequence = cursor.varint();
        break;
      case TAG.compactPointer:
        cursor.varint();
        cursor.prefixed();
        break;
      case TAG.deletedFile:
        draft.tables.delete(`${String(cursor.varint())}/${String(cursor.varint())}`);
        break;
      case TAG.newFile:
        addTable(draft, cursor);
        break;
      default:
        return false;
    }
  }
  return !cursor.failed;
}

function addTable(draft: Draft, cursor: Cursor): void {
  const level = cursor.varint();
  const number = cursor.varint();
  const size = cursor.varint();
  const smallest = cursor.prefixed().slice(0, -8);
  const largest = cursor.prefixed().slice(0, -8);
  draft.tables.set(`${String(level)}/${String(number)}`, { number, size, smallest, largest });
}
