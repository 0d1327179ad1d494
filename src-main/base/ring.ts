/** Ring buffer of the last `capacity` items, oldest first. BOUNDED: `capacity`. */
export class Ring<Item> {
  readonly #capacity: number;
  readonly #items: Item[] = [];
  #start = 0;

  /** @param capacity at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#start] = item;
    this.#start = (this.#start + 1) % this.#capacity;
  }

  /** Returns the item `back` steps before the newest (0: the newest); undefined if there is none. */
  fromEnd(back: number): Item | undefined {
    const length = this.#items.length;
    if (back < 0 || back >= length) return undefined;
    return this.#items[(this.#start + length - 1 - back) % length];
  }

  toArray(): Item[] {
    return [...this.#items.slice(this.#start), ...this.#items.slice(0, this.#start)];
  }

  /** Returns the newest items up to the first for which `keep` is false, oldest first. */
  tailWhile(keep: (item: Item) => boolean): Item[] {
    const tail: Item[] = [];
    for (let back = 0; back < this.#items.length; back += 1) {
      const item = this.fromEnd(back);
      if (item === undefined || !keep(item)) break;
      tail.push(item);
    }
    return tail.reverse();
  }
}
