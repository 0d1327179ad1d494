/** By what a table is sorted. */
export interface RowOrder<Column extends string = string> {
  readonly column: Column;
  readonly order: 'ascending' | 'descending';
}

/** A value that rows are sorted by. */
export type SortKey = number | string;

/**
 * Sorts the places of rows. Rows with equal keys are sorted by their identity, so that they do not move between updates. Keys are
 * computed once per row, without an allocation per comparison. Places that are nearly sorted already take about one comparison
 * each: the sort of an array finds runs, which that of a typed array does not.
 */
function sortPlaces<Row>(
  places: number[],
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  order: RowOrder['order'],
  identity: (row: Row) => string,
): void {
  const sign = order === 'ascending' ? 1 : -1;
  const keys = rows.map(keyOf);
  places.sort((a, b) => {
    const left = keys[a] ?? 0;
    const right = keys[b] ?? 0;
    if (left !== right) return left < right ? -sign : sign;
    const [first, second] = [rows[a], rows[b]];
    return first !== undefined && second !== undefined && identity(first) < identity(second) ? -1 : 1;
  });
}

/** A column that a table can be sorted by. */
export interface SortableColumn<Row> {
  readonly id: string;
  /** The order after the first click; null if it does not sort. */
  readonly firstOrder: RowOrder['order'] | null;
  /** What rows are sorted by; null if it does not sort. */
  readonly sortKey: ((row: Row) => SortKey) | null;
}

/** Returns the rows sorted by a column; as they are for null, and for a column that does not sort. */
export type RowSorter<Row> = (rows: readonly Row[], order: RowOrder | null) => readonly Row[];

/**
 * Creates the sorter of a table that changes all the time. It starts from the places of the rows at the last time: few rows of a
 * table change their place between two updates.
 */
export function createRowSorter<Row>(
  columns: readonly SortableColumn<Row>[],
  identity: (row: Row) => string,
): RowSorter<Row> {
  // BOUNDED: by the rows of the table.
  let places: number[] = [];
  return (rows, order) => {
    const sortKey = columns.find(({ id }) => id === order?.column)?.sortKey ?? null;
    if (order === null || sortKey === null) return rows;
    if (places.length !== rows.length) places = [...rows.keys()];
    sortPlaces(places, rows, sortKey, order.order, identity);
    const sorted: Row[] = [];
    for (const place of places) {
      const row = rows[place];
      if (row !== undefined) sorted.push(row);
    }
    return sorted;
  };
}

/** The same, once. */
export const sortRows = <Row>(
  rows: readonly Row[],
  columns: readonly SortableColumn<Row>[],
  order: RowOrder | null,
  identity: (row: Row) => string,
): readonly Row[] => createRowSorter(columns, identity)(rows, order);

/** A header that can be clicked. */
interface Header<Id extends string> {
  readonly id: Id;
  readonly firstOrder: RowOrder['order'] | null;
}

const OPPOSITE = { ascending: 'descending', descending: 'ascending' } as const;

/** The order after a click on a header: the column's first order, then the opposite, and so on. */
export function nextOrder<Id extends string>(
  { id, firstOrder }: Header<Id>,
  current: RowOrder<Id>,
): RowOrder<Id> {
  if (firstOrder === null) return current;
  return { column: id, order: current.column === id ? OPPOSITE[current.order] : firstOrder };
}

/** The same for a table with an order of its own, null: the third click goes back to it. */
export function nextOrderOrOwn<Id extends string>(
  header: Header<Id>,
  current: RowOrder<Id> | null,
): RowOrder<Id> | null {
  const { id, firstOrder } = header;
  if (firstOrder === null) return current;
  if (current?.column !== id) return { column: id, order: firstOrder };
  return current.order === firstOrder ? nextOrder(header, current) : null;
}
