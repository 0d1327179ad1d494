import { describe, expect, it } from 'vitest';
import {
  chooseAll,
  extendTo,
  NO_ROWS,
  startAt,
  toggleRow,
  withoutHidden,
  type RowSelection,
} from '../../../../src-renderer/model/row-selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];
const keys = ({ keys: chosen }: RowSelection): string => [...chosen].sort().join('');

describe('the chosen rows', () => {
  it('are none after a plain click, which is where a range begins', () => {
    expect(keys(startAt('b'))).toBe('');
    expect(keys(extendTo(startAt('b'), 'd', ORDER))).toBe('bcd');
    expect(keys(extendTo(startAt('d'), 'b', ORDER))).toBe('bcd');
  });

  it('grow and shrink around the anchor', () => {
    const wide = extendTo(startAt('c'), 'e', ORDER);
    expect(keys(extendTo(wide, 'd', ORDER))).toBe('cd');
    expect(keys(extendTo(wide, 'a', ORDER))).toBe('abc');
  });

  it('are toggled one by one; the row in the panel is the first', () => {
    const two = toggleRow(NO_ROWS, 'c', 'a');
    expect(keys(two)).toBe('ac');
    expect(keys(toggleRow(two, 'a', 'a'))).toBe('c');
    expect(keys(toggleRow(NO_ROWS, 'c', null))).toBe('c');
    expect(keys(toggleRow(NO_ROWS, 'a', 'a'))).toBe('a');
  });

  it('are all rows of the table, and no row that it does not show', () => {
    const all = chooseAll(ORDER);
    expect(keys(all)).toBe('abcde');
    expect(keys(withoutHidden(all, new Set(['b', 'x'])))).toBe('b');
    expect(withoutHidden(all, new Set(ORDER))).toBe(all);
    expect(keys(extendTo(all, 'x', ORDER))).toBe('');
  });

  it('begin anew where the anchor is out of sight', () => {
    expect(extendTo(startAt('x'), 'c', ORDER)).toEqual({ keys: new Set(['c']), anchor: 'c' });
  });
});
