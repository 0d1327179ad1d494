import type { TableEntry } from '../../shared/model/table.ts';

/** Liveness of an entry: new (not validated), validated once, often, or for long. */
export type Liveness = 'new' | 'once' | 'often' | 'long';

/** Checks for `often`: entries with more than five checks are saved in the node database. */
const OFTEN_CHECKS = 6;
const LONG_CHECKS = 20;

/** The liveness of an entry; it selects the colour of its cell. */
export function livenessOf(entry: TableEntry): Liveness {
  if (!entry.live || entry.checks === 0) return 'new';
  if (entry.checks < OFTEN_CHECKS) return 'once';
  return entry.checks < LONG_CHECKS ? 'often' : 'long';
}

/** A cell of the bucket map: bucket, list, and index in the list. */
export interface CellPlace {
  readonly distance: number;
  readonly list: 'entries' | 'replacements';
  readonly at: number;
}

/** Whether two places are the same; false if either is null. */
export function samePlace(a: CellPlace | null, b: CellPlace | null): boolean {
  return a !== null && b !== null && a.distance === b.distance && a.list === b.list && a.at === b.at;
}
