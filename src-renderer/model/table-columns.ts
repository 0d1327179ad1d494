import type { FittableColumn } from './fit-columns.ts';
import type { RowOrder } from './row-order.ts';

/** The tables whose columns the user can arrange. */
export const TABLE_NAMES = ['peers', 'sessions', 'known', 'lists', 'bans', 'why', 'records'] as const;

/** One of TABLE_NAMES. */
export type TableName = (typeof TABLE_NAMES)[number];

/** A column of a table whose columns the user can arrange. */
export interface TableColumn extends FittableColumn {
  readonly id: string;
  readonly numeric: boolean;
  /** The order after the first click on its header; null if the table is not sorted by it. */
  readonly firstOrder: RowOrder['order'] | null;
  /** It keeps its place and is always shown: a mark before the others, or the actions after them. */
  readonly fixed?: boolean;
  /** It is shown only when the user chooses it. */
  readonly optional?: boolean;
}

/** What the user changed of a table's columns. Names of columns that do not exist have no effect. */
export interface ColumnState {
  /** IDs in the order of the user; empty for that of the table. */
  readonly order: readonly string[];
  /** Columns that the user showed or hid. */
  readonly shown: Readonly<Record<string, boolean>>;
  /** Widths that the user set, pixels. */
  readonly widths: Readonly<Record<string, number>>;
}

/** The changes of each table; a table without an entry has none. */
export type TableStates = Readonly<Partial<Record<TableName, ColumnState>>>;

/** Nothing is changed. */
export const UNCHANGED: ColumnState = { order: [], shown: {}, widths: {} };

/** Bounds of a width that the user sets, pixels (our choice): a column can be found again, and leaves room for others. */
const MIN_WIDTH = 36;
const MAX_WIDTH = 800;
/** BOUNDED: entries that are read of each part of a saved state; no table has as many columns. */
const MAX_ENTRIES = 64;
/** The version of the saved text. */
const VERSION = 1;

/** A width within the bounds, whole pixels. */
export const boundWidth = (width: number): number =>
  Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));

/** Whether the user can hide the column. */
export const isHideable = ({ importance, fixed }: TableColumn): boolean => importance > 0 && fixed !== true;

/** Whether the user wants to see the column; a narrow table may still hide it. */
export const isWanted = (column: TableColumn, { shown }: ColumnState): boolean =>
  !isHideable(column) || (shown[column.id] ?? column.optional !== true);

/** All columns in the order of the user. A column that the saved order does not know follows the one before it. */
export function orderColumns<Column extends TableColumn>(
  columns: readonly Column[],
  { order }: ColumnState,
): readonly Column[] {
  const movable = columns.filter(({ fixed }) => fixed !== true);
  const ordered = [...new Set(order)].flatMap((id) => movable.find((column) => column.id === id) ?? []);
  movable.forEach((column, at) => {
    if (ordered.includes(column)) return;
    const before = movable[at - 1];
    ordered.splice(before === undefined ? 0 : ordered.indexOf(before) + 1, 0, column);
  });
  const first = columns.findIndex(({ fixed }) => fixed !== true);
  const leading = columns.slice(0, Math.max(0, first));
  const trailing = columns.filter((column) => column.fixed === true && !leading.includes(column));
  return [...leading, ...ordered, ...trailing];
}

/** The columns that the user wants, in the order and with the widths of the user. */
export function arrangeColumns<Column extends TableColumn>(
  columns: readonly Column[],
  state: ColumnState,
): readonly Column[] {
  return orderColumns(columns, state)
    .filter((column) => isWanted(column, state))
    .map((column) => {
      const width = state.widths[column.id];
      if (width === undefined) return column;
      return { ...column, need: width, least: width, most: `${width}px` };
    });
}

/** The state after a column moved before another one, or behind all for null. */
export function moveColumn(
  columns: readonly TableColumn[],
  state: ColumnState,
  id: string,
  before: string | null,
): ColumnState {
  const ids = orderColumns(columns, state)
    .filter(({ fixed }) => fixed !== true)
    .map((column) => column.id);
  if (!ids.includes(id) || id === before) return state;
  const rest = ids.filter((other) => other !== id);
  const at = before === null ? rest.length : rest.indexOf(before);
  rest.splice(at < 0 ? rest.length : at, 0, id);
  return { ...state, order: rest };
}

/** The state after a column changed places with its neighbour among `visible`; the same state at the end. */
export function stepColumn(
  columns: readonly TableColumn[],
  visible: readonly TableColumn[],
  state: ColumnState,
  id: string,
  step: -1 | 1,
): ColumnState {
  const movable = visible.filter(({ fixed }) => fixed !== true);
  const at = movable.findIndex((column) => column.id === id);
  const neighbour = movable[at + step];
  if (at < 0 || neighbour === undefined) return state;
  if (step < 0) return moveColumn(columns, state, id, neighbour.id);
  const all = orderColumns(columns, state).filter(({ fixed }) => fixed !== true);
  const next = all[all.findIndex((column) => column.id === neighbour.id) + 1];
  return moveColumn(columns, state, id, next?.id ?? null);
}

/** The state with the width of a column. */
export const resizeColumn = (state: ColumnState, id: string, width: number): ColumnState => ({
  ...state,
  widths: { ...state.widths, [id]: boundWidth(width) },
});

/** The state with a column shown or hidden. */
export const showColumn = (state: ColumnState, id: string, shown: boolean): ColumnState => ({
  ...state,
  shown: { ...state.shown, [id]: shown },
});

/** The text that is saved. */
export const writeTableStates = (tables: TableStates): string => JSON.stringify({ version: VERSION, tables });

/**
 * Reads the saved states.
 * @param text what this version saved, or anything else
 * @returns the parts that are valid; nothing of a text of another version
 */
export function readTableStates(text: string): TableStates {
  const saved = parse(text);
  if (!isRecord(saved) || saved['version'] !== VERSION) return {};
  const { tables } = saved;
  if (!isRecord(tables)) return {};
  const states: Partial<Record<TableName, ColumnState>> = {};
  for (const name of TABLE_NAMES) {
    const state = Object.hasOwn(tables, name) ? tables[name] : undefined;
    if (isRecord(state)) states[name] = readState(state);
  }
  return states;
}

function readState({ order, shown, widths }: Readonly<Record<string, unknown>>): ColumnState {
  return {
    order: Array.isArray(order)
      ? order.slice(0, MAX_ENTRIES).filter((id): id is string => typeof id === 'string')
      : [],
    shown: entriesOf(shown, (value) => (typeof value === 'boolean' ? value : undefined)),
    widths: entriesOf(widths, (value) =>
      typeof value === 'number' && Number.isFinite(value) ? boundWidth(value) : undefined,
    ),
  };
}

function entriesOf<Value>(
  record: unknown,
  read: (value: unknown) => Value | undefined,
): Readonly<Record<string, Value>> {
  if (!isRecord(record)) return {};
  const entries: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const [id, saved] of Object.entries(record).slice(0, MAX_ENTRIES)) {
    const value = read(saved);
    if (value !== undefined) entries[id] = value;
  }
  return entries;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
