/** Matches records with a filter, payloads included. */
import { matchesFilter, parseFilter, type FilterTerm } from '../../shared/record-filter.ts';
import { ApiError } from '../api/api-error.ts';
import { hexToBytes, indexOfBytes } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import { turn, type ExportedRecord } from '../export/exported-record.ts';
import { computedHashes } from '../wire/message-schema.ts';
import { recordSchema } from '../wire/registry.ts';

/** How long a search runs before other work gets its turn, milliseconds (our choice). */
const SLICE_MS = 10;

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
  let startedAt = clock.monotonic();
  for (const record of records) {
    if (matches(record, terms)) found.push(record.row.seq);
    if (clock.monotonic() - startedAt < SLICE_MS) continue;
    await turn(clock);
    startedAt = clock.monotonic();
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
  return matchesFilter(record.row, terms, (_, term) => payloadHas(record, term));
}

function payloadHas(record: ExportedRecord, term: FilterTerm): boolean {
  if (term.kind !== 'key') return false;
  const { payload } = record;
  return term.values.some((value) =>
    term.key === 'hash' ? hasHash(record, hexToBytes(value)) : textOf(payload).includes(value),
  );
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

const latin1 = new TextDecoder('latin1');

/** Payload as lower-case text; the values of a filter are lower-case too. */
const textOf = (payload: Uint8Array): string => latin1.decode(payload).toLowerCase();
