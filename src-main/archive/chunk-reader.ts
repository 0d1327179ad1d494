import { concatBytes } from '../base/bytes.ts';

/** Reads pieces of a stream of chunks. BOUNDED: it holds one piece, which its caller limits, and one chunk. */
export class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array, unknown>;
  #held: Uint8Array = new Uint8Array(0);
  #offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Offset of the next byte in the stream. */
  get offset(): number {
    return this.#offset;
  }

  /** The next `length` bytes, which stay in the stream; fewer at its end. @throws errors of the stream */
  async peek(length: number): Promise<Uint8Array> {
    await this.#hold(length);
    return this.#held.subarray(0, length);
  }

  /** Takes the next `length` bytes; fewer at the end of the stream. @throws errors of the stream */
  async take(length: number): Promise<Uint8Array> {
    await this.#hold(length);
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    this.#offset += taken.length;
    return taken;
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #hold(length: number): Promise<void> {
    if (this.#held.length >= length) return;
    const parts = [this.#held];
    let size = this.#held.length;
    while (size < length) {
      const { done, value } = await this.#chunks.next();
      if (done === true) break;
      const chunk = value;
      parts.push(chunk);
      size += chunk.length;
    }
    this.#held = parts.length === 1 ? this.#held : concatBytes(...parts);
  }
}
