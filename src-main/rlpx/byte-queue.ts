/** Smallest buffer that is made for an item that spans chunks. */
const FIRST_BUFFER = 64 * 1024;

/** Largest buffer that is made for bytes that are only announced; beyond it what arrived sets the size. */
const LARGEST_ON_TRUST = 1024 * 1024;

/**
 * Bytes that arrived and wait to be taken in pieces of asked-for lengths. A piece within one chunk is a view onto it;
 * one that spans chunks is gathered in a buffer that grows with what really arrived, so that neither many small
 * chunks nor a large announced length cost more than a small multiple of the bytes received.
 * BOUNDED: by its owner, who takes from it before more is let in.
 */
export class ByteQueue {
  #head: Uint8Array = new Uint8Array(0);
  #gathered = 0;
  #gathering = false;
  #expected = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#gathering ? this.#gathered : this.#head.length;
  }

  /** Adds a chunk; the queue keeps a view onto it. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.length === 0) {
      this.#head = chunk;
      this.#gathering = false;
      return;
    }
    this.#gather(chunk);
  }

  /** Tells how many bytes the next `take` will ask for, so that they are gathered in one buffer. */
  expect(count: number): void {
    this.#expected = Math.min(count, LARGEST_ON_TRUST);
  }

  /** The next `count` bytes, or undefined while there are fewer. Views stay valid: the queue never writes into them. */
  take(count: number): Uint8Array | undefined {
    if (this.length < count) return undefined;
    const end = this.length;
    const taken = this.#head.subarray(0, count);
    this.#head = this.#head.subarray(count, end);
    this.#gathering = false;
    this.#expected = 0;
    return taken;
  }

  /** All that waits. */
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
