/**
 * keccak-256 (the original Keccak padding, not SHA-3): one-shot hashes, and running hashes for the RLPx MACs.
 * Uses hash-wasm where WebAssembly is available, else noble. The implementation is chosen during the import.
 * @see https://keccak.team/keccak_specs_summary.html
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { createKeccak as createWasmKeccak } from 'hash-wasm';

/** Length of a keccak-256 hash, bytes. */
export const KECCAK_LENGTH = 32;

/** A hash of a stream of bytes. */
export interface RunningKeccak {
  update(bytes: Uint8Array): void;
  /** The hash of all bytes so far, 32 bytes. More bytes may be added afterwards. */
  digest(): Uint8Array;
}

/** An implementation of keccak-256. */
export interface KeccakBackend {
  readonly name: 'wasm' | 'noble';
  hash(parts: readonly Uint8Array[]): Uint8Array;
  create(): RunningKeccak;
}

/** The methods in use of a running hash of noble. */
interface CloneableHash {
  update(bytes: Uint8Array): unknown;
  clone(): CloneableHash;
  digest(): Uint8Array;
}

type WasmHasher = Awaited<ReturnType<typeof createWasmKeccak>>;

/** Rate of keccak-256, the bytes that it absorbs between two permutations: (1600 − 2 × 256) / 8. */
const RATE = 136;

/** The one instance of all running hashes. */
interface SharedInstance {
  readonly hasher: WasmHasher;
  /** The hash whose saved state is still in the instance; undefined when the instance was used since. */
  holder: WasmRunningKeccak | undefined;
}

/**
 * A running hash on the shared WebAssembly instance. A separate instance would cost each session at least a 64 KiB page;
 * a saved state has 404 bytes, and loading it takes as long as half a permutation. Updates are buffered until they fill a
 * block, so that the 16-byte updates of a MAC rarely use the instance.
 */
class WasmRunningKeccak implements RunningKeccak {
  #state: Uint8Array;
  readonly #hasher: WasmHasher;
  readonly #shared: SharedInstance;
  readonly #pending = new Uint8Array(RATE);
  #pendingLength = 0;
  /** Cached digest: a MAC reads it at the end of a frame and again before the next one. */
  #digest: Uint8Array | undefined;

  constructor(shared: SharedInstance, initialState: Uint8Array) {
    this.#shared = shared;
    this.#hasher = shared.hasher;
    this.#state = initialState;
  }

  update(bytes: Uint8Array): void {
    this.#digest = undefined;
    if (this.#pendingLength + bytes.length < RATE) {
      this.#pending.set(bytes, this.#pendingLength);
      this.#pendingLength += bytes.length;
      return;
    }
    this.#load();
    this.#hasher.update(bytes);
    this.#state = this.#hasher.save();
    this.#pendingLength = 0;
    this.#shared.holder = this;
  }

  digest(): Uint8Array {
    if (this.#digest === undefined) {
      this.#load();
      this.#digest = this.#hasher.digest('binary');
    }
    return this.#digest.slice();
  }

  /** Loads the state and the buffered bytes into the shared instance. The next operation overwrites them. */
  #load(): void {
    const held = this.#shared.holder === this && this.#pendingLength === 0;
    this.#shared.holder = undefined;
    if (held) return;
    this.#hasher.load(this.#state);
    if (this.#pendingLength > 0) this.#hasher.update(this.#pending.subarray(0, this.#pendingLength));
  }
}

/** keccak-256 of hash-wasm; undefined where WebAssembly is not available. */
export async function loadWasmKeccak(): Promise<KeccakBackend | undefined> {
  try {
    const hasher = await createWasmKeccak(256);
    const initialState = hasher.init().save();
    const shared: SharedInstance = { hasher, holder: undefined };
    return {
      name: 'wasm',
      hash(parts) {
        shared.holder = undefined;
        hasher.init();
        for (const part of parts) hasher.update(part);
        return hasher.digest('binary');
      },
      create: () => new WasmRunningKeccak(shared, initialState),
    };
  } catch {
    return undefined;
  }
}

/** keccak-256 of noble: the reference in tests, and the fallback. */
export function loadNobleKeccak(): KeccakBackend {
  return {
    name: 'noble',
    hash(parts) {
      const hasher = keccak_256.create();
      for (const part of parts) hasher.update(part);
      return hasher.digest();
    },
    create() {
      const running = keccak_256.create() as CloneableHash;
      return {
        update(bytes) {
          running.update(bytes);
        },
        digest: () => running.clone().digest(),
      };
    },
  };
}

const backend: KeccakBackend = (await loadWasmKeccak()) ?? loadNobleKeccak();

/** The keccak-256 hash of the concatenated parts, 32 bytes. */
export function keccak256(...parts: readonly Uint8Array[]): Uint8Array {
  return backend.hash(parts);
}

/** Creates a running keccak-256 hash. */
export function createKeccak(): RunningKeccak {
  return backend.create();
}
