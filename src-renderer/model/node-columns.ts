import type { NodeListEntry } from '../../shared/model/node-list.ts';
import { addressKey } from './peer-columns.ts';
import type { SortableColumn } from './row-order.ts';
import type { TableColumn } from './table-columns.ts';

/** A column of a node list. */
export interface NodeColumn extends TableColumn, SortableColumn<NodeListEntry> {
  readonly id: 'node' | 'address' | 'state' | 'from' | 'added' | 'actions';
}

const text = { numeric: false, firstOrder: 'ascending' } as const;
/** Sorted last. */
const NO_ADDRESS = '~';

/** In the order of the table. */
export const NODE_COLUMNS: readonly NodeColumn[] = [
  {
    ...{ id: 'node', need: 140, most: '1.1fr', importance: 0, ...text },
    sortKey: ({ label, id }) => (label ?? id).toLowerCase(),
  },
  {
    ...{ id: 'address', need: 170, most: '1fr', importance: 2, ...text },
    sortKey: ({ host, tcp, udp }) => (host === null ? NO_ADDRESS : addressKey(host, tcp || udp)),
  },
  {
    ...{ id: 'state', need: 180, most: '1.6fr', importance: 1, ...text },
    sortKey: ({ state }) => state.state,
  },
  { ...{ id: 'from', need: 112, most: '112px', importance: 3, ...text }, sortKey: ({ source }) => source },
  {
    ...{ id: 'added', need: 96, most: '96px', importance: 4, numeric: true, firstOrder: 'descending' },
    sortKey: ({ addedAt }) => addedAt,
  },
  {
    ...{ id: 'actions', need: 146, most: '146px', importance: 0, numeric: false, fixed: true },
    ...{ firstOrder: null, sortKey: null },
  },
];
