/** Which implementation of secp256k1 is in use: the fastest that loads. */
import { loadNativeSecp256k1, loadNobleSecp256k1, type Secp256k1Backend } from './secp256k1-backends.ts';
import { loadWasmSecp256k1 } from './secp256k1-wasm.ts';

/** Loads an implementation; undefined where it is missing. */
type Load = () => Secp256k1Backend | undefined;

/** The first of native, WebAssembly and noble that loads. @internal for tests */
export function chooseSecp256k1(native: Load, wasm: Load): Secp256k1Backend {
  return native() ?? wasm() ?? loadNobleSecp256k1();
}

/** The implementation in use. */
export let secp256k1Backend = chooseSecp256k1(loadNativeSecp256k1, loadWasmSecp256k1);

/**
 * Uses another implementation from now on.
 * @returns the one before
 * @internal for tests
 */
export function useSecp256k1(backend: Secp256k1Backend): Secp256k1Backend {
  const before = secp256k1Backend;
  secp256k1Backend = backend;
  return before;
}
