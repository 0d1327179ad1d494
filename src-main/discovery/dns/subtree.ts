import { EnodeckError } from '../../base/errors.ts';
import type { Random } from '../../base/runtime.ts';
import type { DnsCache } from './cache.ts';
import { MAX_DEPTH, MAX_ENTRIES, MAX_FORMER, MAX_LINKS } from './constants.ts';
import { isNamed, isRecord, parseEntry, type TreeEntry } from './entries.ts';
import { DnsListError } from './errors.ts';

/** The two subtrees of a list: records and links. */
export type SubtreeKind = 'enr' | 'link';

/**
 * The known part of one subtree: the missing names, the found leaves and the refused names. Leaves of the previous
 * version stay in use until the subtree is complete.
 */
export class Subtree {
  readonly kind: SubtreeKind;
  /** Name of the topmost entry, from the root. */
  readonly top: string;
  /** Depth of every known name. BOUNDED: MAX_ENTRIES. */
  readonly #seen = new Map<string, number>();
  /** Names to fetch, a subset of #seen. BOUNDED: MAX_ENTRIES. */
  readonly #missing = new RandomSet();
  readonly #refused = new Set<string>();
  readonly #leaves = new Map<string, string>();
  /** Leaves of the previous version. BOUNDED: MAX_LINKS links or MAX_FORMER records, those of the newest version first. */
  readonly #former = new Map<string, string>();

  /** @param former the previous version of the subtree */
  constructor(kind: SubtreeKind, top: string, former?: Subtree) {
    this.kind = kind;
    this.top = top;
    const most = kind === 'link' ? MAX_LINKS : MAX_FORMER;
    for (const [name, text] of former?.usable() ?? []) {
      if (this.#former.size >= most) break;
      this.#former.set(name, text);
    }
    this.#seen.set(top, 0);
    this.#missing.add(top);
  }

  /** Number of names to fetch. */
  get missing(): number {
    return this.#missing.size;
  }

  /** Number of names whose text was refused. They are fetched again after the next check of the root. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Number of usable leaves. */
  get usableCount(): number {
    let count = this.#leaves.size;
    for (const name of this.#former.keys()) if (!this.#leaves.has(name)) count++;
    return count;
  }

  /** Whether every entry is known. */
  get complete(): boolean {
    return this.#missing.size === 0 && this.#refused.size === 0;
  }

  /** All known names. */
  names(): MapIterator<string> {
    return this.#seen.keys();
  }

  /** Usable leaves as [name, text]: those of this subtree, and until it is complete those of the previous version. */
  *usable(): Generator<[string, string]> {
    yield* this.#leaves;
    for (const [name, text] of this.#former) if (!this.#leaves.has(name)) yield [name, text];
  }

  /** The text of a usable leaf. */
  leaf(name: string): string | undefined {
    return this.#leaves.get(name) ?? this.#former.get(name);
  }

  /** A random name to fetch; undefined if there is none. */
  draw(random: Random): string | undefined {
    return this.#missing.draw(random);
  }

  /**
   * Adds the entry that was found at a missing name.
   * @throws DnsEntryError, DnsListError; then the caller decides whether the name is refused
   */
  accept(name: string, text: string): TreeEntry {
    if (!isNamed(text, name)) {
      throw new DnsListError('hash-mismatch', `The text at ${name} does not match the hash in the name`);
    }
    const entry = parseEntry(text);
    if (entry.type === 'branch') this.#grow(name, entry.children);
    else this.#keep(name, text, entry.type);
    this.#settle(name);
    return entry;
  }

  /** Stops fetching a missing name until `retry`. */
  refuse(name: string): void {
    this.#refused.add(name);
    this.#settle(name);
  }

  /** Queues the refused names again. */
  retry(): void {
    for (const name of this.#refused) this.#missing.add(name);
    this.#refused.clear();
  }

  /**
   * Adds the cached entries of these names and of all names below them. Records are decoded only when they are drawn,
   * because signature checks are expensive; invalid ones are fetched again.
   * @returns the names of the added leaves
   */
  fill(cache: DnsCache, names: Iterable<string>): string[] {
    const leaves: string[] = [];
    // The loop appends children.
    const queue = [...names];
    for (const name of queue) {
      const text = this.#missing.has(name) ? cache.entry(name) : undefined;
      const children = text === undefined ? undefined : this.#take(name, text);
      if (children === undefined) continue;
      queue.push(...children);
      if (this.#leaves.has(name)) leaves.push(name);
    }
    return leaves;
  }

  /** Removes a leaf that turned out to be invalid. */
  drop(name: string): void {
    this.#former.delete(name);
    if (this.#leaves.delete(name)) this.#refused.add(name);
  }

  /** Adds a cached entry; returns its children, or undefined if the entry is invalid. */
  #take(name: string, text: string): readonly string[] | undefined {
    if (this.kind === 'enr' && isRecord(text)) {
      if (!isNamed(text, name)) return undefined;
      this.#leaves.set(name, text);
      this.#settle(name);
      return [];
    }
    try {
      const entry = this.accept(name, text);
      return entry.type === 'branch' ? entry.children : [];
    } catch (error) {
      if (error instanceof EnodeckError) return undefined;
      throw error;
    }
  }

  #grow(name: string, children: readonly string[]): void {
    const depth = (this.#seen.get(name) ?? 0) + 1;
    const added = new Set(children.filter((child) => !this.#seen.has(child)));
    if (added.size > 0 && depth > MAX_DEPTH) {
      throw new DnsListError('too-deep', `The list has more than ${String(MAX_DEPTH)} levels`);
    }
    if (this.#seen.size + added.size > MAX_ENTRIES) {
      throw new DnsListError('too-many-entries', `The list has more than ${String(MAX_ENTRIES)} entries`);
    }
    for (const child of added) {
      this.#seen.set(child, depth);
      this.#missing.add(child);
    }
  }

  #keep(name: string, text: string, type: 'enr' | 'link'): void {
    if (type !== this.kind) {
      throw this.kind === 'enr'
        ? new DnsListError('link-in-enr-tree', `The entry at ${name} in the subtree of records is a link`)
        : new DnsListError('enr-in-link-tree', `The entry at ${name} in the subtree of links is a record`);
    }
    if (type === 'link' && this.#leaves.size >= MAX_LINKS) {
      throw new DnsListError('too-many-links', `The list has more than ${String(MAX_LINKS)} links`);
    }
    this.#leaves.set(name, text);
  }

  #settle(name: string): void {
    this.#missing.delete(name);
    if (this.complete) this.#former.clear();
  }
}

/** A set of names that can return a random one. */
class RandomSet {
  readonly #names: string[] = [];
  readonly #indexes = new Map<string, number>();

  get size(): number {
    return this.#names.length;
  }

  has(name: string): boolean {
    return this.#indexes.has(name);
  }

  add(name: string): void {
    if (this.has(name)) return;
    this.#indexes.set(name, this.#names.push(name) - 1);
  }

  delete(name: string): void {
    const index = this.#indexes.get(name);
    if (index === undefined) return;
    const last = this.#names.pop();
    if (last === undefined) return;
    this.#indexes.delete(name);
    if (last === name) return;
    this.#names[index] = last;
    this.#indexes.set(last, index);
  }

  draw(random: Random): string | undefined {
    return this.size === 0 ? undefined : this.#names[random.below(this.size)];
  }
}
