import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { NO_ROWS, withoutHidden, type RowSelection } from '../model/row-selection.ts';

/** The rows of a table that the user chose, and those that an open menu is about. */
export interface ChosenRows<Row> {
  readonly selection: ShallowRef<RowSelection>;
  /** In the order of the table; never a row that it does not show. */
  readonly rows: ComputedRef<readonly Row[]>;
  /** The row of the menu, or the chosen rows if it is one of several. */
  readonly menu: ComputedRef<readonly Row[]>;
  /** The menu of a row opens. */
  point(row: Row | null): void;
  clear(): void;
}

/** Called in a setup function. `shown` are the rows that the filter leaves; without `keyOf`, their key is their `id`. */
export function useChosenRows<Row extends { readonly id: string }>(
  shown: () => readonly Row[],
): ChosenRows<Row>;
export function useChosenRows<Row>(shown: () => readonly Row[], keyOf: (row: Row) => string): ChosenRows<Row>;
export function useChosenRows<Row extends { readonly id: string }>(
  shown: () => readonly Row[],
  keyOf: (row: Row) => string = ({ id }) => id,
): ChosenRows<Row> {
  const selection = shallowRef<RowSelection>(NO_ROWS);
  const pointed = shallowRef<Row | null>(null) as ShallowRef<Row | null>;
  const rows = computed(() => {
    const { keys } = selection.value;
    return keys.size === 0 ? [] : shown().filter((row) => keys.has(keyOf(row)));
  });
  const menu = computed(() => {
    const row = pointed.value;
    if (row === null) return [];
    return rows.value.length > 1 && selection.value.keys.has(keyOf(row)) ? rows.value : [row];
  });
  watch(shown, (now) => {
    if (selection.value.keys.size > 0)
      selection.value = withoutHidden(selection.value, new Set(now.map(keyOf)));
  });
  return {
    selection,
    rows,
    menu,
    point: (row) => (pointed.value = row),
    clear: () => (selection.value = NO_ROWS),
  };
}
