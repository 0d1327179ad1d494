/**
 * Reads LevelDB's integers and slices. A read beyond the end returns zero or an empty slice, and sets `failed`.
 * @see https://github.com/google/leveldb/blob/main/util/coding.h
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #failed = false;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  /** Whether a read went beyond the end, or an integer was above 2^53 - 1. */
  get failed(): boolean {
    return this.#failed;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  byte(): number {
    if (this.#at >= this.#end) this.#failed = true;
    return this.#failed ? 0 : (this.#bytes[this.#at++] ?? 0);
  }

  /** An unsigned little-endian integer of `width` bytes (at most 8). Fails above 2^53 - 1. */
  fixed(width: number): number {
    let value = 0;
    for (let at = 0; at < width; at++) value += this.byte() * 2 ** (8 * at);
    if (!Number.isSafeInteger(value)) this.#failed = true;
    return value;
  }

  /** A varint: 7 bits per byte, least significant first. Fails above 2^53 - 1. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) this.#failed = true;
        return value;
      }
    }
    this.#failed = true;
    return 0;
  }

  /** A view of the next `length` bytes. */
  slice(length: number): Uint8Array {
    const start = this.#at;
    if (start + length > this.#end) this.#failed = true;
    if (this.#failed) return new Uint8Array(0);
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** A slice whose length precedes it as a varint. */
  prefixed(): Uint8Array {
    return this.slice(this.varint());
  }
}
