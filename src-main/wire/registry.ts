/** All protocols whose messages are decoded, by name. */
import type { MessageFacts, RecordKind, RecordRow } from '../../shared/model/recording.ts';
import type { MessageSchema, ProtocolSchema } from './message-schema.ts';
import { DISCV4 } from './protocols/discv4.ts';
import { DISCV5 } from './protocols/discv5.ts';
import { DNS } from './protocols/dns.ts';
import { ETH } from './protocols/eth/messages.ts';
import { P2P } from './protocols/p2p.ts';
import { RLPX } from './protocols/rlpx.ts';
import { SNAP } from './protocols/snap.ts';

/** Every protocol version whose messages are RLP. */
export const PROTOCOL_SCHEMAS: readonly ProtocolSchema[] = [RLPX, P2P, ...ETH, ...SNAP, DISCV4, DISCV5];

const BY_NAME: ReadonlyMap<string, ProtocolSchema> = new Map(
  [...PROTOCOL_SCHEMAS, DNS].map((protocol) => [protocol.name, protocol]),
);

/** Names of all protocols that are decoded. */
export const PROTOCOL_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The schema of a protocol: `rlpx`, `p2p`, `eth/69`, `snap/1`, `discv4`, `discv5`, `dns`; undefined for one that is not decoded. */
export function protocolSchema(name: string): ProtocolSchema | undefined {
  return BY_NAME.get(name);
}

/** Records that have a message. A dropped one has it too, but a dropped datagram is as it came, encrypted for discv5. */
const WITH_MESSAGE: ReadonlySet<RecordKind> = new Set<RecordKind>([
  'message',
  'handshake',
  'packet',
  'dropped',
]);

/** Protocols whose dropped records are datagrams. */
const DATAGRAMS: ReadonlySet<string> = new Set(['discv4', 'discv5']);

/** The schema of a record's payload; undefined for a record without a message, or of a protocol that is not decoded. */
export function recordSchema({
  kind,
  protocol,
  code,
}: Pick<RecordRow, 'kind' | 'protocol' | 'code'>): MessageSchema | undefined {
  if (!WITH_MESSAGE.has(kind) || (kind === 'dropped' && DATAGRAMS.has(protocol))) return undefined;
  return protocolSchema(protocol)?.message(code);
}

/** Role of a message, and the name of its request; undefined for a protocol or a code that is not decoded. */
export function messageFactsOf(protocol: string, code: number): MessageFacts | undefined {
  const message = protocolSchema(protocol)?.message(code);
  if (message === undefined) return undefined;
  const { name, role } = message;
  switch (role.kind) {
    case 'request':
      return { name, role: 'request', requestName: name };
    case 'answer':
      return { name, role: 'answer', requestName: role.request };
    case 'announcement':
      return { name, role: 'announcement', requestName: undefined };
  }
}
