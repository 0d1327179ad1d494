import { LRUCache } from 'lru-cache';
import { BoundedMap } from '../base/bounded-map.ts';
import { bytesToHex, equalBytes } from '../base/bytes.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { ForkFilter, ForkId } from '../chain/fork-id.ts';
import type { AnswerLimits, ChainSource } from './chain-source.ts';
import { SOFT_RESPONSE_LIMIT } from './constants.ts';
import { decodeHeader } from './headers.ts';
import { bodySize } from './item-sizes.ts';
import type { BlockBody, HeaderQuery } from './messages.ts';
import type { Receipt } from './receipts.ts';
import type { BlockRange } from './status.ts';

/** What is cached, and its part of the bytes. */
const SHARES = { headers: 1 / 8, bodies: 1 / 2, receipts: 3 / 8 } as const;

/** Kinds of cached items. */
export type CachedKind = keyof typeof SHARES;

/** Items that were answered from the cache, and from the source. */
export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
}

/** BOUNDED: numbers of canonical blocks with their hashes. */
const MAX_NUMBERS = 32_768;

/** Largest advance of the head over which the blocks of its old chain are looked for. */
const MAX_LINKED = 64n;

/** Estimated memory of an object with its fields, and of a byte string apart from its bytes. */
const OBJECT_BYTES = 200;
const STRING_BYTES = 100;

interface CachedHeader {
  readonly hash: string;
  readonly number: bigint;
  readonly encoded: Uint8Array;
}

/**
 * A source with a cache in front: headers, bodies and receipts by hash, the least recently used go first. Headers are found
 * by number too, while their block is canonical: when the head changes, the new head must descend from the old one, else
 * all numbers are forgotten. Calls for the same items at the same time become one call, which is charged to the first peer.
 */
