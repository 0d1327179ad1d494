import type { RowsDelta } from '../../shared/api-contract.ts';
import type { Change, Feed } from './feed.ts';
import { sameValue } from './same-value.ts';

/**
 * The feed of a table of rows. Each `changes` compares the rows field by field with those of the previous call. The delta
 * contains only the rows that were added or changed, so that a transport serialises no others. A row that is the same
 * object as before costs one comparison.
 *
 * A delta has no order: a client that needs one sorts the rows. `read` must return a new object for a changed row.
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
