import { banReason } from '../../shared/causes/sentences.ts';
import type { Ban } from '../../shared/model/ban.ts';
import type { SortableColumn } from './row-order.ts';
import type { TableColumn } from './table-columns.ts';
import { whyName } from './why-text.ts';

/** A column of the bans. */
export interface BanColumn extends TableColumn, SortableColumn<Ban> {
  readonly id: 'target' | 'kind' | 'reason' | 'by' | 'since' | 'until' | 'actions';
}

const text = { numeric: false, firstOrder: 'ascending' } as const;

/** In the order of the table. */
export const BAN_COLUMNS: readonly BanColumn[] = [
  {
    ...{ id: 'target', need: 200, most: '1.3fr', importance: 0, ...text },
    sortKey: ({ name, target }) => (whyName(name) ?? target.value).toLowerCase(),
  },
  { ...{ id: 'kind', need: 84, most: '84px', importance: 5, ...text }, sortKey: ({ target }) => target.kind },
  { ...{ id: 'reason', need: 140, most: '1.7fr', importance: 2, ...text }, sortKey: banReason },
  { ...{ id: 'by', need: 92, most: '92px', importance: 4, ...text }, sortKey: ({ by }) => by },
  {
    ...{ id: 'since', need: 88, most: '88px', importance: 3, ...text, firstOrder: 'descending' },
    sortKey: ({ createdAt }) => createdAt,
  },
  {
    ...{ id: 'until', need: 104, most: '112px', importance: 1, ...text },
    sortKey: ({ until }) => until ?? Number.MAX_SAFE_INTEGER,
  },
  {
    ...{ id: 'actions', need: 128, most: '128px', importance: 0, numeric: false, fixed: true },
    ...{ firstOrder: null, sortKey: null },
  },
];
