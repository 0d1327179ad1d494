/** Cache of DNS node lists: in memory, and written to the database in the background. */
import type { Clock, Logger } from '../base/runtime.ts';
import type { Database } from './database.ts';
import { dnsEntryKey, dnsRootKey, parseDnsKey } from './keys.ts';
import { WriteBehind } from './write-behind.ts';

/** BOUNDED: entries, our choice; the largest public list has about 5,000. The oldest is evicted. */
const MAX_ENTRIES = 40_000;

/** BOUNDED: roots, our choice: the maximum number of lists that are followed. */
const MAX_ROOTS = 16;

/** BOUNDED: characters of a text; a valid entry is shorter. */
const MAX_TEXT = 1_024;

/** Options of DnsCacheStore. */
export interface DnsCacheStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Roots by URL and entries by name. The content is not trusted: readers verify it like an answer of the DNS. */
export class DnsCacheStore {
  readonly #roots = new Map<string, string>();
  readonly #entries = new Map<string, string>();
  /** BOUNDED: by the keys of the maps above, and of entries that were evicted since the last write. */
  readonly #writes: WriteBehind;

  private constructor({ database, clock, logger }: DnsCacheStoreOptions) {
    const failureMessage = 'DNS node lists cannot be saved';
    this.#writes = new WriteBehind({ database, clock, logger, failureMessage });
  }

  /** Loads the cache and removes invalid entries from the database. */
  static async open(options: DnsCacheStoreOptions): Promise<DnsCacheStore> {
    const store = new DnsCacheStore(options);
    for await (const [key, text] of options.database.entries('dns')) {
      const parts = parseDnsKey(key);
      const room = parts?.kind === 'root' ? store.#roots.size < MAX_ROOTS : store.#entries.size < MAX_ENTRIES;
      if (parts === undefined || text.length > MAX_TEXT || !room) store.#mark(key, undefined);
      else (parts.kind === 'root' ? store.#roots : store.#entries).set(parts.name, text);
    }
    return store;
  }

  /** The text of the root of a list, by its URL. */
  root(url: string): string | undefined {
    return this.#roots.get(url);
  }

  setRoot(url: string, text: string): void {
    this.#put(this.#roots, MAX_ROOTS, url, text, dnsRootKey);
  }

  /** The text of an entry, by its name (the base32 hash of the text). */
  entry(name: string): string | undefined {
    return this.#entries.get(name);
  }

  setEntry(name: string, text: string): void {
    this.#put(this.#entries, MAX_ENTRIES, name, text, dnsEntryKey);
  }

  /** Removes all roots and entries except these. */
  retain(urls: ReadonlySet<string>, names: ReadonlySet<string>): void {
    const sweep = (
      map: Map<string, string>,
      kept: ReadonlySet<string>,
      keyOf: (name: string) => string,
    ): void => {
      for (const name of map.keys()) {
        if (kept.has(name)) continue;
        map.delete(name);
        this.#mark(keyOf(name), undefined);
      }
    };
    sweep(this.#roots, urls, dnsRootKey);
    sweep(this.#entries, names, dnsEntryKey);
  }

  /** Ignores further changes and tries once to write pending ones. Never rejects: what is lost is queried again. */
  async close(): Promise<void> {
    await this.#writes.close();
  }

  #put(
    map: Map<string, string>,
    most: number,
    name: string,
    text: string,
    keyOf: (name: string) => string,
  ): void {
    const key = keyOf(name);
    if (map.get(name) === text || text.length > MAX_TEXT || parseDnsKey(key) === undefined) return;
    map.delete(name);
    map.set(name, text);
    this.#mark(key, text);
    if (map.size <= most) return;
    const [oldest] = map.keys();
    if (oldest === undefined) return;
    map.delete(oldest);
    this.#mark(keyOf(oldest), undefined);
  }

  #mark(key: string, value: string | undefined): void {
    this.#writes.put({ level: 'dns', key, value });
  }
}
