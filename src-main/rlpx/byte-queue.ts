import { EMPTY_BYTES } from '../base/bytes.ts';

/** Smallest buffer allocated for an item that spans chunks, bytes. */
const FIRST_BUFFER = 64 * 1024;

/** Largest buffer allocated for bytes that are only announced, bytes. Above it, the buffer grows with received bytes. */
const LARGEST_ON_TRUST = 1024 * 1024;

/**
 * Queue of received bytes that are taken in pieces of a given length. A piece within one chunk is a view of that
 * chunk. A piece that spans chunks is copied into a buffer that grows with the bytes received, so that neither many
 * small chunks nor a large announced length costs more than a small multiple of the bytes received. BOUNDED: by its
 * owner, which takes from the queue before it accepts more bytes.
 */
export class ByteQueue {
  #head: Uint8Array = EMPTY_BYTES;
  #gathered = 0;
  #gathering = false;
  #expected = 0;

  /** Number of bytes in the queue. */
  get length(): number {
    return this.#gathering ? this.#gathered : this.#head.length;
  }

  /** Adds a chunk. The queue keeps a reference to it. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.length === 0) {
      this.#head = chunk;
      this.#gathering = false;
      return;
    }
    this.#gather(chunk);
  }

  /** Announces how many bytes the next `take` requests, so that one buffer is allocated for them. */
  expect(count: number): void {
    this.#expected = Math.min(count, LARGEST_ON_TRUST);
  }

  /** Removes and returns the next `count` bytes; undefined while there are fewer. The queue never writes into a returned view. */
  take(count: number): Uint8Array | undefined {
    if (this.length < count) return undefined;
    const end = this.length;
    const taken = this.#head.subarray(0, count);
    // An empty view would keep the whole chunk, or the buffer of a long item, until the next one arrives.
    this.#head = count === end ? EMPTY_BYTES : this.#head.subarray(count, end);
    this.#gathering = false;
    this.#expected = 0;
    return taken;
  }

  /** The next `count` bytes, which stay in the queue; undefined while there are fewer. */
  peek(count: number): Uint8Array | undefined {
    return this.length < count ? undefined : this.#head.subarray(0, count);
  }

  /** Removes and returns all bytes. */
  takeAll(): Uint8Array {
    return this.take(this.length) ?? new Uint8Array(0);
  }

  #gather(chunk: Uint8Array): void {
    const waiting = this.length;
    const needed = waiting + chunk.length;
    if (!this.#gathering || needed > this.#head.length) {
      const doubled = this.#gathering ? 2 * this.#head.length : 0;
      const grown = new Uint8Array(Math.max(FIRST_BUFFER, needed, doubled, this.#expected));
      grown.set(this.#head.subarray(0, waiting));
      this.#head = grown;
      this.#gathering = true;
    }
    this.#head.set(chunk, waiting);
    this.#gathered = needed;
  }
}
