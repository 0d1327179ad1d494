/**
 * Snappy of short texts by a WebAssembly module. A call of native code takes longer than its work on a short text, most of all in
 * Electron, where the result is copied. The module has a memory of its own, in which there are no keys.
 */
import { briefBytes } from './bytes.ts';
import { SNAPPY_WASM_BASE64 } from './wasm-binary.ts';
import { instantiateWasm } from './wasm-instance.ts';

/** What build/wasm/snappy.ts exports. Addresses are bytes in the memory; a `bool` is 0 or 1. */
interface SnappyExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly maxText: Readonly<{ value: number }>;
  readonly maxBlock: Readonly<{ value: number }>;
  readonly text: Readonly<{ value: number }>;
  readonly block: Readonly<{ value: number }>;
  compress(length: number): number;
  decompress(start: number, blockLength: number, length: number): number;
}

/** Compresses and decompresses short texts. */
export class ShortSnappy {
  readonly #run: SnappyExports;
  readonly #memory: Uint8Array;
  readonly #maxText: number;
  readonly #maxBlock: number;
  readonly #text: number;
  readonly #block: number;

  constructor(run: SnappyExports) {
    this.#run = run;
    this.#memory = new Uint8Array(run.memory.buffer);
    this.#maxText = run.maxText.value;
    this.#maxBlock = run.maxBlock.value;
    this.#text = run.text.value;
    this.#block = run.block.value;
  }

  /** Whether `compress` takes a text. */
  takesText(plain: Uint8Array): boolean {
    return plain.length <= this.#maxText;
  }

  /** Whether `decompress` takes a block with a text of `length` bytes. */
  takesBlock(block: Uint8Array, length: number): boolean {
    return length <= this.#maxText && block.length <= this.#maxBlock;
  }

  /** The block of a text that it takes. It lives briefly (`briefBytes`). */
  compress(plain: Uint8Array): Uint8Array {
    this.#memory.set(plain, this.#text);
    const length = this.#run.compress(plain.length);
    const block = briefBytes(length);
    block.set(this.#memory.subarray(this.#block, this.#block + length));
    return block;
  }

  /**
   * The text of a block that it takes; undefined if the block is damaged, or has no text of that length.
   * @param start offset after the length at the beginning of the block
   * @param length of the text, bytes
   */
  decompress(block: Uint8Array, start: number, length: number): Uint8Array | undefined {
    this.#memory.set(block, this.#block);
    const isRight = this.#run.decompress(start, block.length, length) !== 0;
    return isRight ? this.#memory.slice(this.#text, this.#text + length) : undefined;
  }
}

/** A module of its own memory; undefined where WebAssembly does not run. */
export function loadSnappyModule(): SnappyExports | undefined {
  return instantiateWasm(SNAPPY_WASM_BASE64) as SnappyExports | undefined;
}
