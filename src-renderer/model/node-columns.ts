import type { NodeListEntry } from '../../shared/model/node-list.ts';
import { addressKey } from './peer-columns.ts';
import type { SortableColumn } from './row-order.ts';
import type { TableColumn } from './table-columns.ts';

/** A column of a node list. */
export interface NodeColumn extends TableColumn, SortableColumn<NodeListEntry> {
  readonly id: 'node' | 'client' | 'address' | 'state' | 'last' | 'from' | 'added' | 'actions';
}

const text = { numeric: false, firstOrder: 'ascending' } as const;
/** The key of a row without a value: it is sorted last. */
const NOT_KNOWN = '~';

/** In the order of the table. */
export const NODE_COLUMNS: readonly NodeColumn[] = [
  {
    ...{ id: 'node', need: 240, most: '1.3fr', importance: 0, ...text },
    sortKey: ({ label, id }) => (label ?? id).toLowerCase(),
  },
  {
    ...{ id: 'client', need: 120, most: '0.8fr', importance: 2, ...text },
    sortKey: ({ client }) => (client === null ? NOT_KNOWN : client.toLowerCase()),
  },
  {
    ...{ id: 'address', need: 170, most: '1fr', importance: 4, ...text },
    sortKey: ({ host, tcp, udp }) => (host === null ? NOT_KNOWN : addressKey(host, tcp || udp)),
  },
  {
    ...{ id: 'state', need: 180, most: '1.6fr', importance: 1, ...text },
    sortKey: ({ state }) => state.state,
  },
  {
    ...{ id: 'last', need: 150, most: '1.1fr', importance: 3, numeric: false, firstOrder: 'descending' },
    sortKey: ({ lastEnd }) => lastEnd?.at ?? 0,
  },
  { ...{ id: 'from', need: 112, most: '112px', importance: 5, ...text }, sortKey: ({ source }) => source },
  {
    ...{ id: 'added', need: 96, most: '96px', importance: 6, numeric: true, firstOrder: 'descending' },
    sortKey: ({ addedAt }) => addedAt,
  },
  {
    ...{ id: 'actions', need: 146, most: '146px', importance: 0, numeric: false, fixed: true },
    ...{ firstOrder: null, sortKey: null },
  },
];
