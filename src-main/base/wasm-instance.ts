/** The part in use of the global object, for which Node has no types. Undefined where V8 may compile nothing (`--jitless`). */
declare const WebAssembly:
  | {
      readonly Module: new (binary: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: unknown };
      readonly CompileError: new () => Error;
    }
  | undefined;

/**
 * Compiles a WebAssembly module and gives it a memory of its own.
 * @param base64 its binary, as in wasm-binary.ts
 * @returns its exports; undefined where the runtime has no WebAssembly, or not all instructions of the module
 */
export function instantiateWasm(base64: string): unknown {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    const binary = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new WebAssembly.Instance(new WebAssembly.Module(binary)).exports;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
