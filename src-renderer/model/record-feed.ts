import type { RecordRow } from '../../shared/model/recording.ts';
import type { LinesPush } from './lines.ts';

/** Index of the first row whose number is at least `seq`; rows are sorted by it. */
export function indexOfSeq(rows: readonly RecordRow[], seq: number): number {
  return firstIndex(rows, (row) => row.seq >= seq);
}

/** The row with the number `seq`. */
export function rowOfSeq(rows: readonly RecordRow[], seq: number): RecordRow | undefined {
  const row = rows[indexOfSeq(rows, seq)];
  return row?.seq === seq ? row : undefined;
}

/** The rows from one time up to another, both included, as indexes: [first, after the last]. */
export function indexesBetween(
  rows: readonly RecordRow[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly [number, number] {
  return [firstIndex(rows, ({ at }) => at >= from), firstIndex(rows, ({ at }) => at > to)];
}

/** Binary search: `holds` is false for the first rows and true for the others. */
function firstIndex(rows: readonly RecordRow[], holds: (row: RecordRow) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && holds(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The rows of the recording, and those that a filter accepts. It is changed in place and nothing observes it: at 1,000
 * messages a second a copy of all rows for each push would cost more than the drawing.
 */
export class RecordFeed {
  /** BOUNDED: by the limit that `apply` gets. */
  #rows: RecordRow[] = [];
  #matching: RecordRow[] = [];
  #left = 0;
  #epoch = 0;
  #accepts: (row: RecordRow) => boolean = () => true;

  get rows(): readonly RecordRow[] {
    return this.#rows;
  }

  /** Rows that the filter accepts. */
  get matching(): readonly RecordRow[] {
    return this.#matching;
  }

  /** Matching rows that left at the front; never becomes less, so that a table knows how far its rows moved. */
  get left(): number {
    return this.#left;
  }

  /** Grows when all rows are replaced: numbers may mean other messages then. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Applies pushes and keeps the newest `limit` rows. A snapshot is joined to the known rows by number; an empty one, or
   * one with lower numbers, replaces them.
   */
  apply(pushes: readonly LinesPush<RecordRow>[], limit: number): void {
    for (const push of pushes) {
      if (push.kind === 'snapshot') this.#join(push.data);
      else for (const row of push.data.appended) this.#put(row);
    }
    const oldest = this.#rows[this.#rows.length - limit];
    if (this.#rows.length > limit && oldest !== undefined) this.dropBefore(oldest.seq);
  }

  setFilter(accepts: (row: RecordRow) => boolean): void {
    this.#accepts = accepts;
    this.#matching = this.#rows.filter(accepts);
  }

  /** Removes the rows with lower numbers than `seq`. */
  dropBefore(seq: number): void {
    this.#rows.splice(0, indexOfSeq(this.#rows, seq));
    this.#left += this.#matching.splice(0, indexOfSeq(this.#matching, seq)).length;
  }

  clear(): void {
    if (this.#rows.length > 0) this.#epoch += 1;
    this.#rows = [];
    this.#matching = [];
  }

  #join(rows: readonly RecordRow[]): void {
    const newest = this.#rows[this.#rows.length - 1]?.seq ?? -1;
    if ((rows[rows.length - 1]?.seq ?? -1) < newest) this.clear();
    for (const row of rows) this.#put(row);
  }

  /** Adds a row, or replaces the row with its number. */
  #put(row: RecordRow): void {
    const newest = this.#rows[this.#rows.length - 1]?.seq ?? -1;
    if (row.seq > newest) {
      this.#rows.push(row);
      if (this.#accepts(row)) this.#matching.push(row);
    } else if (rowOfSeq(this.#rows, row.seq) !== undefined) this.#replace(row);
    this.#link(row);
  }

  /** The row of a request is not sent again when it is answered: the answer names it. */
  #link(row: RecordRow): void {
    if (row.role !== 'answer' || row.pairSeq === null) return;
    const request = rowOfSeq(this.#rows, row.pairSeq);
    if (request !== undefined && request.pairSeq !== row.seq) this.#replace({ ...request, pairSeq: row.seq });
  }

  #replace(row: RecordRow): void {
    this.#rows[indexOfSeq(this.#rows, row.seq)] = row;
    const at = indexOfSeq(this.#matching, row.seq);
    const known = this.#matching[at]?.seq === row.seq ? 1 : 0;
    if (this.#accepts(row)) this.#matching.splice(at, known, row);
    else this.#matching.splice(at, known);
  }
}
