import { createKeccak } from '../base/keccak.ts';
import { MacSlots } from '../base/mac-slots.ts';
import { createAesCtr } from '../base/symmetric.ts';
import { wasmModule, type WasmModule } from '../base/wasm-module.ts';
import { ZERO_IV, type FrameOpener, type FrameSealer } from './frame-layout.ts';
import type { SessionSecrets } from './handshake.ts';
import { KeyStream } from './key-stream.ts';
import { MacState } from './mac-state.ts';
import { NodeFrameOpener, NodeFrameSealer } from './node-frames.ts';
import { beginMac, WasmFrameOpener, WasmFrameSealer } from './wasm-frames.ts';

/** The ciphers of both directions. */
export interface FrameCiphers {
  readonly sealer: FrameSealer;
  readonly opener: FrameOpener;
}

/** The slots of all connections of this process; undefined without the module. @internal for tests */
export const macSlots: MacSlots | undefined = wasmModule && new MacSlots(wasmModule);

/** Creates the ciphers of one side: with the WebAssembly module, or without it where it is missing or has no free slot. */
export function createFrameCiphers(secrets: SessionSecrets): FrameCiphers {
  if (wasmModule === undefined || macSlots === undefined) return createNodeFrameCiphers(secrets);
  return createWasmFrameCiphers(wasmModule, macSlots, secrets) ?? createNodeFrameCiphers(secrets);
}

/** Those of the WebAssembly module; undefined without a free slot. @internal for tests */
export function createWasmFrameCiphers(
  module: WasmModule,
  slots: MacSlots,
  { aesKey, macKey, egress, ingress }: SessionSecrets,
): FrameCiphers | undefined {
  const [sending, receiving] = [slots.take(), slots.take()];
  if (sending === undefined || receiving === undefined) {
    sending?.release();
    return undefined;
  }
  beginMac(module, sending, macKey, egress);
  beginMac(module, receiving, macKey, ingress);
  const stream = (): KeyStream => new KeyStream(createAesCtr(aesKey, ZERO_IV));
  return {
    sealer: new WasmFrameSealer({ module, slot: sending, stream: stream() }),
    opener: new WasmFrameOpener({ module, slot: receiving, stream: stream() }),
  };
}

/** Those without the module. @internal for tests */
export function createNodeFrameCiphers({ aesKey, macKey, egress, ingress }: SessionSecrets): FrameCiphers {
  return {
    sealer: new NodeFrameSealer(aesKey, macOf(macKey, egress)),
    opener: new NodeFrameOpener(aesKey, macOf(macKey, ingress)),
  };
}

function macOf(macKey: Uint8Array, seed: Uint8Array): MacState {
  const hash = createKeccak();
  hash.update(seed);
  return new MacState(macKey, hash);
}
