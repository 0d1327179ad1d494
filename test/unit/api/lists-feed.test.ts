import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { ListDelta } from '../../../shared/api-contract.ts';
import { ListsFeed } from '../../../src-main/api/lists-feed.ts';
import { appliedLists, type ListsPush } from '../../../src-renderer/model/lists.ts';

type Name = 'one' | 'two';
interface Row {
  readonly id: string;
  readonly state: { readonly tries: number };
}
type Lists = Readonly<Record<Name, readonly Row[]>>;
type Delta = Readonly<Partial<Record<Name, ListDelta<Row>>>>;

const NAMES = ['one', 'two'] as const;
const row = (id: string, tries = 0): Row => ({ id, state: { tries } });
const rowsOf = (ids: string): readonly Row[] => Array.from(ids, (id) => row(id));
const feedOf = (read: () => Lists): ListsFeed<Name, Row> => new ListsFeed(NAMES, read, ({ id }) => id);
const deltaOf = (feed: ListsFeed<Name, Row>): Delta | undefined => feed.changes()?.data as Delta | undefined;

/** The delta of one list. */
function deltaBetween(before: readonly Row[], after: readonly Row[]): ListDelta<Row> | undefined {
  let one = before;
  const feed = feedOf(() => ({ one, two: [] }));
  one = after;
  return deltaOf(feed)?.one;
}

describe('ListsFeed', () => {
  test('sends nothing while each list has equal rows in the same order', () => {
    const feed = feedOf(() => ({ one: rowsOf('abc'), two: [] }));
    expect(feed.changes()).toBeUndefined();
  });

  test('sends only the list that changed, and of it only the row that changed', () => {
    let lists: Lists = { one: rowsOf('abc'), two: rowsOf('de') };
    const feed = feedOf(() => lists);
    lists = { one: [row('a'), row('b', 1), row('c')], two: rowsOf('de') };
    const [first, last] = [
      { from: 0, count: 1 },
      { from: 2, count: 1 },
    ];
    expect(deltaOf(feed)).toEqual({ one: { placed: [{ at: 1, row: row('b', 1) }], kept: [first, last] } });
    expect(feed.snapshot()).toEqual(lists);
    expect(feed.changes()).toBeUndefined();
  });

  test('sends no row of a list that lost one, or in which one moved', () => {
    expect(deltaBetween(rowsOf('abc'), rowsOf('bc'))).toEqual({ placed: [], kept: [{ from: 1, count: 2 }] });
    expect(deltaBetween(rowsOf('abc'), rowsOf('ab'))).toEqual({ placed: [], kept: [{ from: 0, count: 2 }] });
    expect(deltaBetween(rowsOf('abcd'), rowsOf('dabc'))).toEqual({
      placed: [],
      kept: [
        { from: 3, count: 1 },
        { from: 0, count: 3 },
      ],
    });
    expect(deltaBetween(rowsOf('a'), [])).toEqual({ placed: [], kept: [] });
  });

  test('compares rows with the same key by their place', () => {
    const twice = [row('a', 1), row('a', 2)];
    expect(deltaBetween(twice, [row('a', 1), row('a', 2)])).toBeUndefined();
  });

  test('sends 10 rows of 10,000 when 10 change, and serialises none of the others', () => {
    let tick = 0;
    const read = (): Lists => ({
      one: Array.from({ length: 10_000 }, (_, at) => row(String(at), at % 1_000 === 0 ? tick : 0)),
      two: [],
    });
    const feed = feedOf(read);
    const stringify = vi.spyOn(JSON, 'stringify');
    try {
      for (tick = 1; tick <= 4; tick++) expect(deltaOf(feed)?.one?.placed).toHaveLength(10);
      expect(stringify).not.toHaveBeenCalled();
    } finally {
      stringify.mockRestore();
    }
  });

  test('sends deltas that, applied by the window in any batches, result in the lists in their order', () => {
    // Few keys and values: rows are added, removed, changed and moved, and keys repeat.
    const rows = fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'constructor', ''),
        state: fc.record({ tries: fc.nat(2) }),
      }),
      { maxLength: 9 },
    );
    const states = fc.array(fc.record({ one: rows, two: rows }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(states, fc.nat(8), (all, batch) => {
        let lists: Lists = { one: [], two: [], ...all[0] };
        const feed = feedOf(() => structuredClone(lists));
        let shown: Lists | null = null;
        let pushes: ListsPush<Name, Row>[] = [{ kind: 'snapshot', data: feed.snapshot() }];
        for (const [at, state] of all.entries()) {
          lists = state;
          const change = feed.changes();
          if (change !== undefined) pushes.push({ kind: 'delta', data: change.data as Delta });
          expect(feed.snapshot()).toEqual(state);
          if (at % (batch + 1) !== 0) continue;
          shown = appliedLists(shown, pushes);
          expect(shown).toEqual(state);
          pushes = [];
        }
        expect(appliedLists(shown, pushes)).toEqual(lists);
      }),
    );
  });
});
