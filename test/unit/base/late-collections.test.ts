import { describe, expect, it } from 'vitest';
import { LateMap, LateSet } from '../../../src-main/base/late-collections.ts';

describe('a map that is created with its first entry', () => {
  it('is empty at first, and after `clear`', () => {
    const map = new LateMap<string, number>();
    for (const empty of [() => undefined, () => map.set('a', 1)]) {
      empty();
      map.clear();
      expect([map.size, map.get('a'), map.has('a'), map.delete('a'), [...map], [...map.values()]]).toEqual([
        0,
        undefined,
        false,
        false,
        [],
        [],
      ]);
    }
  });

  it('has its entries in the order of their first `set`', () => {
    const map = new LateMap<string, number>();
    map.set('b', 1);
    map.set('a', 2);
    map.set('b', 3);
    expect([map.size, map.get('b'), map.has('a'), [...map], [...map.values()]]).toEqual([
      2,
      3,
      true,
      [
        ['b', 3],
        ['a', 2],
      ],
      [3, 2],
    ]);
    expect([map.delete('b'), map.delete('b'), [...map]]).toEqual([true, false, [['a', 2]]]);
  });

  it('lets the current entry be deleted while it is read', () => {
    const map = new LateMap<number, number>();
    for (let key = 0; key < 5; key += 1) map.set(key, key);
    const seen: number[] = [];
    for (const [key] of map) {
      seen.push(key);
      map.delete(key);
    }
    expect([seen, map.size]).toEqual([[0, 1, 2, 3, 4], 0]);
  });
});

describe('a set that is created with its first item', () => {
  it('is empty at first, and after `clear`', () => {
    const set = new LateSet<number>();
    expect([set.size, set.has(1), set.delete(1), [...set]]).toEqual([0, false, false, []]);
    set.add(1);
    set.clear();
    expect([set.size, set.has(1), [...set]]).toEqual([0, false, []]);
  });

  it('has its items once, oldest first', () => {
    const set = new LateSet<number>();
    for (const item of [2, 1, 2]) set.add(item);
    expect([set.size, set.has(1), [...set]]).toEqual([2, true, [2, 1]]);
    expect([set.delete(2), set.delete(2), [...set]]).toEqual([true, false, [1]]);
  });
});
