/**
 * A map that never holds more than `capacity` entries: a new one pushes out the one that was used longest ago.
 * BOUNDED: capacity.
 */
export class BoundedMap<K, V> {
  readonly capacity: number;
  readonly #entries = new Map<K, V>();
  readonly #onEvict: ((key: K, value: V) => void) | undefined;

  /** `onEvict` hears of entries that were pushed out, not of those that were deleted or replaced. */
  constructor(capacity: number, onEvict?: (key: K, value: V) => void) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError('A bounded map has a capacity of 1 or more');
    this.capacity = capacity;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** The value, which counts as used now. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** The value, without counting as a use. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Puts an entry, which counts as used now. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.capacity) return;
    for (const [oldestKey, oldestValue] of this.#entries) {
      this.#entries.delete(oldestKey);
      this.#onEvict?.(oldestKey, oldestValue);
      return;
    }
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): MapIterator<K> {
    return this.#entries.keys();
  }

  values(): MapIterator<V> {
    return this.#entries.values();
  }

  /** Entries, the one used longest ago first. */
  entries(): MapIterator<[K, V]> {
    return this.#entries.entries();
  }
}
