import { concatBytes, EMPTY_BYTES, xorBytes } from '../base/bytes.ts';
import type { StreamCipher } from '../base/symmetric.ts';

/** Bytes of the first draw: a header. */
const SMALLEST_DRAW = 16;

/** Bytes of the largest draw ahead of need. A call of the cipher costs as much as the encryption of some kilobytes. */
const LARGEST_DRAW = 4096;

/** The cipher's output for zeros is its key stream. */
const ZEROS = new Uint8Array(LARGEST_DRAW);

/**
 * The key stream of one direction, drawn from its cipher ahead of need: one call of the cipher serves several small frames. Draws
 * begin small and double, so that a quiet connection holds little. BOUNDED: LARGEST_DRAW
 * bytes, or what one frame needs.
 */
export class KeyStream {
  readonly #cipher: StreamCipher;
  /** Key stream that was drawn; what is before `#at` was used. */
  #drawn: Uint8Array = EMPTY_BYTES;
  #at = 0;
  #nextDraw = SMALLEST_DRAW;

  constructor(cipher: StreamCipher) {
    this.#cipher = cipher;
  }

  /** Copies the next `count` bytes of key stream to `offset` in `target`. */
  copyTo(target: Uint8Array, offset: number, count: number): void {
    const kept = this.#drawn.length - this.#at;
    if (kept >= count) {
      target.set(this.#drawn.subarray(this.#at, this.#at + count), offset);
      this.#at += count;
      return;
    }
    target.set(this.#drawn.subarray(this.#at), offset);
    const missing = count - kept;
    this.#draw(missing);
    target.set(this.#drawn.subarray(0, missing), offset + kept);
    this.#at = missing;
  }

  /** Encrypts or decrypts `bytes`, of any length. For large ones: with nothing drawn ahead, the cipher does all of it. */
  apply(bytes: Uint8Array): Uint8Array {
    const kept = Math.min(bytes.length, this.#drawn.length - this.#at);
    this.#nextDraw = SMALLEST_DRAW;
    if (kept === 0) return this.#cipher.update(bytes);
    const first = xorBytes(bytes, this.#drawn.subarray(this.#at, this.#at + kept));
    this.#at += kept;
    return kept === bytes.length ? first : concatBytes(first, this.#cipher.update(bytes.subarray(kept)));
  }

  /** Erases what was drawn. */
  release(): void {
    this.#drawn.fill(0);
    this.#drawn = EMPTY_BYTES;
    this.#at = 0;
  }

  /** Replaces the key stream, all of which was used, by at least `count` bytes. */
  #draw(count: number): void {
    const length = Math.max(count, this.#nextDraw);
    this.#nextDraw = Math.min(2 * this.#nextDraw, LARGEST_DRAW);
    this.#drawn = this.#cipher.update(
      length <= LARGEST_DRAW ? ZEROS.subarray(0, length) : new Uint8Array(length),
    );
  }
}
