import { describe, expect, it } from 'vitest';
import { fitColumns, tracksOf } from '../../../../src-renderer/model/fit-columns.ts';
import {
  arrangeColumns,
  moveColumn,
  orderColumns,
  readTableStates,
  resizeColumn,
  showColumn,
  stepColumn,
  UNCHANGED,
  writeTableStates,
  type ColumnState,
  type TableColumn,
} from '../../../../src-renderer/model/table-columns.ts';

const column = (id: string, more: Partial<TableColumn> = {}): TableColumn => ({
  ...{ id, need: 100, most: '1fr', importance: 1, numeric: false, firstOrder: null },
  ...more,
});
const COLUMNS = [
  column('mark', { fixed: true, importance: 0 }),
  column('name', { importance: 0 }),
  column('address'),
  column('extra', { optional: true }),
  column('age'),
  column('actions', { fixed: true, importance: 0 }),
];
const idsOf = (columns: readonly TableColumn[]): string => columns.map(({ id }) => id).join(' ');
const shown = (state: ColumnState): string => idsOf(arrangeColumns(COLUMNS, state));

describe('the columns of a table', () => {
  it('stand in the order of the table, without the optional ones, until the user changes them', () => {
    expect(shown(UNCHANGED)).toBe('mark name address age actions');
  });

  it('move before another one and to the end, and never past a fixed one', () => {
    const moved = moveColumn(COLUMNS, UNCHANGED, 'age', 'name');
    expect(shown(moved)).toBe('mark age name address actions');
    expect(shown(moveColumn(COLUMNS, moved, 'age', null))).toBe('mark name address age actions');
    expect(moveColumn(COLUMNS, moved, 'actions', 'name')).toBe(moved);
  });

  it('move by one place among those in sight, and stop at the ends', () => {
    const visible = arrangeColumns(COLUMNS, UNCHANGED);
    const left = stepColumn(COLUMNS, visible, UNCHANGED, 'age', -1);
    expect(shown(left)).toBe('mark name age address actions');
    const right = stepColumn(COLUMNS, arrangeColumns(COLUMNS, left), left, 'age', 1);
    expect(shown(right)).toBe('mark name address age actions');
    expect(stepColumn(COLUMNS, visible, UNCHANGED, 'name', -1)).toBe(UNCHANGED);
    expect(stepColumn(COLUMNS, visible, UNCHANGED, 'age', 1)).toBe(UNCHANGED);
  });

  it('are shown and hidden, but not the one that names the row', () => {
    const state = showColumn(showColumn(UNCHANGED, 'extra', true), 'age', false);
    expect(shown(state)).toBe('mark name address extra actions');
    expect(shown(showColumn(UNCHANGED, 'name', false))).toContain('name');
  });

  it('have the width of the user, within bounds, and are then neither stretched nor shrunk', () => {
    const wide = arrangeColumns(COLUMNS, resizeColumn(UNCHANGED, 'address', 260.4));
    expect(tracksOf(wide.filter(({ id }) => id === 'address'))).toBe('minmax(260px, 260px)');
    expect(resizeColumn(UNCHANGED, 'address', -5).widths['address']).toBe(36);
    expect(resizeColumn(UNCHANGED, 'address', 1e9).widths['address']).toBe(800);
    // The widths of the user count for what fits.
    expect(idsOf(fitColumns(wide, 460))).toBe('mark name age actions');
  });

  it('that a later version adds follow the one before them', () => {
    const saved = { ...UNCHANGED, order: ['age', 'name'] };
    expect(idsOf(orderColumns(COLUMNS, saved))).toBe('mark age name address extra actions');
  });
});

describe('the saved columns', () => {
  it('are read as they were written', () => {
    const state = { order: ['age', 'name'], shown: { extra: true }, widths: { name: 200 } };
    const read = readTableStates(writeTableStates({ peers: state }));
    expect(JSON.parse(JSON.stringify(read))).toEqual({ peers: state });
  });

  it('of another version, of unknown tables and of the wrong kind are ignored', () => {
    expect(readTableStates('{"version":2,"tables":{"peers":{"order":["age"]}}}')).toEqual({});
    expect(readTableStates('{"version":1,"tables":{"__proto__":{},"planets":{}}}')).toEqual({});
    for (const text of ['', 'null', '[]', '{"version":1}', '{"version":1,"tables":[]}', '\u0000'])
      expect(readTableStates(text)).toEqual({});
  });

  it('are bounded', () => {
    const order = Array.from({ length: 5_000 }, (_, at) => `c${at}`);
    const widths = Object.fromEntries(order.map((id) => [id, 1e12]));
    const text = JSON.stringify({ version: 1, tables: { why: { order, widths, shown: 7 } } });
    const state = readTableStates(text).why;
    expect(state?.order).toHaveLength(64);
    expect(Object.values(state?.widths ?? {})).toHaveLength(64);
    expect(new Set(Object.values(state?.widths ?? {}))).toEqual(new Set([800]));
    expect(Object.keys(state?.shown ?? {})).toEqual([]);
  });
});
