import { LRUCache } from 'lru-cache';
import { bytesToHex } from '../base/bytes.ts';
import type { AnswerLimits } from './chain-source.ts';
import { SharedCalls } from './shared-calls.ts';

/** What a cache of items works with. */
export interface CachedItemsOptions<Item> {
  /** BOUNDED: estimated memory of all items, bytes. */
  readonly maxBytes: number;
  /** Estimated memory of an item, bytes. */
  readonly memoryOf: (item: Item) => number;
  /** Size of an item in an answer, bytes. */
  readonly sizeOf: (item: Item) => number;
  /** The items of these blocks from the source, up to the first missing one. */
  readonly fetch: (
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer: string | undefined,
  ) => Promise<readonly Item[]>;
}

interface Entry<Item> {
  readonly item: Item;
  /** Size in an answer, bytes. */
  readonly size: number;
}

/** A block of a request, with what is cached of it. */
interface Asked<Item> {
  readonly key: string;
  readonly hash: Uint8Array;
  readonly entry: Entry<Item> | undefined;
}

/**
 * One kind of items of blocks, cached by the hash of the block; the least recently used go first. Calls for the same missing
 * blocks at the same time become one call, which is charged to the first peer.
 */
export class CachedItems<Item> {
  readonly #options: CachedItemsOptions<Item>;
  readonly #cache: LRUCache<string, Entry<Item>>;
  readonly #calls = new SharedCalls<ReadonlyMap<string, Entry<Item>>>();
  /** Numbers of given items by where they came from. */
  readonly counts = { hits: 0, misses: 0 };

  constructor(options: CachedItemsOptions<Item>) {
    this.#options = options;
    this.#cache = new LRUCache({
      maxSize: Math.max(1, Math.floor(options.maxBytes)),
      sizeCalculation: ({ item }) => options.memoryOf(item),
    });
  }

  /** Estimated memory of all cached items, bytes. */
  get bytes(): number {
    return this.#cache.calculatedSize;
  }

  /** The items of these blocks, up to the first missing one, and the limits. @throws what the source throws */
  async get(hashes: readonly Uint8Array[], limits: AnswerLimits, peer?: string): Promise<readonly Item[]> {
    const asked = this.#cached(hashes, limits);
    const missing = new Map(
      asked.flatMap(({ key, hash, entry }) => (entry === undefined ? [[key, hash] as const] : [])),
    );
    const fetched = missing.size === 0 ? undefined : await this.#fetch(missing, limits, peer);
    const items: Item[] = [];
    let bytes = 0;
    for (const { key, entry: cached } of asked) {
      const entry = cached ?? fetched?.get(key);
      if (entry === undefined || bytes >= limits.bytes) break;
      this.counts[cached === undefined ? 'misses' : 'hits']++;
      bytes += entry.size;
      items.push(entry.item);
    }
    return items;
  }

  /** The blocks of a request, until the cached ones among them reach the limits. */
  #cached(hashes: readonly Uint8Array[], limits: AnswerLimits): readonly Asked<Item>[] {
    const asked: Asked<Item>[] = [];
    let bytes = 0;
    for (const hash of hashes.slice(0, limits.items)) {
      if (bytes >= limits.bytes) break;
      const key = bytesToHex(hash);
      const entry = this.#cache.get(key);
      bytes += entry?.size ?? 0;
      asked.push({ key, hash, entry });
    }
    return asked;
  }

  /** @param missing hashes by their keys */
  #fetch(
    missing: ReadonlyMap<string, Uint8Array>,
    limits: AnswerLimits,
    peer: string | undefined,
  ): Promise<ReadonlyMap<string, Entry<Item>>> {
    const keys = [...missing.keys()];
    const call = `${String(limits.items)} ${String(limits.bytes)} ${keys.join()}`;
    return this.#calls.run(call, async () => {
      const items = await this.#options.fetch([...missing.values()], limits, peer);
      const fetched = new Map<string, Entry<Item>>();
      for (const [index, key] of keys.entries()) {
        const item = items[index];
        if (item === undefined) break;
        const entry = { item, size: this.#options.sizeOf(item) };
        this.#cache.set(key, entry);
        fetched.set(key, entry);
      }
      return fetched;
    });
  }
}
