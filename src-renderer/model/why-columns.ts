import { titleOfCode } from '../../shared/causes/sentences.ts';
import { WHY_STEPS, type WhyNode } from '../../shared/model/why.ts';
import type { SortableColumn } from './row-order.ts';
import type { TableColumn } from './table-columns.ts';
import { whyName } from './why-text.ts';

/** A column of the nodes without a session. */
export interface WhyColumn extends TableColumn, SortableColumn<WhyNode> {
  readonly id: 'node' | 'kind' | 'reached' | 'cause' | 'by' | 'when' | 'now';
}

const text = { numeric: false, firstOrder: 'ascending' } as const;

/** In the order of the table. */
export const WHY_COLUMNS: readonly WhyColumn[] = [
  {
    ...{ id: 'node', need: 150, most: '1.15fr', importance: 0, ...text },
    sortKey: ({ name, address, id }) => (whyName(name) ?? address ?? id).toLowerCase(),
  },
  { ...{ id: 'kind', need: 66, most: '66px', importance: 4, ...text }, sortKey: ({ kind }) => kind },
  {
    ...{ id: 'reached', need: 142, most: '164px', importance: 3, ...text, firstOrder: 'descending' },
    sortKey: ({ from }) => WHY_STEPS.indexOf(from),
  },
  {
    ...{ id: 'cause', need: 138, most: '1.1fr', importance: 1, ...text },
    sortKey: ({ code }) => titleOfCode(code),
  },
  { ...{ id: 'by', need: 104, most: '104px', importance: 5, ...text }, sortKey: ({ by }) => by ?? '' },
  {
    ...{ id: 'when', need: 86, most: '86px', importance: 6, ...text, firstOrder: 'descending' },
    sortKey: ({ at }) => at,
  },
  {
    ...{ id: 'now', need: 190, most: '1.6fr', importance: 2, ...text },
    sortKey: ({ nextTryAt }) => nextTryAt ?? Number.MAX_SAFE_INTEGER,
  },
];
