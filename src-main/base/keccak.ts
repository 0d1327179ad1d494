/**
 * keccak-256 (the original Keccak padding, not SHA-3): one-shot hashes by the WebAssembly module, or by noble where it does not
 * load; and running hashes of noble, for the fallback of the RLPx MACs.
 * @see https://keccak.team/keccak_specs_summary.html
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { wasmModule, type WasmModule } from './wasm-module.ts';

/** Length of a keccak-256 hash, bytes. */
export const KECCAK_LENGTH = 32;

/** A hash of a stream of bytes. */
export interface RunningKeccak {
  update(bytes: Uint8Array): void;
  /** The hash of all bytes so far, 32 bytes. More bytes may be added afterwards. */
  digest(): Uint8Array;
}

/** The hash of the concatenated parts. */
type HashParts = (parts: readonly Uint8Array[]) => Uint8Array;

/** The methods in use of a running hash of noble. */
interface CloneableHash {
  update(bytes: Uint8Array): unknown;
  clone(): CloneableHash;
  digest(): Uint8Array;
}

/** Hashes by the module. @internal for tests */
export function wasmHash(module: WasmModule): HashParts {
  return (parts) => {
    let length = 0;
    for (const part of parts) length += part.length;
    if (length <= module.bufferBytes) hashAtOnce(module, parts, length);
    else hashInPieces(module, parts);
    return module.taken(KECCAK_LENGTH);
  };
}

function hashAtOnce({ run, bytes, buffer }: WasmModule, parts: readonly Uint8Array[], length: number): void {
  let at = buffer;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  run.hash(length);
}

/** Hashes more than the buffer holds, a bufferful at a time. */
function hashInPieces({ run, bytes, buffer, bufferBytes }: WasmModule, parts: readonly Uint8Array[]): void {
  run.hashBegin();
  for (const part of parts) {
    for (let at = 0; at < part.length; at += bufferBytes) {
      const piece = part.subarray(at, at + bufferBytes);
      bytes.set(piece, buffer);
      run.hashMore(piece.length);
    }
  }
  run.hashEnd();
}

/** Hashes by noble: the reference in tests, and the fallback. @internal for tests */
export const nobleHash: HashParts = (parts) => {
  const hasher = keccak_256.create();
  for (const part of parts) hasher.update(part);
  return hasher.digest();
};

const hashParts = wasmModule === undefined ? nobleHash : wasmHash(wasmModule);

/** The keccak-256 hash of the concatenated parts, 32 bytes. */
export function keccak256(...parts: readonly Uint8Array[]): Uint8Array {
  return hashParts(parts);
}

/** Creates a running keccak-256 hash. */
export function createKeccak(): RunningKeccak {
  const running = keccak_256.create() as CloneableHash;
  return {
    update(bytes) {
      running.update(bytes);
    },
    digest: () => running.clone().digest(),
  };
}
