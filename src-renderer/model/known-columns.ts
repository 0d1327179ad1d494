import type { KnownSort } from '../../shared/model/known-node.ts';
import type { FittableColumn } from './fit-columns.ts';

/** A column of the known nodes. */
export interface KnownColumn extends FittableColumn {
  readonly id: 'node' | 'client' | 'address' | 'fork' | 'source' | 'record' | 'lastPong';
  /** The track of the CSS grid. */
  readonly track: string;
  readonly numeric: boolean;
  /** What the column sorts by; null if it does not. */
  readonly by: KnownSort['by'] | null;
  /** The order after the first click. */
  readonly firstOrder: KnownSort['order'];
}

const up = { numeric: false, firstOrder: 'ascending' } as const;

/** In the order of the table. */
export const KNOWN_COLUMNS: readonly KnownColumn[] = [
  { id: 'node', track: 'minmax(204px, 1.1fr)', need: 204, importance: 0, by: 'id', ...up },
  { id: 'client', track: 'minmax(136px, .9fr)', need: 136, importance: 2, by: 'client', ...up },
  { id: 'address', track: 'minmax(176px, 1.2fr)', need: 176, importance: 3, by: 'address', ...up },
  { id: 'fork', track: 'minmax(112px, .7fr)', need: 112, importance: 4, by: 'fork', ...up },
  { id: 'source', track: 'minmax(128px, .8fr)', need: 128, importance: 5, by: null, ...up },
  {
    id: 'record',
    track: '126px',
    need: 126,
    importance: 6,
    by: 'seq',
    numeric: true,
    firstOrder: 'descending',
  },
  {
    id: 'lastPong',
    track: '104px',
    need: 104,
    importance: 1,
    by: 'lastPong',
    numeric: true,
    firstOrder: 'descending',
  },
];

/** The order after a click on a column. */
export function nextSort({ by, firstOrder }: KnownColumn, sort: KnownSort): KnownSort {
  if (by === null) return sort;
  if (by !== sort.by) return { by, order: firstOrder };
  return { by, order: sort.order === 'ascending' ? 'descending' : 'ascending' };
}