export class CachedSource implements ChainSource {
  readonly networkId: bigint;
  readonly genesisHash: Uint8Array;
  readonly forkFilter: ForkFilter;
  readonly #source: ChainSource;
  readonly #headers: LRUCache<string, CachedHeader>;
  readonly #bodies: LRUCache<string, BlockBody>;
  readonly #receipts: LRUCache<string, readonly Receipt[]>;
  /** Hashes of canonical blocks by number. */
  readonly #numbers = new BoundedMap<string, string>(MAX_NUMBERS);
  readonly #headerCalls = new SharedCalls<readonly Uint8Array[]>();
  readonly #bodyCalls = new SharedCalls<ReadonlyMap<string, BlockBody>>();
  readonly #receiptCalls = new SharedCalls<readonly Receipt[] | undefined>();
  readonly #counts: Readonly<Record<CachedKind, { hits: number; misses: number }>> = {
    headers: { hits: 0, misses: 0 },
    bodies: { hits: 0, misses: 0 },
    receipts: { hits: 0, misses: 0 },
  };
  #head: BlockRange;
  /** Counts the heads. */
  #heads = 0;
  /** Whether it is known that the head descends from the head for which the numbers were kept. */
  #isLinked = true;

  /** @param maxBytes bound of the estimated memory of all items */
  constructor(source: ChainSource, maxBytes: number) {
    this.#source = source;
    this.networkId = source.networkId;
    this.genesisHash = source.genesisHash;
    this.forkFilter = source.forkFilter;
    this.#head = source.range();
    const sizeOf = (kind: CachedKind): number => Math.max(1, Math.floor(maxBytes * SHARES[kind]));
    this.#headers = new LRUCache({
      maxSize: sizeOf('headers'),
      sizeCalculation: ({ encoded }) => OBJECT_BYTES + STRING_BYTES + encoded.length,
    });
    this.#bodies = new LRUCache({ maxSize: sizeOf('bodies'), sizeCalculation: bodyMemory });
    this.#receipts = new LRUCache({ maxSize: sizeOf('receipts'), sizeCalculation: receiptsMemory });
  }

  /** Numbers of items by where they came from. */
  get counts(): Readonly<Record<CachedKind, CacheCounts>> {
    return this.#counts;
  }

  /** Estimated memory of all cached items, bytes. */
  get bytes(): number {
    return this.#headers.calculatedSize + this.#bodies.calculatedSize + this.#receipts.calculatedSize;
  }

  forkId(): ForkId {
    return this.#source.forkId();
  }

  range(): BlockRange {
    return this.#source.range();
  }

  onChange(listener: () => void): Unsubscribe {
    return this.#source.onChange?.(listener) ?? (() => undefined);
  }

  totalDifficulty(): bigint {
    return this.#source.totalDifficulty();
  }

  async headers(query: HeaderQuery, limits: AnswerLimits, peer?: string): Promise<readonly Uint8Array[]> {
    this.#followHead();
    const cached = this.#cachedHeaders(query, limits);
    if (cached !== undefined) {
      this.#counts.headers.hits += cached.length;
      return cached;
    }
    const headers = await this.#headerCalls.run(queryKey(query, limits), () =>
      this.#fetchHeaders(query, limits, peer),
    );
    this.#counts.headers.misses += headers.length;
    return headers;
  }

  async bodies(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly BlockBody[]> {
    const asked = this.#cachedBodies(hashes, limits);
    const missing = new Map(
      asked.flatMap(({ key, hash, body }) => (body === undefined ? [[key, hash] as const] : [])),
    );
    const fetched = missing.size === 0 ? undefined : await this.#fetchBodies(missing, limits, peer);
    const bodies: BlockBody[] = [];
    let bytes = 0;
    for (const { key, body: cached } of asked) {
      const body = cached ?? fetched?.get(key);
      if (body === undefined || bytes >= limits.bytes) break;
      this.#counts.bodies[cached === undefined ? 'misses' : 'hits']++;
      bytes += bodySize(body);
      bodies.push(body);
    }
    return bodies;
  }

  async receipts(hash: Uint8Array, peer?: string): Promise<readonly Receipt[] | undefined> {
    const key = bytesToHex(hash);
    const cached = this.#receipts.get(key);
    if (cached !== undefined) {
      this.#counts.receipts.hits++;
      return cached;
    }
    const receipts = await this.#receiptCalls.run(key, async () => {
      const fetched = await this.#source.receipts(hash, peer);
      if (fetched !== undefined) this.#receipts.set(key, fetched);
      return fetched;
    });
    if (receipts !== undefined) this.#counts.receipts.misses++;
    return receipts;
  }

  accessLists(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#source.accessLists(hashes, limits, peer);
  }

  /** The blocks of a request, until the cached ones among them reach the limits. */
  #cachedBodies(hashes: readonly Uint8Array[], limits: AnswerLimits): readonly AskedBody[] {
    const asked: AskedBody[] = [];
    let bytes = 0;
    for (const hash of hashes.slice(0, limits.items)) {
      if (bytes >= limits.bytes) break;
      const key = bytesToHex(hash);
      const body = this.#bodies.get(key);
      if (body !== undefined) bytes += bodySize(body);
      asked.push({ key, hash, body });
    }
    return asked;
  }

  /** @param missing hashes by their keys */
  #fetchBodies(
    missing: ReadonlyMap<string, Uint8Array>,
    limits: AnswerLimits,
    peer: string | undefined,
  ): Promise<ReadonlyMap<string, BlockBody>> {
    const keys = [...missing.keys()];
    return this.#bodyCalls.run(`${limitsKey(limits)} ${keys.join()}`, async () => {
      const bodies = await this.#source.bodies([...missing.values()], limits, peer);
      const fetched = new Map<string, BlockBody>();
      for (const [index, key] of keys.entries()) {
        const body = bodies[index];
        if (body === undefined) break;
        this.#bodies.set(key, body);
        fetched.set(key, body);
      }
      return fetched;
    });
  }

  /** The answer to a query when all of it is cached, or above our head. */
  #cachedHeaders(
    { start, limit, skip, reverse }: HeaderQuery,
    limits: AnswerLimits,
  ): readonly Uint8Array[] | undefined {
    const { latest } = this.#head;
    const step = (skip + 1n) * (reverse ? -1n : 1n);
    const headers: Uint8Array[] = [];
    let bytes = 0;
    let number = 'hash' in start ? undefined : start.number;
    for (;;) {
      if (BigInt(headers.length) >= limit || headers.length >= limits.items) return headers;
      if (bytes >= limits.bytes || (number !== undefined && (number < 0n || number > latest))) return headers;
      const header =
        number === undefined && 'hash' in start
          ? this.#headers.get(bytesToHex(start.hash))
          : this.#canonical(number);
      if (header === undefined) return undefined;
      headers.push(header.encoded);
      bytes += header.encoded.length;
      // Of a block that is not known as canonical, only the source knows what follows.
      if (limit > 1n && this.#canonical(header.number) !== header) return undefined;
      number = header.number + step;
    }
  }

  /** The header of the canonical block with this number, if both are cached. */
  #canonical(number: bigint | undefined): CachedHeader | undefined {
    if (!this.#isLinked || number === undefined) return undefined;
    const hash = this.#numbers.get(String(number));
    return hash === undefined ? undefined : this.#headers.get(hash);
  }

  async #fetchHeaders(
    query: HeaderQuery,
    limits: AnswerLimits,
    peer: string | undefined,
  ): Promise<readonly Uint8Array[]> {
    const heads = this.#heads;
    const headers = await this.#source.headers(query, limits, peer);
    const cached = headers.map((encoded) => this.#cacheHeader(encoded));
    this.#followHead();
    if (this.#isLinked && heads === this.#heads && this.#isCanonicalStart(query)) this.#cacheNumbers(cached);
    return headers;
  }

  /** Whether all headers of a query are canonical: those from a number or from our head. */
  #isCanonicalStart({ start }: HeaderQuery): boolean {
    return !('hash' in start) || equalBytes(start.hash, this.#head.latestHash);
  }

  #cacheHeader(encoded: Uint8Array): CachedHeader {
    const { hash, number } = decodeHeader(encoded);
    // A copy, because the header can be a view of a buffer that holds a whole answer.
    const header = { hash: bytesToHex(hash), number, encoded: encoded.slice() };
    this.#headers.set(header.hash, header);
    return header;
  }

  #cacheNumbers(headers: readonly CachedHeader[]): void {
    for (const { number, hash } of headers) this.#numbers.set(String(number), hash);
  }

  /** Compares the head of the source with the last one. When it changed, finds out whether it descends from that. */
  #followHead(): void {
    const range = this.#source.range();
    const before = this.#head;
    if (equalBytes(range.latestHash, before.latestHash)) return;
    this.#head = range;
    this.#heads++;
    const advance = range.latest - before.latest;
    if (!this.#isLinked || advance <= 0n || advance > MAX_LINKED) {
      this.#numbers.clear();
      this.#isLinked = true;
      return;
    }
    this.#isLinked = false;
    void this.#link(before, range, this.#heads);
  }

  /** Keeps the numbers if the head descends from the last one. Until then, headers by number come from the source. */
  async #link(before: BlockRange, { latest, latestHash }: BlockRange, heads: number): Promise<void> {
    const limit = latest - before.latest + 1n;
    const query = { start: { hash: latestHash }, limit, skip: 0n, reverse: true };
    let headers: readonly Uint8Array[] = [];
    let isLinked = false;
    try {
      headers = await this.#source.headers(query, { items: Number(limit), bytes: SOFT_RESPONSE_LIMIT });
      isLinked = descends(headers, latestHash, before.latestHash, limit);
    } catch {
      // A source that fails here forgets the numbers; it says itself why it failed.
    }
    if (heads !== this.#heads) return;
    if (isLinked) this.#cacheNumbers(headers.map((encoded) => this.#cacheHeader(encoded)));
    else this.#numbers.clear();
    this.#isLinked = true;
  }
}

