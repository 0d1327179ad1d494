/**
 * AES-128 of short texts by the WebAssembly module: node:crypto makes several objects for each text, which take longer than the
 * encryption of a packet of discovery. The keys are expanded anew for each text, and erased after it.
 */
import type { WasmModule } from './wasm-module.ts';

/** Longest text that GCM takes here, bytes: the AES instructions behind node:crypto are faster for longer ones. */
const MAX_GCM_TEXT = 192;

/** Longest additional data of GCM and longest text of CTR, bytes; all headers of discovery v5 are shorter. */
const MAX_HEADER = 512;

const KEY_LENGTH = 16;
const TAG_LENGTH = 16;

/** AES-128-CTR and AES-128-GCM. The caller checks the lengths of IVs and nonces. */
export class ShortAes {
  readonly #module: WasmModule;
  readonly #key: number;
  readonly #iv: number;
  readonly #text: number;

  constructor(module: WasmModule) {
    this.#module = module;
    this.#key = module.run.aesKey.value;
    this.#iv = module.run.aesIv.value;
    this.#text = module.run.aesText.value;
  }

  /** Whether `ctr` takes a text. */
  takesCtr(key: Uint8Array, text: Uint8Array): boolean {
    return key.length === KEY_LENGTH && text.length <= MAX_HEADER;
  }

  /** Whether `seal` and `open` take a text, or its ciphertext with the tag. */
  takesGcm(key: Uint8Array, text: Uint8Array, additional: Uint8Array): boolean {
    return key.length === KEY_LENGTH && text.length <= MAX_GCM_TEXT && additional.length <= MAX_HEADER;
  }

  /** Encrypts or decrypts `text`, which starts `skipped` blocks after the counter block `iv`. */
  ctr(key: Uint8Array, iv: Uint8Array, text: Uint8Array, skipped: number): Uint8Array {
    const { bytes, run } = this.#module;
    bytes.set(key, this.#key);
    bytes.set(iv, this.#iv);
    bytes.set(text, this.#text);
    run.aesCtr(text.length, skipped);
    return bytes.slice(this.#text, this.#text + text.length);
  }

  /** The ciphertext followed by its tag. */
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, additional: Uint8Array): Uint8Array {
    const { bytes, run } = this.#module;
    const start = this.#put(key, nonce, additional, plain);
    run.aesGcmSeal(additional.length, plain.length);
    return bytes.slice(start, start + plain.length + TAG_LENGTH);
  }

  /** The plaintext, or undefined when the tag does not match. `sealed` is not shorter than a tag. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    additional: Uint8Array,
  ): Uint8Array | undefined {
    const { bytes, run } = this.#module;
    const start = this.#put(key, nonce, additional, sealed);
    const length = sealed.length - TAG_LENGTH;
    return run.aesGcmOpen(additional.length, length) === 0 ? undefined : bytes.slice(start, start + length);
  }

  /** @returns the address of `text` */
  #put(key: Uint8Array, nonce: Uint8Array, additional: Uint8Array, text: Uint8Array): number {
    const { bytes } = this.#module;
    const start = this.#text + additional.length;
    bytes.set(key, this.#key);
    bytes.set(nonce, this.#iv);
    bytes.set(additional, this.#text);
    bytes.set(text, start);
    return start;
  }
}
