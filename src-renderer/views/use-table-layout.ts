import { computed, shallowRef } from 'vue';
import type { TableLayout } from '../components/base/table-layout.ts';
import { rowHeightOf } from '../model/density.ts';
import { fitColumns, SCROLL_BAR, tracksOf } from '../model/fit-columns.ts';
import {
  arrangeColumns,
  isWanted,
  moveColumn,
  orderColumns,
  resizeColumn,
  showColumn,
  stepColumn,
  UNCHANGED,
  type ColumnState,
  type TableColumn,
  type TableName,
} from '../model/table-columns.ts';
import { usePreferencesStore } from '../stores/preferences.ts';

/** The columns of a table `width` pixels wide. Called in a setup function. */
export function useTableLayout<Column extends TableColumn>(
  name: TableName,
  columns: () => readonly Column[],
  width: () => number,
): TableLayout<Column> {
  const preferences = usePreferencesStore();
  const saved = computed(() => preferences.tables[name] ?? UNCHANGED);
  /** The state during a drag; null outside of it. */
  const draft = shallowRef<ColumnState | null>(null);
  const state = computed(() => draft.value ?? saved.value);
  const fitted = computed(() => fitColumns(arrangeColumns(columns(), state.value), width() - SCROLL_BAR));
  /** The same array while only widths change: no cell is drawn again during the drag of an edge. */
  const shown = computed<readonly Column[]>((before) => {
    const isSame = before?.length === fitted.value.length;
    return isSame && fitted.value.every(({ id }, at) => before[at]?.id === id) ? before : fitted.value;
  });

  const all = computed(() => orderColumns(columns(), state.value));
  const tracks = computed(() => tracksOf(fitted.value));

  const save = (next: ColumnState | null): void => {
    draft.value = null;
    const { [name]: _before, ...others } = preferences.tables;
    preferences.tables = next === null ? others : { ...others, [name]: next };
  };

  return {
    get columns() {
      return shown.value;
    },
    get all() {
      return all.value;
    },
    get tracks() {
      return tracks.value;
    },
    get changed() {
      return preferences.tables[name] !== undefined;
    },
    rowHeight: (height: number) => rowHeightOf(preferences.density, height),
    wants: (id: string) => columns().some((column) => column.id === id && isWanted(column, state.value)),
    move: (id: string, before: string | null) => save(moveColumn(columns(), saved.value, id, before)),
    step: (id: string, step: -1 | 1, hidden = false) => {
      const visible = hidden ? orderColumns(columns(), saved.value) : shown.value;
      save(stepColumn(columns(), visible, saved.value, id, step));
    },
    resize: (id: string, to: number, settled: boolean) => {
      const next = resizeColumn(saved.value, id, to);
      if (settled) save(next);
      else draft.value = next;
    },
    show: (id: string, isShown: boolean) => save(showColumn(saved.value, id, isShown)),
    reset: () => save(null),
  };
}
