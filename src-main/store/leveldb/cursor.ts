/** Reads LevelDB's numbers and slices one after the other. Past the end it gives zeros and says that it failed. */
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

  /** True when something was read that is not there, or that no number of ours holds. */
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

  /** An integer of 7 bits a byte, lowest first. Fails above 2^53 - 1. */
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

  /** The next `length` bytes, not copied. */
  slice(length: number): Uint8Array {
    const start = this.#at;
    if (start + length > this.#end) this.#failed = true;
    if (this.#failed) return new Uint8Array(0);
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Bytes with their length before them. */
  prefixed(): Uint8Array {
    return this.slice(this.varint());
  }
}
