import type { KnownSort } from '../../shared/model/known-node.ts';
import { nextOrder, type RowOrder } from './row-order.ts';
import type { TableColumn } from './table-columns.ts';

/** A column of the known nodes. */
export interface KnownColumn extends TableColumn {
  readonly id: 'node' | 'client' | 'address' | 'fork' | 'source' | 'record' | 'lastPong';
  /** What the column sorts by; null if it does not. */
  readonly by: KnownSort['by'] | null;
}

const up = { numeric: false, firstOrder: 'ascending' } as const;

/** In the order of the table. */
export const KNOWN_COLUMNS: readonly KnownColumn[] = [
  { id: 'node', most: '1.1fr', need: 198, importance: 0, by: 'id', ...up },
  { id: 'client', most: '.9fr', need: 156, importance: 2, by: 'client', ...up },
  { id: 'address', most: '1.2fr', need: 196, least: 178, importance: 3, by: 'address', ...up },
  { id: 'fork', most: '.7fr', need: 100, importance: 4, by: 'fork', ...up },
  { id: 'source', most: '.8fr', need: 136, importance: 5, by: null, ...up, firstOrder: null },
  {
    id: 'record',
    most: '138px',
    need: 138,
    importance: 6,
    by: 'seq',
    numeric: true,
    firstOrder: 'descending',
  },
  {
    id: 'lastPong',
    most: '96px',
    need: 96,
    importance: 1,
    by: 'lastPong',
    numeric: true,
    firstOrder: 'descending',
  },
];

/** The order after a click on a column. */
export function nextSort({ by, firstOrder }: KnownColumn, sort: KnownSort): KnownSort {
  if (by === null) return sort;
  return { by, order: nextOrder({ id: by, firstOrder }, { column: sort.by, order: sort.order }).order };
}

/** The column and the order that the header marks. */
export const markedOrder = ({ by, order }: KnownSort): RowOrder | null => {
  const column = KNOWN_COLUMNS.find((each) => each.by === by);
  return column === undefined ? null : { column: column.id, order };
};
