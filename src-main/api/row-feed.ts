import type { RowsDelta } from '../../shared/api-contract.ts';
import type { Change, Feed } from './feed.ts';
import { sameValue } from './same-value.ts';

/**
 * Follows a table of rows. Each `changes` compares the rows field by field with those of the call before: only rows
 * that were added or changed go into the delta, and only those are serialised by a transport. A row that is the same
 * object as before costs one comparison.
 *
 * A delta has no order: a reader that needs one sorts the rows. Rows are values: `read` returns a new object for a row
 * that changed.
 */
export class RowFeed<Row> implements Feed {
  readonly #read: () => readonly Row[];
  readonly #keyOf: (row: Row) => string;
  /** BOUNDED: by what `read` returns. The rows as of the last `changes`. */
  #rows: ReadonlyMap<string, Row>;

  /** @param keyOf unique within the table */
  constructor(read: () => readonly Row[], keyOf: (row: Row) => string) {
    this.#read = read;
    this.#keyOf = keyOf;
    this.#rows = new Map(read().map((row) => [keyOf(row), row]));
  }

  snapshot(): readonly Row[] {
    return [...this.#rows.values()];
  }

  changes(): Change {
    const before = this.#rows;
    const rows = new Map<string, Row>();
    const upserted: Row[] = [];
    for (const row of this.#read()) {
      const key = this.#keyOf(row);
      const known = before.get(key);
      if (known !== undefined && sameValue(known, row)) {
        rows.set(key, known);
        continue;
      }
      rows.set(key, row);
      upserted.push(row);
    }
    const removed = [...before.keys()].filter((key) => !rows.has(key));
    this.#rows = rows;
    if (upserted.length === 0 && removed.length === 0) return undefined;
    return { kind: 'delta', data: { upserted, removed } satisfies RowsDelta<Row> };
  }
}
