/**
 * keccak-256 (the original Keccak padding, not SHA-3): one-shot hashes, and running ones as the RLPx MACs need them.
 * hash-wasm does the work where WebAssembly runs, noble elsewhere; the module is ready once it is imported.
 * @see https://keccak.team/keccak_specs_summary.html
 */
import {
  loadNobleKeccak,
  loadWasmKeccak,
  type KeccakBackend,
  type RunningKeccak,
} from './keccak-backends.ts';

export type { RunningKeccak } from './keccak-backends.ts';

const backend: KeccakBackend = (await loadWasmKeccak()) ?? loadNobleKeccak();

/** The keccak-256 hash of all parts, one after the other: 32 bytes. */
export function keccak256(...parts: readonly Uint8Array[]): Uint8Array {
  return backend.hash(parts);
}

/** A running hash over no bytes yet. */
export function createKeccak(): RunningKeccak {
  return backend.create();
}
