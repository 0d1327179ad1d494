import { describe, expect, it } from 'vitest';
import { appliedLists } from '../../../../src-renderer/model/lists.ts';

interface Row {
  readonly id: string;
}
type Lists = Readonly<Record<'one' | 'two', readonly Row[]>>;
const a: Row = { id: 'a' };
const b: Row = { id: 'b' };
const c: Row = { id: 'c' };
const lists: Lists = { one: [a, b], two: [c] };

describe('appliedLists', () => {
  it('places the rows that were sent, and keeps the other rows and the other lists as the same objects', () => {
    const placed = [{ at: 1, row: { id: 'b' } }];
    const next = appliedLists(lists, [
      { kind: 'delta', data: { one: { placed, kept: [{ from: 0, count: 1 }] } } },
    ]);
    expect(next?.one).toEqual([a, b]);
    expect(next?.one[0]).toBe(a);
    expect(next?.one[1]).not.toBe(b);
    expect(next?.two).toBe(lists.two);
    expect(lists.one[1]).toBe(b);
  });

  it('continues each delta with the lists of the push before', () => {
    const swap = [
      { from: 1, count: 1 },
      { from: 0, count: 1 },
    ];
    const next = appliedLists<'one' | 'two', Row>(null, [
      { kind: 'snapshot', data: lists },
      { kind: 'delta', data: { one: { placed: [], kept: swap } } },
      { kind: 'delta', data: { one: { placed: [{ at: 0, row: c }], kept: [{ from: 0, count: 2 }] } } },
    ]);
    expect(next).toEqual({ one: [c, b, a], two: [c] });
  });

  it('has no lists before the first snapshot', () => {
    expect(appliedLists<'one', Row>(null, [{ kind: 'delta', data: {} }])).toBeNull();
  });
});
