/**
 * The WebAssembly module of build/wasm: keccak-256, and the frames of RLPx. Undefined where the processor or the runtime has no
 * SIMD for WebAssembly. It is compiled during the import.
 */
import { briefBytes } from './bytes.ts';
import { WASM_BASE64 } from './wasm-binary.ts';
import { instantiateWasm } from './wasm-instance.ts';

/** What build/wasm/index.ts and aes-gcm.ts export. Addresses are bytes in the memory; a `bool` is 0 or 1. */
interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly slots: Readonly<{ value: number }>;
  readonly slotBytes: Readonly<{ value: number }>;
  readonly maxContent: Readonly<{ value: number }>;
  readonly buffer: Readonly<{ value: number }>;
  readonly bufferBytes: Readonly<{ value: number }>;
  readonly keyStream: Readonly<{ value: number }>;
  readonly aesKey: Readonly<{ value: number }>;
  readonly aesIv: Readonly<{ value: number }>;
  readonly aesText: Readonly<{ value: number }>;
  aesCtr(length: number, skipped: number): void;
  aesGcmSeal(additional: number, length: number): void;
  aesGcmOpen(additional: number, length: number): number;
  hash(length: number): void;
  hashBegin(): void;
  hashMore(length: number): void;
  hashEnd(): void;
  eraseWork(): void;
  macBegin(slot: number, length: number): void;
  macMore(slot: number, length: number): void;
  macEnd(slot: number): void;
  seal(slot: number, padded: number): void;
  sealHeader(slot: number): void;
  openHeader(slot: number): number;
  openContent(slot: number, padded: number): number;
}

/** The running module. Its functions are those of build/wasm/index.ts and aes-gcm.ts, which document them. */
export class WasmModule {
  readonly run: WasmExports;
  /** Address of the buffer, and its length. */
  readonly buffer: number;
  readonly bufferBytes: number;
  /** Address of the key stream. */
  readonly keyStream: number;
  /** The largest padded content of a frame that is sealed or opened in one call. */
  readonly maxContent: number;
  readonly #memory: WasmExports['memory'];
  #bytes: Uint8Array;

  constructor(run: WasmExports) {
    this.run = run;
    this.buffer = run.buffer.value;
    this.bufferBytes = run.bufferBytes.value;
    this.keyStream = run.keyStream.value;
    this.maxContent = run.maxContent.value;
    this.#memory = run.memory;
    this.#bytes = new Uint8Array(run.memory.buffer);
  }

  /** The memory. Not to be kept: `grow` replaces it, and detaches the array before. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /**
   * Adds pages of 64 KiB to the memory.
   * @throws RangeError where the system has no more memory
   */
  grow(pages: number): void {
    this.#memory.grow(pages);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  /** A copy of `length` bytes of the buffer. */
  taken(length: number): Uint8Array {
    return this.#bytes.slice(this.buffer, this.buffer + length);
  }

  /** The same for a copy that lives briefly: it is of `briefBytes`. */
  takenBriefly(length: number): Uint8Array {
    const copy = briefBytes(length);
    copy.set(this.#bytes.subarray(this.buffer, this.buffer + length));
    return copy;
  }
}

/** The module of its own memory; undefined where it does not compile. @internal for tests */
export function loadWasmModule(): WasmModule | undefined {
  const run = instantiateWasm(WASM_BASE64) as WasmExports | undefined;
  return run && new WasmModule(run);
}

/** The one instance that all connections and hashes share. */
export const wasmModule: WasmModule | undefined = loadWasmModule();
