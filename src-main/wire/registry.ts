/** All protocols whose messages are decoded, by name. */
import type { ProtocolSchema } from './message-schema.ts';
import { ETH } from './protocols/eth/messages.ts';
import { P2P } from './protocols/p2p.ts';

const PROTOCOLS: ReadonlyMap<string, ProtocolSchema> = new Map(
  [P2P, ...ETH].map((protocol) => [protocol.name, protocol]),
);

/** The schema of a protocol: `p2p`, `eth/69`; undefined for one that is not decoded. */
export function protocolSchema(name: string): ProtocolSchema | undefined {
  return PROTOCOLS.get(name);
}
