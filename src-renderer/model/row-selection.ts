/** The rows that the user chose for an action on many. */
export interface RowSelection {
  readonly keys: ReadonlySet<string>;
  /** Where a range begins: the row that was chosen or opened last. */
  readonly anchor: string | null;
}

/** No row is chosen. */
export const NO_ROWS: RowSelection = { keys: new Set(), anchor: null };

/** A plain click or move: nothing is chosen, and a range would begin here. */
export const startAt = (key: string): RowSelection => ({ keys: new Set(), anchor: key });

/**
 * A row is added or taken away.
 * @param opened the row in the panel: the first row that is added to it chooses it too
 */
export function toggleRow({ keys }: RowSelection, key: string, opened: string | null): RowSelection {
  const next = new Set(keys);
  if (keys.size === 0 && opened !== null) next.add(opened);
  if (next.has(key) && keys.size > 0) next.delete(key);
  else next.add(key);
  return { keys: next, anchor: key };
}

/** The rows from the anchor to `key`, in the order of the table; `key` alone where the anchor is out of sight. */
export function extendTo({ anchor }: RowSelection, key: string, order: readonly string[]): RowSelection {
  const to = order.indexOf(key);
  const from = anchor === null ? to : order.indexOf(anchor);
  if (to < 0) return { keys: new Set(), anchor };
  const start = from < 0 ? to : from;
  const range = order.slice(Math.min(start, to), Math.max(start, to) + 1);
  return { keys: new Set(range), anchor: from < 0 ? key : anchor };
}

/** All rows of the table. */
export const chooseAll = (order: readonly string[]): RowSelection => ({
  keys: new Set(order),
  anchor: order[0] ?? null,
});

/** The selection without rows that the table does not show any more: nothing is done to a row out of sight. */
export function withoutHidden(selection: RowSelection, shown: ReadonlySet<string>): RowSelection {
  const kept = [...selection.keys].filter((key) => shown.has(key));
  return kept.length === selection.keys.size ? selection : { ...selection, keys: new Set(kept) };
}
