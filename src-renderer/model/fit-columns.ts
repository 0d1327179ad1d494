/** A column that may give way: what it needs in pixels, and when it goes. */
export interface FittableColumn {
  readonly need: number;
  /** The highest goes first; 0 is never hidden. */
  readonly importance: number;
}

/** The columns that fit into `width` pixels: the least important go first, the rest keeps its order. */
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

/** The room that a table's scroll bar takes, pixels. */
export const SCROLL_BAR = 12;
