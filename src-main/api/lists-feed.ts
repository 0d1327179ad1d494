import type { ListDelta } from '../../shared/api-contract.ts';
import type { Change, Feed } from './feed.ts';
import { sameValue } from './same-value.ts';

/**
 * The feed of named lists whose order matters. Each `changes` compares the lists row by row with those of the previous
 * call. The delta has the lists that changed; of these, only the rows that were added or changed, and where the others
 * come from. So a transport serialises few rows, and a move sends none.
 *
 * `read` must return a new object for a changed row.
 */
export class ListsFeed<Name extends string, Row> implements Feed {
  readonly #names: readonly Name[];
  readonly #read: () => Readonly<Record<Name, readonly Row[]>>;
  readonly #keyOf: (row: Row) => string;
  /** BOUNDED: by what `read` returns. The lists as of the last `changes`. */
  #lists: Readonly<Record<Name, readonly Row[]>>;

  /** @param keyOf finds a row that moved. A repeated key costs bytes but no correctness */
  constructor(
    names: readonly Name[],
    read: () => Readonly<Record<Name, readonly Row[]>>,
    keyOf: (row: Row) => string,
  ) {
    this.#names = names;
    this.#read = read;
    this.#keyOf = keyOf;
    this.#lists = read();
  }

  snapshot(): Readonly<Record<Name, readonly Row[]>> {
    return this.#lists;
  }

  changes(): Change {
    const lists: Record<Name, readonly Row[]> = { ...this.#read() };
    const data: Partial<Record<Name, ListDelta<Row>>> = {};
    let isChanged = false;
    for (const name of this.#names) {
      const before = this.#lists[name];
      const delta = compare(before, lists[name], this.#keyOf);
      if (delta === undefined) {
        lists[name] = before;
        continue;
      }
      data[name] = delta;
      isChanged = true;
    }
    this.#lists = lists;
    return isChanged ? { kind: 'delta', data } : undefined;
  }
}

/** The difference of two lists; undefined if there is none. */
function compare<Row>(
  before: readonly Row[],
  after: readonly Row[],
  keyOf: (row: Row) => string,
): ListDelta<Row> | undefined {
  const placed: { at: number; row: Row }[] = [];
  const kept: { from: number; count: number }[] = [];
  // Made for the first row that is not at its expected place: most comparisons find none.
  let places: ReadonlyMap<string, number> | undefined;
  const placeOf = (key: string): number | undefined => {
    places ??= new Map(before.map((row, at) => [keyOf(row), at]));
    return places.get(key);
  };
  let expected = 0;
  for (const [at, row] of after.entries()) {
    const key = keyOf(row);
    const there = before[expected];
    const from = there !== undefined && keyOf(there) === key ? expected : placeOf(key);
    if (from !== undefined) expected = from + 1;
    if (from === undefined || !sameValue(before[from], row)) {
      placed.push({ at, row });
      continue;
    }
    const run = kept.at(-1);
    if (run !== undefined && run.from + run.count === from) run.count += 1;
    else kept.push({ from, count: 1 });
  }
  const isSame = placed.length === 0 && after.length === before.length && kept.length <= 1;
  return isSame ? undefined : { placed, kept };
}
