/** Matches records with a filter, payloads included. */
import { matchesFilter, parseFilter, type FilterTerm } from '../../shared/record-filter.ts';
import { ApiError } from '../api/api-error.ts';
import { hexToBytes, indexOfBytes } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import { turn, type ExportedRecord } from '../export/exported-record.ts';

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

function payloadHas({ payload }: ExportedRecord, term: FilterTerm): boolean {
  if (term.kind !== 'key') return false;
  return term.values.some((value) =>
    term.key === 'hash' ? indexOfBytes(payload, hexToBytes(value)) >= 0 : textOf(payload).includes(value),
  );
}

const latin1 = new TextDecoder('latin1');

/** Payload as lower-case text; the values of a filter are lower-case too. */
const textOf = (payload: Uint8Array): string => latin1.decode(payload).toLowerCase();
