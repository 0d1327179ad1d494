import { readUint } from '../base/bytes.ts';
import type { Random } from '../base/runtime.ts';

/** Words of an entry: the first 8 bytes of the hash. */
const WORDS = 2;
/** Slots of the first table; a power of two. */
const FIRST_SLOTS = 128;

/**
 * A set of hashes that forgets the oldest: at least the last half of `capacity` are in it. It keeps 8 bytes of each hash,
 * in two tables of open addressing, because a Set of strings takes ten times the memory: 100 peers with 32,768 hashes
 * would need 300 MB. Two hashes with the same 8 bytes are one; to find such a hash takes 2^64 tries. Random factors
 * place the entries, so that nobody can choose hashes that share a slot. BOUNDED: capacity.
 */
export class KnownHashes {
  readonly #half: number;
  readonly #factors: readonly [number, number];
  #recent: Uint32Array;
  #recentCount = 0;
  #older: Uint32Array | undefined;

  /** @param capacity a power of two, 256 or more */
  constructor(capacity: number, random: Random) {
    this.#half = capacity / 2;
    this.#factors = [oddFactor(random), oddFactor(random)];
    this.#recent = new Uint32Array(FIRST_SLOTS * WORDS);
  }

  /** @param hash 32 bytes */
  has(hash: Uint8Array): boolean {
    const [high, low] = wordsOf(hash);
    if (isIn(this.#recent, this.#find(this.#recent, high, low))) return true;
    return this.#older !== undefined && isIn(this.#older, this.#find(this.#older, high, low));
  }

  /** Adds a hash. @returns whether it is new */
  add(hash: Uint8Array): boolean {
    const isNew = !this.has(hash);
    const [high, low] = wordsOf(hash);
    if (!isIn(this.#recent, this.#find(this.#recent, high, low))) this.#insert(high, low);
    return isNew;
  }

  #insert(high: number, low: number): void {
    if (this.#recentCount >= this.#half) {
      this.#older = this.#recent;
      this.#recent = new Uint32Array(FIRST_SLOTS * WORDS);
      this.#recentCount = 0;
    } else if (this.#recentCount * 2 * WORDS >= this.#recent.length) {
      this.#grow();
    }
    put(this.#recent, this.#find(this.#recent, high, low), high, low);
    this.#recentCount++;
  }

  #grow(): void {
    const full = this.#recent;
    this.#recent = new Uint32Array(full.length * 2);
    for (let at = 0; at < full.length; at += WORDS) {
      const [high, low] = [full[at] ?? 0, full[at + 1] ?? 0];
      if (isIn(full, at)) put(this.#recent, this.#find(this.#recent, high, low), high, low);
    }
  }

  /** Index of an entry, or of the free slot where it belongs. Tables are half full at most. */
  #find(table: Uint32Array, high: number, low: number): number {
    const slots = table.length / WORDS;
    const [first, second] = this.#factors;
    const mixed = (Math.imul(high, first) + Math.imul(low, second)) >>> 0;
    let slot = mixed >>> (32 - Math.log2(slots));
    for (;;) {
      const at = slot * WORDS;
      if (!isIn(table, at) || (table[at] === high && table[at + 1] === low)) return at;
      slot = (slot + 1) % slots;
    }
  }
}

/** The first 8 bytes of a hash; never two zeros, which mark a free slot. */
function wordsOf(hash: Uint8Array): readonly [high: number, low: number] {
  const [high, low] = [readUint(hash, 0, 4), readUint(hash, 4, 4)];
  return high === 0 && low === 0 ? [0, 1] : [high, low];
}

function isIn(table: Uint32Array, at: number): boolean {
  return table[at] !== 0 || table[at + 1] !== 0;
}

function put(table: Uint32Array, at: number, high: number, low: number): void {
  table[at] = high;
  table[at + 1] = low;
}

function oddFactor(random: Random): number {
  return random.below(2 ** 31) * 2 + 1;
}
