import type { TableColumn } from './table-columns.ts';

/** The columns of the Inspector's table, by name. */
export type RecordColumnId =
  | 'gutter'
  | 'no'
  | 'after'
  | 'direction'
  | 'peer'
  | 'protocol'
  | 'message'
  | 'summary'
  | 'answer'
  | 'wire'
  | 'plain';

/** A column of the Inspector's table. */
export interface RecordColumn extends TableColumn {
  readonly id: RecordColumnId;
}

/** The messages stand in the order of the wire. */
const unsorted = { firstOrder: null } as const;

/** Widths in pixels; the summary takes the rest. The longest known name, NewPooledTransactionHashes, needs 194. */
const columnsFor = (peer: number): readonly RecordColumn[] => [
  { id: 'gutter', most: '16px', need: 16, importance: 0, fixed: true, numeric: false, ...unsorted },
  { id: 'no', most: '58px', need: 58, importance: 3, numeric: true, ...unsorted },
  { id: 'after', most: '66px', need: 66, importance: 5, numeric: true, ...unsorted },
  { id: 'direction', most: '24px', need: 24, importance: 0, numeric: false, ...unsorted },
  { id: 'peer', most: `${peer}px`, need: peer, importance: 0, numeric: false, ...unsorted },
  { id: 'protocol', most: '54px', need: 54, importance: 4, numeric: false, ...unsorted },
  { id: 'message', most: '194px', need: 194, importance: 0, numeric: false, ...unsorted },
  { id: 'summary', most: '1fr', need: 144, importance: 1, numeric: false, ...unsorted },
  { id: 'answer', most: '80px', need: 80, importance: 2, numeric: true, ...unsorted },
  { id: 'wire', most: '66px', need: 66, importance: 6, numeric: true, ...unsorted },
  { id: 'plain', most: '66px', need: 66, importance: 7, numeric: true, ...unsorted },
];

/** The columns of a table of `width` pixels; the peer's name gets a share of a wide table. */
export const recordColumns = (width: number): readonly RecordColumn[] =>
  columnsFor(Math.round(Math.min(190, Math.max(116, width * 0.142))));
