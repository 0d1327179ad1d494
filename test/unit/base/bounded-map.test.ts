import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../../src-main/base/bounded-map.ts';

describe('A bounded map', () => {
  it('evicts the least recently used entry', () => {
    const evicted: [string, number][] = [];
    const map = new BoundedMap<string, number>(2, (key, value) => evicted.push([key, value]));
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect(evicted).toEqual([['b', 2]]);
    expect([...map.keys()]).toEqual(['a', 'c']);
    expect(map.size).toBe(2);
  });

  it('does not count a peek as a use, nor a deletion or replacement as an eviction', () => {
    const evicted: string[] = [];
    const map = new BoundedMap<string, number>(2, (key) => evicted.push(key));
    map.set('a', 1);
    map.set('b', 2);
    expect(map.peek('a')).toBe(1);
    map.set('b', 3);
    expect(map.delete('b')).toBe(true);
    expect(map.delete('b')).toBe(false);
    map.set('c', 4);
    expect(evicted).toEqual([]);
    map.set('d', 5);
    expect(evicted).toEqual(['a']);
    expect([...map.entries()]).toEqual([
      ['c', 4],
      ['d', 5],
    ]);
    map.clear();
    expect(map.has('c')).toBe(false);
    expect([...map.values()]).toEqual([]);
  });

  it('refuses a capacity below 1', () => {
    expect(() => new BoundedMap(0)).toThrow(RangeError);
  });
});
