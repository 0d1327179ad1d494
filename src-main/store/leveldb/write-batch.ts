/**
 * Write batches, the records of a write-ahead log.
 * @see https://github.com/google/leveldb/blob/main/db/write_batch.cc
 */
import { Cursor } from './cursor.ts';

/** Tags of a write batch (db/dbformat.h ValueType). */
const DELETION = 0;
const PUT = 1;

/** A version of a key; without a value it is a deletion. */
export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  /** A higher number is newer. */
  readonly sequence: number;
}

/** Decodes a write batch; undefined when the record is not one. */
export function readWriteBatch(record: Uint8Array): readonly Entry[] | undefined {
  const cursor = new Cursor(record);
  const first = cursor.fixed(8);
  const count = cursor.fixed(4);
  const entries: Entry[] = [];
  while (!cursor.atEnd && !cursor.failed) {
    const tag = cursor.byte();
    if (tag !== PUT && tag !== DELETION) return undefined;
    const key = cursor.prefixed();
    const value = tag === PUT ? cursor.prefixed() : undefined;
    entries.push({ key, value, sequence: first + entries.length });
  }
  return cursor.failed || entries.length !== count ? undefined : entries;
}
