/**
 * A record of a write-ahead log: what one write changed.
 * @see https://github.com/google/leveldb/blob/main/db/write_batch.cc
 */
import { Cursor } from './cursor.ts';

const DELETION = 0;
const PUT = 1;

/** One change of a key; without a value the key was deleted. */
export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  /** The higher one is the newer one. */
  readonly sequence: number;
}

/** The changes of a record, or undefined when it is none. */
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
