import { EnodeckError } from '../../base/errors.ts';
import type { Random } from '../../base/runtime.ts';
import type { DnsCache } from './cache.ts';
import { MAX_DEPTH, MAX_ENTRIES, MAX_FORMER, MAX_LINKS } from './constants.ts';
import { isNamed, isRecord, parseEntry, type TreeEntry } from './entries.ts';
import { DnsListError } from './errors.ts';

/** The two halves of a list. */
export type SubtreeKind = 'enr' | 'link';

/**
 * What is known below one of a root's two hashes: what is still to be asked for, the leaves that were found, and what
 * was refused. Leaves of the subtree that it follows stay in use until it is complete.
 */
export class Subtree {
  readonly kind: SubtreeKind;
  readonly top: string;
  /** Depth by name, of all names that were ever to be asked for. BOUNDED: MAX_ENTRIES. */
  readonly #seen = new Map<string, number>();
  /** BOUNDED: as #seen, whose names they are. */
  readonly #missing = new DrawnSet();
  readonly #refused = new Set<string>();
  readonly #leaves = new Map<string, string>();
  /** BOUNDED: a tree that changes before it is complete passes on its newest entries. */
  readonly #former = new Map<string, string>();

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

  /** Names to ask for. */
  get missing(): number {
    return this.#missing.size;
  }

  /** Names whose text was refused; they are asked for again after the next look at the root. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Leaves that can be used. */
  get usableCount(): number {
    let count = this.#leaves.size;
    for (const name of this.#former.keys()) if (!this.#leaves.has(name)) count++;
    return count;
  }

  /** Whether every entry is known. */
  get complete(): boolean {
    return this.#missing.size === 0 && this.#refused.size === 0;
  }

  /** Every name that is or was to be asked for. */
  names(): MapIterator<string> {
    return this.#seen.keys();
  }

  /** Leaves by name: ours, and while we are not complete those of before. */
  *usable(): Generator<[string, string]> {
    yield* this.#leaves;
    for (const [name, text] of this.#former) if (!this.#leaves.has(name)) yield [name, text];
  }

  /** The text of a usable leaf. */
  leaf(name: string): string | undefined {
    return this.#leaves.get(name) ?? this.#former.get(name);
  }

  /** Draws a name to ask for. Undefined when there is none. */
  draw(random: Random): string | undefined {
    return this.#missing.draw(random);
  }

  /**
   * Takes the text that was found under a missing name.
   * @throws DnsEntryError or DnsListError naming what is wrong with it; the caller says what becomes of the name
   */
  accept(name: string, text: string): TreeEntry {
    if (!isNamed(text, name)) {
      throw new DnsListError(
        'hash-mismatch',
        `The text at ${name} is not the one that the name is the hash of`,
      );
    }
    const entry = parseEntry(text);
    if (entry.type === 'branch') this.#grow(name, entry.children);
    else this.#keep(name, text, entry.type);
    this.#settle(name);
    return entry;
  }

  /** Gives a missing name up until `retry`. */
  refuse(name: string): void {
    this.#refused.add(name);
    this.#settle(name);
  }

  /** Lets what was refused be asked for again. */
  retry(): void {
    for (const name of this.#refused) this.#missing.add(name);
    this.#refused.clear();
  }

  /**
   * Takes what is remembered of these names, and of all below them. Records are decoded only when they are drawn, because
   * their signatures are expensive; invalid ones are requested again.
   * @returns the names of the leaves that were there
   */
  fill(cache: DnsCache, names: Iterable<string>): string[] {
    const leaves: string[] = [];
    // Children are added to the end while this runs.
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

  /** Takes back a leaf that turned out to be none. */
  drop(name: string): void {
    this.#former.delete(name);
    if (this.#leaves.delete(name)) this.#refused.add(name);
  }

  /** The children of what is remembered under a name; undefined when it is not right. */
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
    const fresh = new Set(children.filter((child) => !this.#seen.has(child)));
    if (fresh.size > 0 && depth > MAX_DEPTH) {
      throw new DnsListError('too-deep', `The list has more than ${String(MAX_DEPTH)} storeys`);
    }
    if (this.#seen.size + fresh.size > MAX_ENTRIES) {
      throw new DnsListError('too-many-entries', `The list has more than ${String(MAX_ENTRIES)} entries`);
    }
    for (const child of fresh) {
      this.#seen.set(child, depth);
      this.#missing.add(child);
    }
  }

  #keep(name: string, text: string, type: 'enr' | 'link'): void {
    if (type !== this.kind) {
      throw this.kind === 'enr'
        ? new DnsListError('link-in-enr-tree', `At ${name}, among the records, is a link`)
        : new DnsListError('enr-in-link-tree', `At ${name}, among the links, is a record`);
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

/** Names of which one can be drawn. */
class DrawnSet {
  readonly #names: string[] = [];
  readonly #places = new Map<string, number>();

  get size(): number {
    return this.#names.length;
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  add(name: string): void {
    if (this.has(name)) return;
    this.#places.set(name, this.#names.push(name) - 1);
  }

  delete(name: string): void {
    const at = this.#places.get(name);
    if (at === undefined) return;
    const last = this.#names.pop();
    if (last === undefined) return;
    this.#places.delete(name);
    if (last === name) return;
    this.#names[at] = last;
    this.#places.set(last, at);
  }

  draw(random: Random): string | undefined {
    return this.size === 0 ? undefined : this.#names[random.below(this.size)];
  }
}
