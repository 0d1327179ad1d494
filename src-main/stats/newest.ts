/** Keeps the `capacity` items with the greatest times of all that are offered, in a heap with the oldest at its root. */
export class Newest<Item> {
  readonly #capacity: number;
  /** BOUNDED: `capacity`. */
  readonly #heap: { readonly at: number; readonly item: Item }[] = [];

  /** @param capacity at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Offers an item; it is kept if it is among the newest. */
  offer(at: number, item: Item): void {
    const heap = this.#heap;
    if (heap.length < this.#capacity) {
      heap.push({ at, item });
      this.#up(heap.length - 1);
    } else if (at > (heap[0]?.at ?? Infinity)) {
      heap[0] = { at, item };
      this.#down();
    }
  }

  /** Returns the kept items, newest first. */
  list(): Item[] {
    return [...this.#heap].sort((a, b) => b.at - a.at).map(({ item }) => item);
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  }

  #up(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#at(parent) <= this.#at(at)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #down(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(child) >= this.#at(at)) return;
      this.#swap(child, at);
      at = child;
    }
  }
}
