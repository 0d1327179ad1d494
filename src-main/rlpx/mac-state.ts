/**
 * The MAC of one direction of a connection: a running keccak state, which absorbs an AES-encrypted block of its own
 * digest for each MAC.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#mac
 */
import { xorBytes } from '../base/bytes.ts';
import type { RunningKeccak } from '../base/keccak.ts';
import { createAesEcb, type BlockCipher } from '../base/symmetric.ts';
import { MAC_LENGTH } from './frame-layout.ts';

/** Computes the MACs of one direction, in the order of its headers and frames. */
export class MacState {
  readonly #hash: RunningKeccak;
  readonly #cipher: BlockCipher;
  /** Digest of the current state. The digest of the last MAC is the first input of the next header MAC. */
  #digest: Uint8Array;

  /** @param macKey 32 bytes */
  constructor(macKey: Uint8Array, hash: RunningKeccak) {
    this.#cipher = createAesEcb(macKey);
    this.#hash = hash;
    this.#digest = hash.digest();
  }

  /** Returns the MAC of an encrypted header of 16 bytes. */
  header(ciphertext: Uint8Array): Uint8Array {
    return this.#mix(ciphertext);
  }

  /** Returns the MAC of a frame's encrypted content, given in one or several parts. */
  frame(...parts: readonly Uint8Array[]): Uint8Array {
    for (const part of parts) this.#hash.update(part);
    this.#digest = this.#hash.digest();
    return this.#mix(this.#digest);
  }

  #mix(seed: Uint8Array): Uint8Array {
    const block = this.#cipher.block(this.#digest.subarray(0, MAC_LENGTH));
    this.#hash.update(xorBytes(block, seed));
    this.#digest = this.#hash.digest();
    return this.#digest.subarray(0, MAC_LENGTH);
  }
}
