import { fitColumns, type FittableColumn } from './fit-columns.ts';

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
export interface RecordColumn extends FittableColumn {
  readonly id: RecordColumnId;
  readonly track: string;
  readonly numeric: boolean;
}

/** Widths in pixels; the summary takes the rest. The longest known name, NewPooledTransactionHashes, needs 194. */
const columnsFor = (peer: number): readonly RecordColumn[] => [
  { id: 'gutter', track: '16px', need: 16, importance: 0, numeric: false },
  { id: 'no', track: '58px', need: 58, importance: 3, numeric: true },
  { id: 'after', track: '66px', need: 66, importance: 5, numeric: true },
  { id: 'direction', track: '24px', need: 24, importance: 0, numeric: false },
  { id: 'peer', track: `${peer}px`, need: peer, importance: 0, numeric: false },
  { id: 'protocol', track: '54px', need: 54, importance: 4, numeric: false },
  { id: 'message', track: '194px', need: 194, importance: 0, numeric: false },
  { id: 'summary', track: 'minmax(0, 1fr)', need: 150, importance: 1, numeric: false },
  { id: 'answer', track: '80px', need: 80, importance: 2, numeric: true },
  { id: 'wire', track: '66px', need: 66, importance: 6, numeric: true },
  { id: 'plain', track: '66px', need: 66, importance: 7, numeric: true },
];

/** The columns that fit into `width` pixels; the peer's name gets a share of a wide table. */
export function fittingRecordColumns(width: number): readonly RecordColumn[] {
  return fitColumns(columnsFor(Math.round(Math.min(190, Math.max(110, width * 0.142)))), width);
}
