import { describe, expect, it } from 'vitest';
import { createFrameBatch } from '../../../src-renderer/composables/frame-batch.ts';
import { applyLines } from '../../../src-renderer/model/lines.ts';
import { applyRows } from '../../../src-renderer/model/rows.ts';

const row = (id: string, value = 0) => ({ id, value });
const line = (seq: number) => ({ seq });
const keyOf = ({ id }: { id: string }): string => id;

describe('applyRows', () => {
  it('replaces everything by a snapshot and calls none of its rows new', () => {
    const rows = new Map([['old', row('old')]]);
    const arrived = applyRows(rows, [{ kind: 'snapshot', data: [row('a'), row('b')] }], keyOf);
    expect([...rows.keys()]).toEqual(['a', 'b']);
    expect(arrived.size).toBe(0);
  });

  it('applies deltas in order, and tells which rows are new and still there', () => {
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
  it('appends what is newer and keeps the newest up to the limit', () => {
    const lines = applyLines(
      [line(1), line(2)],
      [{ kind: 'delta', data: { appended: [line(2), line(3), line(4)] } }],
      3,
    );
    expect(lines.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  it('joins the snapshot that follows a pause to the lines that are there', () => {
    const lines = applyLines([line(1), line(2)], [{ kind: 'snapshot', data: [line(2), line(3)] }], 9);
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('begins anew when the node has restarted and counts from the start again', () => {
    const lines = applyLines([line(8), line(9)], [{ kind: 'snapshot', data: [line(0), line(1)] }], 9);
    expect(lines.map(({ seq }) => seq)).toEqual([0, 1]);
  });
});

describe('createFrameBatch', () => {
  it('hands over once per frame what came in between', () => {
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

  it('forgets what waits when it is cleared', () => {
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
