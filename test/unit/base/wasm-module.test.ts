import { afterEach, expect, it, vi } from 'vitest';
import { MacSlots } from '../../../src-main/base/mac-slots.ts';
import { loadWasmModule } from '../../../src-main/base/wasm-module.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('does not load where WebAssembly has no SIMD', () => {
  class CompileError extends Error {}
  const Module = vi.fn(function () {
    throw new CompileError('invalid value type');
  });
  vi.stubGlobal('WebAssembly', { Module, Instance: vi.fn(), CompileError });
  expect(loadWasmModule()).toBeUndefined();
});

it('does not load where there is no WebAssembly', () => {
  vi.stubGlobal('WebAssembly', undefined);
  expect(loadWasmModule()).toBeUndefined();
});

it('leaves neither key nor seed of a MAC in its buffer', () => {
  const module = loadWasmModule()!;
  const slot = new MacSlots(module).take()!;
  module.bytes.fill(0xaa, module.buffer, module.buffer + module.bufferBytes);
  module.run.macBegin(slot.address, 500);
  expect(module.taken(532).every((byte) => byte === 0)).toBe(true);
  expect(module.bytes[module.buffer + 532]).toBe(0xaa);
});
