import type { PeerRow } from '../../shared/model/peer.ts';
import { PEER_COLUMN_TABLE, type PeerColumnId } from './peer-columns.ts';
import { sortRows, type RowOrder } from './row-order.ts';

/** The sort order of the table. */
export type PeerOrder = RowOrder<PeerColumnId>;

/** The sorted rows; rows with equal keys are sorted by ID. */
export const orderPeers = (rows: readonly PeerRow[], order: PeerOrder): readonly PeerRow[] =>
  sortRows(rows, PEER_COLUMN_TABLE, order, ({ id }) => id);

/**
 * The rows while a menu or dialog of a row is open: rows keep their places, new rows are not shown yet, and a removed row
 * stays with its last values.
 */
export function holdOrder(
  shown: readonly PeerRow[],
  current: ReadonlyMap<string, PeerRow>,
): readonly PeerRow[] {
  return shown.map((row) => current.get(row.id) ?? row);
}
