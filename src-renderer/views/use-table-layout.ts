import { useElementSize } from '@vueuse/core';
import { computed, shallowRef, type Ref } from 'vue';
import type { TableLayout } from '../components/base/table-layout.ts';
import { rowHeightOf, type Density } from '../model/density.ts';
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

/**
 * The columns of a table, and the width of its frame in pixels. Called in a setup function.
 * @param columns all columns of a table of this width
 */
export function useTableLayout<Column extends TableColumn>(
  name: TableName,
  columns: (width: number) => readonly Column[],
  frame: Readonly<Ref<HTMLElement | null>>,
): { readonly layout: TableLayout<Column>; readonly width: Readonly<Ref<number>> } {
  const preferences = usePreferencesStore();
  const { width } = useElementSize(frame);
  const possible = computed(() => columns(width.value));
  const saved = computed(() => preferences.tables[name] ?? UNCHANGED);
  /** The state during a drag; null outside of it. */
  const draft = shallowRef<ColumnState | null>(null);
  const state = computed(() => draft.value ?? saved.value);
  const fitted = computed(() =>
    fitColumns(arrangeColumns(possible.value, state.value), width.value - SCROLL_BAR),
  );
  /** The same array while only widths change: no cell is drawn again during the drag of an edge. */
  const shown = computed<readonly Column[]>((before) => {
    const isSame = before?.length === fitted.value.length;
    return isSame && fitted.value.every(({ id }, at) => before[at]?.id === id) ? before : fitted.value;
  });

  const all = computed(() => orderColumns(possible.value, state.value));
  const tracks = computed(() => tracksOf(fitted.value));

  const save = (next: ColumnState | null): void => {
    draft.value = null;
    const { [name]: _before, ...others } = preferences.tables;
    preferences.tables = next === null ? others : { ...others, [name]: next };
  };

  const layout: TableLayout<Column> = {
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
    get density() {
      return preferences.density;
    },
    chooseDensity: (density: Density) => (preferences.density = density),
    rowHeight: (height: number) => rowHeightOf(preferences.density, height),
    wants: (id: string) => possible.value.some((column) => column.id === id && isWanted(column, state.value)),
    move: (id: string, before: string | null) => save(moveColumn(possible.value, saved.value, id, before)),
    step: (id: string, step: -1 | 1, hidden = false) => {
      const visible = hidden ? orderColumns(possible.value, saved.value) : shown.value;
      save(stepColumn(possible.value, visible, saved.value, id, step));
    },
    resize: (id: string, to: number, settled: boolean) => {
      const next = resizeColumn(saved.value, id, to);
      if (settled) save(next);
      else draft.value = next;
    },
    show: (id: string, isShown: boolean) => save(showColumn(saved.value, id, isShown)),
    reset: () => save(null),
  };
  return { layout, width };
}
