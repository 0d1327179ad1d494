import { describe, expect, it } from 'vitest';
import { createFrameBatch } from '../../../src-renderer/composables/frame-batch.ts';
import { applyLines } from '../../../src-renderer/model/lines.ts';
import { applyRows } from '../../../src-renderer/model/rows.ts';

const row = (id: string, value = 0) => ({ id, value });
const line = (seq: number) => ({ seq });
const keyOf = ({ id }: { id: string }): string => id;

describe('applyRows', () => {
  it('replaces all rows with a snapshot, whose rows do not count as added', () => {
    const rows = new Map([['old', row('old')]]);
    const arrived = applyRows(rows, [{ kind: 'snapshot', data: [row('a'), row('b')] }], keyOf);
    expect([...rows.keys()]).toEqual(['a', 'b']);
    expect(arrived.size).toBe(0);
  });

  it('applies deltas in order, and returns the keys of added rows that remain', () => {
    const rows = new Map([['a', row('a')]]);
    const arrived = applyRows(
      rows,
      [
        { kind: 'delta', data: { upserted: [row('a', 1), row('b'), row('c')], removed: [] } },
        { kind: 'delta', data: { upserted: [], removed: ['b'] } },
      ],
      keyOf,
    );
    expect([...rows.values()]).toEqual([row('a', 1), row('c')]);
    expect([...arrived]).toEqual(['c']);
  });
});

describe('applyLines', () => {
  it('appends newer lines and keeps the newest up to the limit', () => {
    const lines = applyLines(
      [line(1), line(2)],
      [{ kind: 'delta', data: { appended: [line(2), line(3), line(4)] } }],
      3,
    );
    expect(lines.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  it('joins the snapshot after a pause to the known lines', () => {
    const lines = applyLines([line(1), line(2)], [{ kind: 'snapshot', data: [line(2), line(3)] }], 9);
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('replaces all lines when the node has restarted with lower numbers', () => {
    const lines = applyLines([line(8), line(9)], [{ kind: 'snapshot', data: [line(0), line(1)] }], 9);
    expect(lines.map(({ seq }) => seq)).toEqual([0, 1]);
  });
});

describe('createFrameBatch', () => {
  it('applies the items of a frame together', () => {
    const frames: (() => void)[] = [];
    const batches: number[][] = [];
    const batch = createFrameBatch<number>(
      (items) => batches.push([...items]),
      (task) => frames.push(task),
      () => undefined,
    );
    batch.add(1);
    batch.add(2);
    expect(batches).toEqual([]);
    frames.shift()?.();
    batch.add(3);
    frames.shift()?.();
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('discards its items when it is cleared', () => {
    const cancelled: number[] = [];
    const batch = createFrameBatch<number>(
      () => expect.unreachable(),
      () => 7,
      (handle) => cancelled.push(handle),
    );
    batch.add(1);
    batch.clear();
    expect(cancelled).toEqual([7]);
  });
});
