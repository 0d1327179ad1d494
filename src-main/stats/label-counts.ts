/** A count of one combination of labels. */
export interface LabelCount<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly count: number;
}

/** Counts by labels. BOUNDED: by the values of the labels, which are codes of closed sets. */
export class LabelCounts<Label extends string> {
  readonly #counts = new Map<string, { readonly labels: Readonly<Record<Label, string>>; count: number }>();

  /** Adds one. The labels are always in the same order. */
  add(labels: Readonly<Record<Label, string>>): void {
    const key = Object.values(labels).join(' ');
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels, count: 1 });
    else known.count += 1;
  }

  /** All counts, in the order of their first addition. */
  list(): readonly LabelCount<Label>[] {
    return [...this.#counts.values()];
  }

  clear(): void {
    this.#counts.clear();
  }
}
