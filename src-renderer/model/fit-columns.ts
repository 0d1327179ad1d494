/** A column that may be hidden when the table is narrow. */
export interface FittableColumn {
  /** Minimum width, pixels. */
  readonly need: number;
  /** The width to which it shrinks before fewer than MIN_COLUMNS are shown, pixels; without it, `need`. */
  readonly least?: number;
  /** What it grows to: a share of the rest (`1.3fr`), or a width (`126px`). */
  readonly most: string;
  /** The column with the highest number is hidden first; 0 is never hidden. */
  readonly importance: number;
}

/** Columns shrink rather than leave fewer than these (our choice). */
const MIN_COLUMNS = 7;

/** The columns that fit into `width` pixels, in their order. */
export function fitColumns<Column extends FittableColumn>(
  columns: readonly Column[],
  width: number,
): readonly Column[] {
  const fitting = dropLeast(columns, width);
  if (fitting.length >= Math.min(MIN_COLUMNS, columns.length)) return fitting;
  return dropLeast(
    columns.map((column) => ({ ...column, need: column.least ?? column.need })),
    width,
  );
}

/** Drops the least important columns until the others fit. */
function dropLeast<Column extends FittableColumn>(
  columns: readonly Column[],
  width: number,
): readonly Column[] {
  let fitting = columns;
  const need = (): number => fitting.reduce((sum, column) => sum + column.need, 0);
  while (need() > width && fitting.length > 1) {
    const least = fitting.reduce((a, b) => (b.importance > a.importance ? b : a));
    if (least.importance === 0) break;
    fitting = fitting.filter((column) => column !== least);
  }
  return fitting;
}

/** The value of `grid-template-columns` for a table with these columns. */
export const tracksOf = (columns: readonly FittableColumn[]): string =>
  columns.map(({ need, most }) => `minmax(${need}px, ${most})`).join(' ');

/** Width of a table's scroll bar, pixels. */
export const SCROLL_BAR = 12;
