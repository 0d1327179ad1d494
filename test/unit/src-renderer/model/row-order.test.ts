import { describe, expect, it } from 'vitest';
import {
  createRowSorter,
  nextOrder,
  nextOrderOrOwn,
  sortRows,
} from '../../../../src-renderer/model/row-order.ts';

const AGE = { id: 'age', firstOrder: 'descending', sortKey: (row: { age: number }) => row.age } as const;
const PLAIN = { id: 'actions', firstOrder: null, sortKey: null } as const;

describe('the order after a click on a header', () => {
  it("is the column's first order, then the opposite, again and again", () => {
    const first = nextOrder<string>(AGE, { column: 'name', order: 'ascending' });
    expect(first).toEqual({ column: 'age', order: 'descending' });
    const second = nextOrder(AGE, first);
    expect(second.order).toBe('ascending');
    expect(nextOrder(AGE, second)).toEqual(first);
  });

  it("goes back to the table's own order with the third click, where it has one", () => {
    const first = nextOrderOrOwn(AGE, null);
    const second = nextOrderOrOwn(AGE, first);
    expect([first?.order, second?.order]).toEqual(['descending', 'ascending']);
    expect(nextOrderOrOwn(AGE, second)).toBeNull();
  });

  it('is as before for a column that does not sort', () => {
    expect(nextOrderOrOwn(PLAIN, null)).toBeNull();
    const order = { column: 'age', order: 'ascending' } as const;
    expect(nextOrder<string>(PLAIN, order)).toBe(order);
  });
});

describe('the sorted rows', () => {
  it('are those of the table without an order', () => {
    const rows = [{ age: 1 }, { age: 3 }, { age: 2 }];
    expect(sortRows(rows, [AGE], null, String)).toBe(rows);
    expect(sortRows(rows, [AGE], { column: 'age', order: 'descending' }, String)).toEqual([
      ...[{ age: 3 }, { age: 2 }, { age: 1 }],
    ]);
    expect(sortRows(rows, [AGE], { column: 'planet', order: 'descending' }, String)).toBe(rows);
  });
});

describe('a table that is sorted again', () => {
  interface Person {
    readonly id: string;
    readonly age: number;
  }
  const people = (count: number, ageOf: (at: number) => number): Person[] =>
    Array.from({ length: count }, (_, at) => ({
      id: String((at * 7) % count).padStart(3, '0'),
      age: ageOf(at),
    }));
  const order = { column: 'age', order: 'ascending' } as const;
  const identity = ({ id }: Person): string => id;

  it.each([
    ['other ages', people(100, (at) => (at * 37) % 101)],
    ['fewer rows', people(60, (at) => (at * 11) % 13)],
    ['more rows', people(130, (at) => (at * 11) % 13)],
  ])('is sorted as for the first time, with %s', (_, rows) => {
    const sort = createRowSorter<Person>([AGE], identity);
    sort(
      people(100, (at) => (at * 53) % 103),
      order,
    );
    expect(sort(rows, order)).toEqual(sortRows(rows, [AGE], order, identity));
    const descending = { column: 'age', order: 'descending' } as const;
    expect(sort(rows, descending)).toEqual(sortRows(rows, [AGE], descending, identity));
  });

  it('compares each row once if none has changed its place', () => {
    let compared = 0;
    const sort = createRowSorter<Person>([AGE], ({ id }) => {
      compared += 1;
      return id;
    });
    const rows = people(100, () => 1);
    sort(rows, order);
    compared = 0;
    sort([...rows], order);
    expect(compared).toBe(2 * 99);
  });
});
