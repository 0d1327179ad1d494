import { LRUCache } from 'lru-cache';

/**
 * A map of at most `capacity` entries: a new entry evicts the least recently used one. BOUNDED: capacity.
 * A wrapper of lru-cache that adds two things: it iterates from the least recently used entry and allows deletion
 * meanwhile, and it calls `onEvict` for evictions only. lru-cache keeps the order in arrays; a Map that deletes and sets a
 * key on each use takes microseconds when it is full.
 */
export class BoundedMap<K extends string, V extends string | number | object> {
  readonly capacity: number;
  readonly #cache: LRUCache<K, V>;

  /**
   * @param onEvict called for evicted entries, not for deleted or replaced ones
   * @throws RangeError for a capacity below 1
   */
  constructor(capacity: number, onEvict?: (key: K, value: V) => void) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError('A bounded map needs a capacity of 1 or more');
    this.capacity = capacity;
    this.#cache = new LRUCache({
      max: capacity,
      ...(onEvict !== undefined && {
        dispose: (value: V, key: K, reason: LRUCache.DisposeReason) => {
          if (reason === 'evict') onEvict(key, value);
        },
      }),
    });
  }

  get size(): number {
    return this.#cache.size;
  }

  /** Whether the map has the key; not a use of the entry. */
  has(key: K): boolean {
    return this.#cache.has(key);
  }

  /** The value; a use of the entry. */
  get(key: K): V | undefined {
    return this.#cache.get(key);
  }

  /** The value; not a use of the entry. */
  peek(key: K): V | undefined {
    return this.#cache.peek(key);
  }

  /** Adds or replaces an entry; a use of the entry. */
  set(key: K, value: V): void {
    this.#cache.set(key, value);
  }

  /** @returns whether the map had the key */
  delete(key: K): boolean {
    return this.#cache.delete(key);
  }

  clear(): void {
    // lru-cache's own clear resets arrays of the whole capacity, although most maps hold few entries.
    for (const key of [...this.#cache.keys()]) this.#cache.delete(key);
  }

  /** Keys, least recently used first. The current entry may be deleted during the iteration. */
  *keys(): Generator<K, void> {
    for (const [key] of this.entries()) yield key;
  }

  /** Values, least recently used first. The current entry may be deleted during the iteration. */
  *values(): Generator<V, void> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Entries, least recently used first. The current entry may be deleted during the iteration. */
  *entries(): Generator<[K, V], void> {
    // The next key is read before the current entry is yielded, because a deletion of that entry breaks the order.
    const keys = this.#cache.rkeys();
    let current = keys.next();
    while (current.done !== true) {
      const next = keys.next();
      const key = current.value;
      const value = this.#cache.peek(key);
      if (value !== undefined) yield [key, value];
      current = next;
    }
  }
}
