import { afterAll, beforeAll } from 'vitest';
import {
  loadNativeSecp256k1,
  loadNobleSecp256k1,
  type Secp256k1Backend,
} from '../../src-main/base/secp256k1-backends.ts';
import { useSecp256k1 } from '../../src-main/base/secp256k1-choice.ts';
import { loadWasmSecp256k1 } from '../../src-main/base/secp256k1-wasm.ts';

/** All implementations of secp256k1, in the order of the choice. */
export const secp256k1Backends: readonly Secp256k1Backend[] = [
  loadNativeSecp256k1()!,
  loadWasmSecp256k1()!,
  loadNobleSecp256k1(),
];

/** Uses `backend` in the tests of the `describe` block that calls this. */
export function useForTests(backend: Secp256k1Backend): void {
  let before: Secp256k1Backend;
  beforeAll(() => {
    before = useSecp256k1(backend);
  });
  afterAll(() => {
    useSecp256k1(before);
  });
}

/** The result of an action with `backend`. */
export function withSecp256k1<T>(backend: Secp256k1Backend, action: () => T): T {
  const before = useSecp256k1(backend);
  try {
    return action();
  } finally {
    useSecp256k1(before);
  }
}
