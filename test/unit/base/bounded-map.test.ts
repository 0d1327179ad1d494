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

  it('grows to its capacity with its order kept, and evicts only when it is full', () => {
    const evicted: string[] = [];
    const map = new BoundedMap<string, number>(1_000, (key) => evicted.push(key));
    for (let at = 0; at < 1_000; at++) {
      map.set(`key ${String(at)}`, at);
      map.get('key 0');
    }
    expect(evicted).toEqual([]);
    expect([...map.values()]).toEqual([...Array.from({ length: 999 }, (_, at) => at + 1), 0]);
    map.set('one more', 1_000);
    expect(evicted).toEqual(['key 1']);
    expect(map.size).toBe(1_000);
  });

  it.each([1, 2, 16, 17, 20, 129])('never has more than %i entries', (capacity) => {
    const map = new BoundedMap<string, number>(capacity);
    for (let at = 0; at < 3 * capacity; at++) {
      map.set(String(at), at);
      expect(map.size).toBe(Math.min(at + 1, capacity));
    }
  });

  it('iterates over the entries that it had when it grows meanwhile', () => {
    const map = new BoundedMap<string, number>(100);
    for (let at = 0; at < 16; at++) map.set(String(at), at);
    const seen: number[] = [];
    for (const value of map.values()) {
      if (value < 16) map.set(`later ${String(value)}`, 16 + value);
      map.delete(String(value));
      seen.push(value);
    }
    expect(seen).toEqual(Array.from({ length: 16 }, (_, at) => at));
    expect(map.size).toBe(16);
  });

  it('refuses a capacity below 1', () => {
    expect(() => new BoundedMap(0)).toThrow(RangeError);
  });
});
