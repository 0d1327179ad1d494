import type { PeerRow } from '../../shared/model/peer.ts';
import { PEER_COLUMN_TABLE, type PeerColumnId } from './peer-columns.ts';
import { createRowSorter, type RowOrder, type RowSorter } from './row-order.ts';

/** The sort order of the table. */
export type PeerOrder = RowOrder<PeerColumnId>;

/** Creates what sorts the rows of the table; rows with equal keys are sorted by ID. */
export const createPeerSorter = (): RowSorter<PeerRow> => createRowSorter(PEER_COLUMN_TABLE, ({ id }) => id);

/** The highest block of all peers; 0 for none. Decimal texts are compared as such: 10,000 conversions would take longer. */
export function highestBlock(rows: readonly PeerRow[]): number {
  let highest = '0';
  for (const { latestBlock } of rows) {
    if (latestBlock === null || latestBlock.length < highest.length) continue;
    if (latestBlock.length > highest.length || latestBlock > highest) highest = latestBlock;
  }
  return Number(highest);
}

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
