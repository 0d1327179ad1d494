import type { Random } from '../../src-main/base/runtime.ts';

/**
 * Deterministic randomness from a seed: sfc32, a small fast generator. Not for keys outside of tests.
 * @see https://pracrand.sourceforge.net/RNG_engines.txt
 */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed / 2 ** 32) | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let round = 0; round < 12; round++) this.#next();
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) bytes[at] = this.#next() >>> 24;
    return bytes;
  }

  below(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1) throw new RangeError('A bound is a positive integer');
    const high = this.#next() >>> 11;
    const low = this.#next();
    return Math.floor(((high * 2 ** 32 + low) / 2 ** 53) * bound);
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }
}
