/**
 * Frames by node:crypto and a running keccak hash: the fallback where the WebAssembly module cannot be used, and its reference in
 * tests.
 */
import { concatBytes, equalBytes, readUint, xorBytes } from '../base/bytes.ts';
import { createAesCtr, type StreamCipher } from '../base/symmetric.ts';
import {
  HEADER_LENGTH,
  MAC_LENGTH,
  paddingOf,
  writeHeader,
  ZERO_IV,
  type FrameOpener,
  type FrameSealer,
} from './frame-layout.ts';
import type { MacState } from './mac-state.ts';

/** Content up to this size is copied behind its header and encrypted with it in one call; above it the copy costs more, bytes. */
const SMALL_CONTENT = 16 * 1024;

/** Scratch buffer for header and content of a small frame; used only during one call of `seal`. */
const smallPlain = new Uint8Array(HEADER_LENGTH + SMALL_CONTENT);

/** Seals frames. */
export class NodeFrameSealer implements FrameSealer {
  readonly #cipher: StreamCipher;
  readonly #mac: MacState;

  /** @param aesKey 32 bytes */
  constructor(aesKey: Uint8Array, mac: MacState) {
    this.#cipher = createAesCtr(aesKey, ZERO_IV);
    this.#mac = mac;
  }

  seal(code: Uint8Array, payload: Uint8Array): readonly Uint8Array[] {
    const length = code.length + payload.length;
    const padding = paddingOf(length);
    return length <= SMALL_CONTENT
      ? this.#sealSmall(code, payload, length + padding)
      : this.#sealLarge(code, payload, padding);
  }

  /** Nothing to erase: the objects of node:crypto cannot be. */
  release(): void {}

  #sealSmall(code: Uint8Array, payload: Uint8Array, padded: number): readonly Uint8Array[] {
    const length = code.length + payload.length;
    const plain = smallPlain.subarray(0, HEADER_LENGTH + padded);
    writeHeader(plain, 0, length);
    plain.set(code, HEADER_LENGTH);
    plain.set(payload, HEADER_LENGTH + code.length);
    plain.fill(0, HEADER_LENGTH + length);
    const ciphertext = this.#cipher.update(plain);
    const header = ciphertext.subarray(0, HEADER_LENGTH);
    const content = ciphertext.subarray(HEADER_LENGTH);
    return [header, this.#mac.header(header), content, this.#mac.frame(content)];
  }

  #sealLarge(code: Uint8Array, payload: Uint8Array, padding: number): readonly Uint8Array[] {
    const header = new Uint8Array(HEADER_LENGTH);
    writeHeader(header, 0, code.length + payload.length);
    const headerCiphertext = this.#cipher.update(header);
    const headerMac = this.#mac.header(headerCiphertext);
    const start = this.#cipher.update(code);
    const middle = this.#cipher.update(payload);
    const end = this.#cipher.update(new Uint8Array(padding));
    const contentMac = this.#mac.frame(start, middle, end);
    return [concatBytes(headerCiphertext, headerMac, start), middle, concatBytes(end, contentMac)];
  }
}

/** Opens frames. */
export class NodeFrameOpener implements FrameOpener {
  readonly #cipher: StreamCipher;
  readonly #mac: MacState;
  /** Key stream for the next header. */
  #headerStream: Uint8Array;

  /** @param aesKey 32 bytes */
  constructor(aesKey: Uint8Array, mac: MacState) {
    this.#cipher = createAesCtr(aesKey, ZERO_IV);
    this.#headerStream = this.#cipher.update(new Uint8Array(HEADER_LENGTH));
    this.#mac = mac;
  }

  openHeader(header: Uint8Array): number | undefined {
    const ciphertext = header.subarray(0, HEADER_LENGTH);
    if (!equalBytes(this.#mac.header(ciphertext), header.subarray(HEADER_LENGTH))) return undefined;
    return readUint(xorBytes(ciphertext, this.#headerStream), 0, 3);
  }

  /**
   * The cipher call also yields the key stream for the next header: the MAC is not encrypted and has the length of a header, so
   * the cipher's output for it, XORed with it, is that key stream.
   */
  openContent(sealed: Uint8Array, length: number): Uint8Array | undefined {
    const padded = sealed.length - MAC_LENGTH;
    const mac = sealed.subarray(padded);
    if (!equalBytes(this.#mac.frame(sealed.subarray(0, padded)), mac)) return undefined;
    const plain = this.#cipher.update(sealed);
    this.#headerStream = xorBytes(plain.subarray(padded), mac);
    return plain.subarray(0, length);
  }

  /** Nothing to erase: the objects of node:crypto cannot be. */
  release(): void {}
}
