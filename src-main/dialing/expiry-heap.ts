interface Entry {
  readonly key: string;
  readonly at: number;
}

/** Binary heap of keys by expiry time. BOUNDED: by its owner; entries are removed when they expire. */
export class ExpiryHeap {
  readonly #entries: Entry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Time of the earliest entry. */
  get next(): number | undefined {
    return this.#entries[0]?.at;
  }

  /** Adds a key; a key may be in the heap several times. */
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

  /** Removes and returns the earliest key that has expired at `now`; undefined if there is none. */
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
