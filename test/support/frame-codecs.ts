import { MacSlots } from '../../src-main/base/mac-slots.ts';
import { loadWasmModule } from '../../src-main/base/wasm-module.ts';
import { createNodeFrameCiphers, createWasmFrameCiphers } from '../../src-main/rlpx/frame-ciphers.ts';
import { FrameDecoder, FrameEncoder } from '../../src-main/rlpx/frame-codec.ts';
import type { SessionSecrets } from '../../src-main/rlpx/handshake.ts';

/** The two implementations of frames. */
export const FRAME_PATHS = ['wasm', 'node'] as const;

/** One of them. */
export type FramePath = (typeof FRAME_PATHS)[number];

const module = loadWasmModule()!;
const slots = new MacSlots(module);

/** The codecs of one side by one implementation. */
export function frameCodecs(
  path: FramePath,
  secrets: SessionSecrets,
): { encoder: FrameEncoder; decoder: FrameDecoder } {
  const { sealer, opener } =
    path === 'node' ? createNodeFrameCiphers(secrets) : createWasmFrameCiphers(module, slots, secrets)!;
  return { encoder: new FrameEncoder(sealer), decoder: new FrameDecoder(opener) };
}
