import { LRUCache } from 'lru-cache';

/** Entries for which a new map has room. */
const FIRST_ROOM = 16;
/** A full map gets room for this many times as many entries, up to its capacity. */
const GROWTH = 8;

/**
 * A map of at most `capacity` entries: a new entry evicts the least recently used one. BOUNDED: capacity.
 * A wrapper of lru-cache that adds three things: it iterates from the least recently used entry and allows deletion
 * meanwhile, it calls `onEvict` for evictions only, and it grows. lru-cache keeps the order in arrays of its capacity, of
 * which most maps use little; a Map that deletes and sets a key on each use takes microseconds when it is full.
 */
export class BoundedMap<K extends string, V extends string | number | object> {
  readonly capacity: number;
  readonly #onEvict: ((key: K, value: V) => void) | undefined;
  #cache: LRUCache<K, V>;

  /**
   * @param onEvict called for evicted entries, not for deleted or replaced ones
   * @throws RangeError for a capacity below 1
   */
  constructor(capacity: number, onEvict?: (key: K, value: V) => void) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError('A bounded map needs a capacity of 1 or more');
    this.capacity = capacity;
    this.#onEvict = onEvict;
    this.#cache = this.#withRoom(Math.min(capacity, FIRST_ROOM));
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
    const { size, max } = this.#cache;
    if (size === max && max < this.capacity && !this.#cache.has(key)) this.#grow();
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

  #grow(): void {
    const larger = this.#withRoom(Math.min(this.capacity, this.#cache.max * GROWTH));
    for (const [key, value] of this.entries()) larger.set(key, value);
    this.#cache = larger;
  }

  #withRoom(max: number): LRUCache<K, V> {
    const onEvict = this.#onEvict;
    if (onEvict === undefined) return new LRUCache({ max });
    return new LRUCache({
      max,
      dispose: (value: V, key: K, reason: LRUCache.DisposeReason) => {
        if (reason === 'evict') onEvict(key, value);
      },
    });
  }
}
