/** By what a table is sorted. */
export interface RowOrder<Column extends string = string> {
  readonly column: Column;
  readonly order: 'ascending' | 'descending';
}

/** A value that rows are sorted by. */
export type SortKey = number | string;

/**
 * The sorted rows. Rows with equal keys are sorted by their identity, so that they do not move between updates. Keys are
 * computed once per row and sorted by index: 10,000 rows take a few milliseconds and no allocation per comparison.
 */
export function orderRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  order: RowOrder['order'],
  identity: (row: Row) => string,
): Row[] {
  const sign = order === 'ascending' ? 1 : -1;
  const keys = rows.map(keyOf);
  const places = Uint32Array.from(rows.keys()).sort((a, b) => {
    const left = keys[a] ?? 0;
    const right = keys[b] ?? 0;
    if (left !== right) return left < right ? -sign : sign;
    const [first, second] = [rows[a], rows[b]];
    return first !== undefined && second !== undefined && identity(first) < identity(second) ? -1 : 1;
  });
  const ordered: Row[] = [];
  for (const place of places) {
    const row = rows[place];
    if (row !== undefined) ordered.push(row);
  }
  return ordered;
}

/** A column that a table can be sorted by. */
export interface SortableColumn<Row> {
  readonly id: string;
  /** The order after the first click; null if it does not sort. */
  readonly firstOrder: RowOrder['order'] | null;
  /** What rows are sorted by; null if it does not sort. */
  readonly sortKey: ((row: Row) => SortKey) | null;
}

/** The rows sorted by a column; as they are for null, and for a column that does not sort. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly SortableColumn<Row>[],
  order: RowOrder | null,
  identity: (row: Row) => string,
): readonly Row[] {
  const sortKey = columns.find(({ id }) => id === order?.column)?.sortKey ?? null;
  return order === null || sortKey === null ? rows : orderRows(rows, sortKey, order.order, identity);
}

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
