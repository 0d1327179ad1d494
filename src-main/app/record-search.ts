/** Matches records with a filter, payloads included. */
import { matchesFilter, parseFilter, type FilterTerm } from '../../shared/record-filter.ts';
import { ApiError } from '../api/api-error.ts';
import { hexToBytes, indexOfBytes, utf8ToBytes } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import type { ExportedRecord } from '../export/exported-record.ts';
import { computedHashes } from '../wire/message-schema.ts';
import { recordSchema } from '../wire/registry.ts';

/**
 * The sequence numbers of the records that match, in the order of `records`. Other work of the node runs between slices; records
 * that arrive or leave meanwhile are found or not.
 */
export async function searchRecords(
  records: Iterable<ExportedRecord>,
  terms: readonly FilterTerm[],
  clock: Clock,
): Promise<readonly number[]> {
  const found: number[] = [];
  const slices = new Slices(clock);
  for (const record of records) {
    if (matches(record, terms)) found.push(record.row.seq);
    await slices.next();
  }
  return found;
}

/** The terms of a filter. @throws ApiError `invalid-parameters` with the field `filter` */
export function termsOf(filter: string): readonly FilterTerm[] {
  const parsed = parseFilter(filter);
  if (parsed.ok) return parsed.terms;
  const at = String(parsed.at + 1);
  throw new ApiError(
    'invalid-parameters',
    `The filter is wrong at character ${at}: ${parsed.reason}.`,
    'filter',
  );
}

/** Whether a record matches all terms. */
export function matches(record: ExportedRecord, terms: readonly FilterTerm[]): boolean {
  let text: string | undefined;
  return matchesFilter(record.row, terms, (_, term) => {
    if (term.kind !== 'key') return false;
    if (term.key === 'hash') return term.values.some((value) => hasHash(record, hexToBytes(value)));
    text ??= searchText(record.payload);
    const inText = text;
    return term.values.some((value) => inText.includes(searchText(utf8ToBytes(value))));
  });
}

/** Whether the bytes are in the payload, or in the hash of a header or a transaction of it. */
function hasHash(record: ExportedRecord, bytes: Uint8Array): boolean {
  if (indexOfBytes(record.payload, bytes) >= 0) return true;
  return hashesOf(record).some((hash) => indexOfBytes(hash, bytes) >= 0);
}

/**
 * Computed hashes of the records that were searched, because a filter searches again while records arrive. BOUNDED: by the records
 * that are kept.
 */
const hashes = new WeakMap<ExportedRecord, readonly Uint8Array[]>();

function hashesOf(record: ExportedRecord): readonly Uint8Array[] {
  const known = hashes.get(record);
  if (known !== undefined) return known;
  const message = recordSchema(record.row);
  if (message?.hasHashes !== true) return [];
  const computed = computedHashes(message, { bytes: record.payload, total: record.row.plainBytes });
  hashes.set(record, computed);
  return computed;
}

/** BOUNDED: arguments of one call. */
const PIECE = 8_192;

/** One character for each byte, letters in lower case. The engine searches strings much faster than bytes. */
function searchText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return text.toLowerCase();
}
