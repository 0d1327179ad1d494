/** A column that may be hidden when the table is narrow. */
export interface FittableColumn {
  /** Minimum width, pixels. */
  readonly need: number;
  /** The column with the highest number is hidden first; 0 is never hidden. */
  readonly importance: number;
}

/** The columns that fit into `width` pixels, in their order. */
export function fitColumns<Column extends FittableColumn>(
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
export const tracksOf = (columns: readonly { readonly track: string }[]): string =>
  columns.map(({ track }) => track).join(' ');

/** Width of a table's scroll bar, pixels. */
export const SCROLL_BAR = 12;
