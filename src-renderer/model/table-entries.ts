import type { TableEntry } from '../../shared/model/table.ts';

/** How well an entry has proved itself: new (never checked), checked, often, long. */
export type Liveness = 'new' | 'once' | 'often' | 'long';

/** From this many checks on an entry counts as often alive: above it a node is written to the database. */
const OFTEN_CHECKS = 6;
const LONG_CHECKS = 20;

/** The step of colour of an entry. */
export function livenessOf(entry: TableEntry): Liveness {
  if (!entry.live || entry.checks === 0) return 'new';
  if (entry.checks < OFTEN_CHECKS) return 'once';
  return entry.checks < LONG_CHECKS ? 'often' : 'long';
}

/** A cell of the map: which bucket, which of its two lists, which place. */
export interface CellPlace {
  readonly distance: number;
  readonly list: 'entries' | 'replacements';
  readonly at: number;
}

/** Two places are the same. */
export function samePlace(a: CellPlace | null, b: CellPlace | null): boolean {
  return a !== null && b !== null && a.distance === b.distance && a.list === b.list && a.at === b.at;
}
