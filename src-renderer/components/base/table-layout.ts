import type { Density } from '../../model/density.ts';
import type { TableColumn } from '../../model/table-columns.ts';

/** What a table shows of its columns, and how its header and its menu change that. The changes are remembered. */
export interface TableLayout<Column extends TableColumn> {
  /** The columns that are wanted and fit, in their order. */
  readonly columns: readonly Column[];
  /** All columns in their order. */
  readonly all: readonly Column[];
  /** The value of `grid-template-columns`. */
  readonly tracks: string;
  /** Whether the columns differ from those of a new table. */
  readonly changed: boolean;
  /** The density of all tables. */
  readonly density: Density;
  chooseDensity(density: Density): void;
  /** The height of a row whose comfortable height is `height`, pixels. */
  rowHeight(height: number): number;
  /** Whether the user wants to see a column. */
  wants(id: string): boolean;
  /** Moves a column before another one, or behind all for null. */
  move(id: string, before: string | null): void;
  /** Moves a column by one place among those in sight; with `hidden`, among all. */
  step(id: string, step: -1 | 1, hidden?: boolean): void;
  /** Sets the width of a column; one that is not `settled`, as during a drag, is not remembered. */
  resize(id: string, width: number, settled: boolean): void;
  show(id: string, shown: boolean): void;
  reset(): void;
}
