import { recordedSentence } from '../../shared/causes/sentences.ts';
import type { SessionRecord } from '../../shared/model/session.ts';
import { addressKey } from './peer-columns.ts';
import type { SortableColumn } from './row-order.ts';
import type { TableColumn } from './table-columns.ts';

/** A column of the past sessions. */
export interface SessionColumn extends TableColumn, SortableColumn<SessionRecord> {
  readonly id:
    | 'peer'
    | 'address'
    | 'direction'
    | 'ended'
    | 'duration'
    | 'endReason'
    | 'by'
    | 'in'
    | 'out'
    | 'reputation';
}

const text = { numeric: false, firstOrder: 'ascending' } as const;
const figure = { numeric: true, firstOrder: 'descending' } as const;

/** In the order of the table. */
export const SESSION_COLUMNS: readonly SessionColumn[] = [
  {
    ...{ id: 'peer', need: 166, most: '1.2fr', importance: 0, ...text },
    sortKey: ({ label, name }) => (label ?? name).toLowerCase(),
  },
  {
    ...{ id: 'address', need: 158, most: '1fr', importance: 5, ...text },
    sortKey: ({ ip, port }) => addressKey(ip, port),
  },
  {
    ...{ id: 'direction', need: 80, most: '80px', importance: 6, ...text },
    sortKey: ({ direction }) => direction,
  },
  {
    ...{ id: 'ended', need: 92, most: '92px', importance: 2, ...figure },
    sortKey: ({ endedAt }) => endedAt,
  },
  {
    ...{ id: 'duration', need: 84, most: '84px', importance: 3, ...figure },
    sortKey: ({ startedAt, endedAt }) => endedAt - startedAt,
  },
  { ...{ id: 'endReason', need: 192, most: '1.7fr', importance: 1, ...text }, sortKey: recordedSentence },
  { ...{ id: 'by', need: 92, most: '92px', importance: 4, ...text }, sortKey: ({ by }) => by },
  { ...{ id: 'in', need: 70, most: '70px', importance: 7, ...figure }, sortKey: ({ bytesIn }) => bytesIn },
  { ...{ id: 'out', need: 70, most: '70px', importance: 8, ...figure }, sortKey: ({ bytesOut }) => bytesOut },
  {
    ...{ id: 'reputation', need: 78, most: '78px', importance: 9, numeric: true, firstOrder: 'ascending' },
    sortKey: ({ reputation }) => reputation,
  },
];
