/**
 * Copies of payloads, many in one buffer: a buffer for each would cost more time and memory than the payload. The oldest
 * records leave first, so that a chunk is free soon after its first payload has left.
 */

/** Bytes of a chunk (our choice). */
const CHUNK_BYTES = 128 * 1024;

/** Larger payloads get a buffer of their own: they would leave the rest of a chunk unused. */
const MAX_SHARED_BYTES = CHUNK_BYTES / 8;

/** A payload within its chunk. */
export interface KeptPayload {
  readonly chunk: Uint8Array;
  readonly start: number;
}

/** Takes copies of payloads. BOUNDED: by the ring that holds them, and by one chunk that is not full yet. */
export class PayloadChunks {
  #chunk: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** Copies the first `length` bytes. */
  keep(payload: Uint8Array, length: number): KeptPayload {
    if (length > MAX_SHARED_BYTES) return { chunk: payload.slice(0, length), start: 0 };
    if (this.#used + length > this.#chunk.length) {
      this.#chunk = new Uint8Array(CHUNK_BYTES);
      this.#used = 0;
    }
    const start = this.#used;
    this.#chunk.set(payload.length === length ? payload : payload.subarray(0, length), start);
    this.#used += length;
    return { chunk: this.#chunk, start };
  }

  /** Forgets the chunk that is not full. */
  clear(): void {
    this.#chunk = new Uint8Array(0);
    this.#used = 0;
  }
}