/** A block of a request for bodies, with its body if that is cached. */
interface AskedBody {
  readonly key: string;
  readonly hash: Uint8Array;
  readonly body: BlockBody | undefined;
}

/** Calls in progress: a call for the same items gets their result. BOUNDED: by the callers. */
class SharedCalls<Result> {
  readonly #calls = new Map<string, Promise<Result>>();

  run(key: string, call: () => Promise<Result>): Promise<Result> {
    const current = this.#calls.get(key);
    if (current !== undefined) return current;
    const started = call().finally(() => {
      this.#calls.delete(key);
    });
    this.#calls.set(key, started);
    return started;
  }
}

/** Whether these are `count` headers from block `from` to block `to`, each followed by its parent. */
function descends(headers: readonly Uint8Array[], from: Uint8Array, to: Uint8Array, count: bigint): boolean {
  if (BigInt(headers.length) !== count) return false;
  let [last, expected] = [from, from];
  for (const { hash, parentHash } of headers.map(decodeHeader)) {
    if (!equalBytes(hash, expected)) return false;
    [last, expected] = [hash, parentHash];
  }
  return equalBytes(last, to);
}

function queryKey({ start, limit, skip, reverse }: HeaderQuery, limits: AnswerLimits): string {
  const from = 'hash' in start ? bytesToHex(start.hash) : String(start.number);
  return `${limitsKey(limits)} ${from} ${String(limit)} ${String(skip)} ${String(reverse)}`;
}

const limitsKey = ({ items, bytes }: AnswerLimits): string => `${String(items)} ${String(bytes)}`;

function bodyMemory({ transactions, ommers, withdrawals = [] }: BlockBody): number {
  return OBJECT_BYTES + stringsMemory(transactions) + stringsMemory(ommers) + stringsMemory(withdrawals);
}

function receiptsMemory(receipts: readonly Receipt[]): number {
  let bytes = OBJECT_BYTES;
  for (const { postStateOrStatus, logs } of receipts) {
    bytes += OBJECT_BYTES + stringsMemory([postStateOrStatus]);
    for (const { address, topics, data } of logs) {
      bytes += OBJECT_BYTES + stringsMemory([address, data]) + stringsMemory(topics);
    }
  }
  return bytes;
}

function stringsMemory(strings: readonly Uint8Array[]): number {
  return strings.reduce((sum, { length }) => sum + STRING_BYTES + length, 0);
}
