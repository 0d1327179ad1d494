/**
 * Frames by the WebAssembly module, which has the MAC states in its memory: it does everything of a frame except the key stream,
 * which node:crypto draws with the processor's AES instructions. A frame is built and read in the module's buffer, in which
 * nothing stays from one call to the next.
 */
import { concatBytes, equalBytes, readUint } from '../base/bytes.ts';
import type { MacSlot } from '../base/mac-slots.ts';
import type { WasmModule } from '../base/wasm-module.ts';
import {
  CONTENT_OFFSET,
  FRAME_OVERHEAD,
  HEADER_LENGTH,
  MAC_LENGTH,
  paddingOf,
  writeHeader,
  type FrameOpener,
  type FrameSealer,
} from './frame-layout.ts';
import type { KeyStream } from './key-stream.ts';

/** What one direction has. */
interface Direction {
  readonly module: WasmModule;
  readonly slot: MacSlot;
  readonly stream: KeyStream;
}

/**
 * Begins the MAC of a slot.
 * @param key of the MAC, 32 bytes
 * @param seed the bytes that the MAC absorbs first
 */
export function beginMac(
  { run, bytes, buffer }: WasmModule,
  slot: MacSlot,
  key: Uint8Array,
  seed: Uint8Array,
): void {
  bytes.set(key, buffer);
  bytes.set(seed, buffer + key.length);
  run.macBegin(slot.address, seed.length);
}

function releaseDirection({ slot, stream }: Direction): void {
  slot.release();
  stream.release();
}

/** Seals frames. */
export class WasmFrameSealer implements FrameSealer {
  readonly #direction: Direction;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  seal(code: Uint8Array, payload: Uint8Array): readonly Uint8Array[] {
    const length = code.length + payload.length;
    const padded = length + paddingOf(length);
    return padded <= this.#direction.module.maxContent
      ? [this.#sealAtOnce(code, payload, padded)]
      : this.#sealInParts(code, payload, padded);
  }

  release(): void {
    releaseDirection(this.#direction);
  }

  #sealAtOnce(code: Uint8Array, payload: Uint8Array, padded: number): Uint8Array {
    const { run, bytes, buffer, keyStream } = this.#direction.module;
    const { address } = this.#direction.slot;
    const length = code.length + payload.length;
    const content = buffer + CONTENT_OFFSET;
    writeHeader(bytes, buffer, length);
    bytes.set(code, content);
    bytes.set(payload, content + code.length);
    bytes.fill(0, content + length, content + padded);
    this.#direction.stream.copyTo(bytes, keyStream, HEADER_LENGTH + padded);
    run.seal(address, padded);
    return this.#direction.module.takenBriefly(FRAME_OVERHEAD + padded);
  }

  /** The payload of a large frame is encrypted where it is, and only its ciphertext is copied. */
  #sealInParts(code: Uint8Array, payload: Uint8Array, padded: number): readonly Uint8Array[] {
    const { run, bytes, buffer, keyStream } = this.#direction.module;
    const { address } = this.#direction.slot;
    const length = code.length + payload.length;
    writeHeader(bytes, buffer, length);
    this.#direction.stream.copyTo(bytes, keyStream, HEADER_LENGTH);
    run.sealHeader(address);
    const header = this.#direction.module.taken(CONTENT_OFFSET);
    const start = this.#direction.stream.apply(code);
    const middle = this.#direction.stream.apply(payload);
    const end = this.#direction.stream.apply(new Uint8Array(padded - length));
    for (const part of [start, middle, end]) absorbContent(this.#direction.module, address, part);
    run.macEnd(address);
    return [concatBytes(header, start), middle, concatBytes(end, this.#direction.module.taken(MAC_LENGTH))];
  }
}

/** Opens frames. */
export class WasmFrameOpener implements FrameOpener {
  readonly #direction: Direction;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  openHeader(header: Uint8Array): number | undefined {
    const { run, bytes, buffer, keyStream } = this.#direction.module;
    const { address } = this.#direction.slot;
    bytes.set(header, buffer);
    this.#direction.stream.copyTo(bytes, keyStream, HEADER_LENGTH);
    if (run.openHeader(address) === 0) return undefined;
    return readUint(bytes, buffer, 3);
  }

  openContent(sealed: Uint8Array, length: number): Uint8Array | undefined {
    const padded = sealed.length - MAC_LENGTH;
    return padded <= this.#direction.module.maxContent
      ? this.#openAtOnce(sealed, padded, length)
      : this.#openInParts(sealed, padded, length);
  }

  release(): void {
    releaseDirection(this.#direction);
  }

  #openAtOnce(sealed: Uint8Array, padded: number, length: number): Uint8Array | undefined {
    const { run, bytes, buffer, keyStream } = this.#direction.module;
    const { address } = this.#direction.slot;
    bytes.set(sealed, buffer);
    this.#direction.stream.copyTo(bytes, keyStream, padded);
    return run.openContent(address, padded) === 0 ? undefined : this.#direction.module.takenBriefly(length);
  }

  #openInParts(sealed: Uint8Array, padded: number, length: number): Uint8Array | undefined {
    const { run } = this.#direction.module;
    const { address } = this.#direction.slot;
    const ciphertext = sealed.subarray(0, padded);
    absorbContent(this.#direction.module, address, ciphertext);
    run.macEnd(address);
    if (!equalBytes(this.#direction.module.taken(MAC_LENGTH), sealed.subarray(padded))) return undefined;
    return this.#direction.stream.apply(ciphertext).subarray(0, length);
  }
}

/** Absorbs the ciphertext of a content into the MAC, a bufferful at a time. */
function absorbContent(
  { run, bytes, buffer, bufferBytes }: WasmModule,
  slot: number,
  ciphertext: Uint8Array,
): void {
  for (let at = 0; at < ciphertext.length; at += bufferBytes) {
    const piece = ciphertext.subarray(at, at + bufferBytes);
    bytes.set(piece, buffer);
    run.macMore(slot, piece.length);
  }
}
