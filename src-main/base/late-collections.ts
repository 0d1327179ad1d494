/** Collections for what is seldom there: they take no memory while they are empty, where Map and Set take 200 bytes. */

/** A map that is created with its first entry. BOUNDED: by its owner. */
export class LateMap<Key, Value> implements Iterable<[Key, Value]> {
  #map: Map<Key, Value> | undefined;

  get size(): number {
    return this.#map?.size ?? 0;
  }

  get(key: Key): Value | undefined {
    return this.#map?.get(key);
  }

  has(key: Key): boolean {
    return this.#map?.has(key) === true;
  }

  set(key: Key, value: Value): void {
    this.#map ??= new Map();
    this.#map.set(key, value);
  }

  /** @returns whether there was an entry */
  delete(key: Key): boolean {
    return this.#map?.delete(key) === true;
  }

  clear(): void {
    this.#map = undefined;
  }

  /** The values in the order of their first entry. */
  values(): Iterable<Value> {
    return this.#map?.values() ?? [];
  }

  [Symbol.iterator](): Iterator<[Key, Value]> {
    return (this.#map ?? [])[Symbol.iterator]();
  }
}

/** A set that is created with its first item. BOUNDED: by its owner. */
export class LateSet<Item> implements Iterable<Item> {
  #set: Set<Item> | undefined;

  get size(): number {
    return this.#set?.size ?? 0;
  }

  has(item: Item): boolean {
    return this.#set?.has(item) === true;
  }

  add(item: Item): void {
    this.#set ??= new Set();
    this.#set.add(item);
  }

  /** @returns whether it was there */
  delete(item: Item): boolean {
    return this.#set?.delete(item) === true;
  }

  clear(): void {
    this.#set = undefined;
  }

  [Symbol.iterator](): Iterator<Item> {
    return (this.#set ?? []).values();
  }
}
