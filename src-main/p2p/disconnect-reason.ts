/**
 * Why a connection ends, as the Disconnect message says it.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#disconnect-0x01
 */
import { CodecError } from '../base/errors.ts';
import { encodeRlp, readFirstRlp } from '../base/rlp.ts';

/** One reason: its number on the wire and the words that go-ethereum has for it (p2p/peer_error.go). */
interface ReasonEntry {
  readonly wire: number;
  readonly text: string;
}

/** Every reason of the specification by its stable name. */
export const DISCONNECT_REASONS = {
  'disconnect-requested': { wire: 0x00, text: 'disconnect requested' },
  'network-error': { wire: 0x01, text: 'network error' },
  'breach-of-protocol': { wire: 0x02, text: 'breach of protocol' },
  'useless-peer': { wire: 0x03, text: 'useless peer' },
  'too-many-peers': { wire: 0x04, text: 'too many peers' },
  'already-connected': { wire: 0x05, text: 'already connected' },
  'incompatible-version': { wire: 0x06, text: 'incompatible p2p protocol version' },
  'invalid-identity': { wire: 0x07, text: 'invalid node identity' },
  'client-quitting': { wire: 0x08, text: 'client quitting' },
  'unexpected-identity': { wire: 0x09, text: 'unexpected identity' },
  'connected-to-self': { wire: 0x0a, text: 'connected to self' },
  'read-timeout': { wire: 0x0b, text: 'read timeout' },
  'subprotocol-error': { wire: 0x10, text: 'subprotocol error' },
} as const satisfies Record<string, ReasonEntry>;

/** A reason by its name. */
export type DisconnectReason = keyof typeof DISCONNECT_REASONS;

/** A reason as it was received: unknown numbers and malformed payloads happen. */
export type ReceivedReason = DisconnectReason | 'unknown-reason' | 'invalid-reason';

/** A received Disconnect. */
export interface ReceivedDisconnect {
  readonly reason: ReceivedReason;
  /** The number on the wire; undefined when the payload holds none. */
  readonly wire: number | undefined;
}

const REASON_BY_WIRE: ReadonlyMap<number, DisconnectReason> = new Map(
  Object.entries(DISCONNECT_REASONS).map(([name, entry]) => [entry.wire, name as DisconnectReason]),
);

/** The payload of a Disconnect: a list of one number. */
export function encodeDisconnect(wire: number): Uint8Array {
  return encodeRlp([wire]);
}

/**
 * Reads the payload of a Disconnect in both forms that are in use: a list that begins with the number, or the number
 * itself. A zero byte counts as zero, although RLP spells zero 0x80. Never throws: the connection ends anyway.
 */
export function decodeDisconnect(payload: Uint8Array): ReceivedDisconnect {
  const wire = readWireReason(payload);
  if (wire === undefined) return { reason: 'invalid-reason', wire };
  return { reason: REASON_BY_WIRE.get(wire) ?? 'unknown-reason', wire };
}

/** The reason in go-ethereum's words. */
export function describeReceived(received: ReceivedDisconnect): string {
  switch (received.reason) {
    case 'invalid-reason':
      return 'invalid disconnect reason';
    case 'unknown-reason':
      return `unknown disconnect reason ${String(received.wire)}`;
    default:
      return DISCONNECT_REASONS[received.reason].text;
  }
}

function readWireReason(payload: Uint8Array): number | undefined {
  try {
    const bytes = readFirstRlp(payload, (reader) => (reader.nextIsList() ? reader.list() : reader).bytes(1));
    return bytes[0] ?? 0;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return undefined;
  }
}
