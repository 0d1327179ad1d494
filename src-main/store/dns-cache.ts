/** DNS node lists in the database: in memory for reading, written behind. */
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import type { Database, DatabaseWrite } from './database.ts';
import { dnsEntryKey, dnsRootKey, parseDnsKey } from './keys.ts';

/** BOUNDED: our choice; the largest public list has some 5,000 entries. The one put first goes. */
const MAX_ENTRIES = 40_000;

/** BOUNDED: our choice; as many lists are followed at most. */
const MAX_ROOTS = 16;

/** BOUNDED: characters of a text; longer ones are no entries. */
const MAX_TEXT = 1_024;

/** Pause before a write that failed is tried again: our choice, a full disk is rarely free at once. */
const RETRY_MS = 30_000;

/** What the cache needs. */
export interface DnsCacheStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What was learnt of DNS node lists, by URL and by name. Whoever reads it verifies it like an answer of the DNS. */
export class DnsCacheStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #roots = new Map<string, string>();
  readonly #entries = new Map<string, string>();
  /** What is not on disk yet, by key. BOUNDED: by the maps above, and by what they let go of in between. */
  #pending = new Map<string, DatabaseWrite>();
  #writing: Promise<void> | undefined;
  #failed = false;
  #retry: Timer | undefined;
  #closed = false;

  private constructor({ database, clock, logger }: DnsCacheStoreOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Reads all that is kept; what cannot be of a list is dropped. */
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

  /** The text of a list's root, by its URL. */
  root(url: string): string | undefined {
    return this.#roots.get(url);
  }

  setRoot(url: string, text: string): void {
    this.#put(this.#roots, MAX_ROOTS, url, text, dnsRootKey);
  }

  /** The text of an entry, by its name. */
  entry(name: string): string | undefined {
    return this.#entries.get(name);
  }

  setEntry(name: string, text: string): void {
    this.#put(this.#entries, MAX_ENTRIES, name, text, dnsEntryKey);
  }

  /** Forgets everything else. */
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

  /** Writes what waits, once, and takes no more. Never rejects: what is lost is asked for again. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    if (this.#pending.size > 0) this.#writing ??= this.#writeBehind();
    while (this.#writing !== undefined) await this.#writing;
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
    if (this.#closed) return;
    this.#pending.set(key, { level: 'dns', key, value });
    this.#writing ??= this.#writeBehind();
  }

  /** Never rejects. */
  async #writeBehind(): Promise<void> {
    // Lets the caller finish what it is putting together.
    await Promise.resolve();
    while (this.#pending.size > 0) {
      const batch = this.#pending;
      this.#pending = new Map();
      try {
        await this.#database.write([...batch.values()]);
        this.#failed = false;
      } catch (error) {
        if (!this.#failed)
          this.#logger.error('DNS node lists cannot be saved', { error: describeError(error) });
        this.#failed = true;
        for (const [key, write] of batch) if (!this.#pending.has(key)) this.#pending.set(key, write);
        this.#retryLater();
        break;
      }
    }
    this.#writing = undefined;
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#retry ??= this.#clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      this.#writing ??= this.#writeBehind();
    });
  }
}
