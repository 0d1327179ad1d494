import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { RowsDelta } from '../../../shared/api-contract.ts';
import { RowFeed } from '../../../src-main/api/row-feed.ts';
import { applyRows, type RowsPush } from '../../../src-renderer/model/rows.ts';
import { peerRowOf } from '../../support/fake-backend.ts';

interface Row {
  readonly id: string;
  readonly bytes: number;
  readonly trend: readonly number[];
}

const deltaOf = (feed: RowFeed<Row>): RowsDelta<Row> | undefined =>
  feed.changes()?.data as RowsDelta<Row> | undefined;
const row = (id: string, bytes = 0, trend: readonly number[] = []): Row => ({ id, bytes, trend });
const byId = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));

describe('RowFeed', () => {
  test('sends a row only when one of its fields changed, also within an array', () => {
    let rows = [row('a'), row('b', 0, [1, 2])];
    const feed = new RowFeed(
      () => rows,
      ({ id }) => id,
    );
    rows = [row('a'), row('b', 0, [1, 2])];
    expect(feed.changes()).toBeUndefined();
    rows = [row('a'), row('b', 0, [1, 3])];
    expect(deltaOf(feed)).toEqual({ upserted: [row('b', 0, [1, 3])], removed: [] });
    rows = [row('b', 0, [1, 3]), row('c')];
    expect(deltaOf(feed)).toEqual({ upserted: [row('c')], removed: ['a'] });
    expect(feed.snapshot()).toEqual(rows);
  });

  test('sends 1,000 of 10,000 peers when 10 % change, and serialises none of the others', () => {
    const peers = Array.from({ length: 10_000 }, (_, at) =>
      peerRowOf(at.toString(16).padStart(64, '0'), { latencyTrend: [at, at + 1] }),
    );
    let tick = 0;
    const read = (): typeof peers =>
      peers.map((peer, at) => ({
        ...peer,
        latencyTrend: [...peer.latencyTrend],
        bytesIn: at % 10 === 0 ? tick : 0,
      }));
    const feed = new RowFeed(read, ({ id }) => id);
    const stringify = vi.spyOn(JSON, 'stringify');
    try {
      for (tick = 1; tick <= 4; tick++) {
        const { upserted, removed } = feed.changes()?.data as RowsDelta<(typeof peers)[number]>;
        expect(upserted).toHaveLength(1_000);
        expect(removed).toEqual([]);
      }
      expect(stringify).not.toHaveBeenCalled();
    } finally {
      stringify.mockRestore();
    }
  });

  test('sends deltas that, applied by the window in any batches, result in the rows of a snapshot', () => {
    const table = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'constructor', ''),
        bytes: fc.nat(2),
        trend: fc.array(fc.nat(2), { maxLength: 2 }),
      }),
      { selector: ({ id }) => id, maxLength: 7 },
    );
    fc.assert(
      fc.property(fc.array(table, { minLength: 1, maxLength: 8 }), fc.nat(8), (states, batch) => {
        let rows: readonly Row[] = states[0] ?? [];
        const feed = new RowFeed(
          () => rows,
          ({ id }) => id,
        );
        const shown = new Map<string, Row>();
        let pushes: RowsPush<Row>[] = [{ kind: 'snapshot', data: feed.snapshot() }];
        for (const [at, state] of states.entries()) {
          rows = state;
          const change = feed.changes();
          if (change !== undefined) pushes.push({ kind: 'delta', data: change.data as RowsDelta<Row> });
          expect(byId(feed.snapshot())).toEqual(byId(state));
          if (at % (batch + 1) !== 0) continue;
          applyRows(shown, pushes, ({ id }) => id);
          pushes = [];
        }
        applyRows(shown, pushes, ({ id }) => id);
        expect(byId([...shown.values()])).toEqual(byId(rows));
      }),
    );
  });
});
