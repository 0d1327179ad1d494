import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundedMap } from '../../../src-main/base/bounded-map.ts';

/** A reference implementation: an array, least recently used entry first. */
class Model {
  entries: [string, number][] = [];
  evicted: [string, number][] = [];

  readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(key: string): number | undefined {
    const value = this.peek(key);
    if (value !== undefined) this.#touch(key, value);
    return value;
  }

  peek(key: string): number | undefined {
    return this.entries.find(([name]) => name === key)?.[1];
  }

  set(key: string, value: number): void {
    this.#touch(key, value);
    if (this.entries.length > this.capacity) this.evicted.push(this.entries.shift()!);
  }

  delete(key: string): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter(([name]) => name !== key);
    return this.entries.length < before;
  }

  #touch(key: string, value: number): void {
    this.delete(key);
    this.entries.push([key, value]);
  }
}

const step = fc.record({
  action: fc.constantFrom('get', 'peek', 'has', 'set', 'delete', 'clear', 'drain'),
  key: fc.constantFrom(...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
  value: fc.nat(),
});

it('has, orders and evicts the same entries as the reference', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
      const model = new Model(capacity);
      const evicted: [string, number][] = [];
      const map = new BoundedMap<string, number>(capacity, (key, value) => evicted.push([key, value]));
      for (const { action, key, value } of steps) {
        if (action === 'get') expect(map.get(key)).toBe(model.get(key));
        if (action === 'peek') expect(map.peek(key)).toBe(model.peek(key));
        if (action === 'has') expect(map.has(key)).toBe(model.peek(key) !== undefined);
        if (action === 'delete') expect(map.delete(key)).toBe(model.delete(key));
        if (action === 'set') [map, model].forEach((each) => each.set(key, value));
        if (action === 'clear') {
          map.clear();
          model.entries = [];
        }
        if (action === 'drain') {
          // Deletes entries while it iterates over them.
          const seen: string[] = [];
          for (const [name, held] of map.entries()) {
            seen.push(name);
            if (held % 2 === 0) map.delete(name);
          }
          expect(seen).toEqual(model.entries.map(([name]) => name));
          model.entries = model.entries.filter(([, held]) => held % 2 !== 0);
        }
        expect([...map.entries()]).toEqual(model.entries);
        expect([...map.keys()]).toEqual(model.entries.map(([name]) => name));
        expect([...map.values()]).toEqual(model.entries.map(([, held]) => held));
        expect(map.size).toBe(model.entries.length);
        expect(map.size).toBeLessThanOrEqual(capacity);
        expect(evicted).toEqual(model.evicted);
      }
    }),
  );
});
