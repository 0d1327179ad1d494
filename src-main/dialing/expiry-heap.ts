/** Keys with a time each, the earliest at hand: what must be looked at again, and when. */
interface Entry {
  readonly key: string;
  readonly at: number;
}

/** A binary heap. BOUNDED: by what its owner bounds; an entry goes when it expires. */
export class ExpiryHeap {
  readonly #entries: Entry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Time of the earliest entry. */
  get next(): number | undefined {
    return this.#entries[0]?.at;
  }

  /** The same key may be there several times. */
  push(key: string, at: number): void {
    const entries = this.#entries;
    let index = entries.length;
    const entry = { key, at };
    entries.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = entries[parent];
      if (above === undefined || above.at <= at) break;
      entries[index] = above;
      index = parent;
    }
    entries[index] = entry;
  }

  /** Takes out the earliest key that is due at `now`, undefined when none is. */
  popDue(now: number): string | undefined {
    const [first] = this.#entries;
    if (first === undefined || first.at > now) return undefined;
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) this.#sink(last);
    return first.key;
  }

  clear(): void {
    this.#entries.length = 0;
  }

  #sink(entry: Entry): void {
    const entries = this.#entries;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let below = entries[child];
      const right = entries[child + 1];
      if (below !== undefined && right !== undefined && right.at < below.at) {
        below = right;
        child++;
      }
      if (below === undefined || below.at >= entry.at) break;
      entries[index] = below;
      index = child;
    }
    entries[index] = entry;
  }
}
