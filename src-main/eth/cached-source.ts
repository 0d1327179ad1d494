import { LRUCache } from 'lru-cache';
import { BoundedMap } from '../base/bounded-map.ts';
import { bytesToHex, equalBytes } from '../base/bytes.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { ForkFilter, ForkId } from '../chain/fork-id.ts';
import { CachedItems } from './cached-items.ts';
import type { AnswerLimits, ChainSource } from './chain-source.ts';
import { SOFT_RESPONSE_LIMIT } from './constants.ts';
import { decodeHeader } from './headers.ts';
import { bodySize, receiptsSize } from './item-sizes.ts';
import type { BlockBody, HeaderQuery } from './messages.ts';
import { FlatReceipts, type BlockReceipts } from './receipts.ts';
import { SharedCalls } from './shared-calls.ts';
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
  readonly #bodies: CachedItems<BlockBody>;
  readonly #receipts: CachedItems<BlockReceipts>;
  /** Hashes of canonical blocks by number. */
  readonly #numbers = new BoundedMap<string, string>(MAX_NUMBERS);
  readonly #headerCalls = new SharedCalls<readonly Uint8Array[]>();
  readonly #headerCounts = { hits: 0, misses: 0 };
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
    this.#headers = new LRUCache({
      maxSize: Math.max(1, Math.floor(maxBytes * SHARES.headers)),
      sizeCalculation: ({ encoded }) => OBJECT_BYTES + STRING_BYTES + encoded.length,
    });
    this.#bodies = new CachedItems<BlockBody>({
      maxBytes: maxBytes * SHARES.bodies,
      memoryOf: bodyMemory,
      sizeOf: bodySize,
      fetch: (hashes, limits, peer) => source.bodies(hashes, limits, peer),
    });
    this.#receipts = new CachedItems<BlockReceipts>({
      maxBytes: maxBytes * SHARES.receipts,
      memoryOf: receiptsMemory,
      sizeOf: receiptsSize,
      fetch: (hashes, limits, peer) => source.receipts(hashes, limits, peer),
    });
  }

  /** Numbers of items by where they came from. */
  get counts(): Readonly<Record<CachedKind, CacheCounts>> {
    return { headers: this.#headerCounts, bodies: this.#bodies.counts, receipts: this.#receipts.counts };
  }

  /** Estimated memory of all cached items, bytes. */
  get bytes(): number {
    return this.#headers.calculatedSize + this.#bodies.bytes + this.#receipts.bytes;
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
      this.#headerCounts.hits += cached.length;
      return cached;
    }
    const headers = await this.#headerCalls.run(queryKey(query, limits), () =>
      this.#fetchHeaders(query, limits, peer),
    );
    this.#headerCounts.misses += headers.length;
    return headers;
  }

  bodies(hashes: readonly Uint8Array[], limits: AnswerLimits, peer?: string): Promise<readonly BlockBody[]> {
    return this.#bodies.get(hashes, limits, peer);
  }

  receipts(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly BlockReceipts[]> {
    return this.#receipts.get(hashes, limits, peer);
  }

  accessLists(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#source.accessLists(hashes, limits, peer);
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

function receiptsMemory(receipts: BlockReceipts): number {
  if (receipts instanceof FlatReceipts) return OBJECT_BYTES + stringsMemory([receipts.items]);
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
