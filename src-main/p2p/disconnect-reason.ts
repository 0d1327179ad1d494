/**
 * The codec of the Disconnect message.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#disconnect-0x01
 */
import { DISCONNECT_REASONS, type DisconnectReason } from '../../shared/causes/disconnect-reasons.ts';
import { CodecError } from '../base/errors.ts';
import { encodeRlp, readFirstRlp } from '../base/rlp.ts';

/** Name of a received reason, which may be an unknown number or a malformed payload. */
export type ReceivedReason = DisconnectReason | 'unknown-reason' | 'invalid-reason';

/** A received Disconnect. */
export interface ReceivedDisconnect {
  readonly reason: ReceivedReason;
  /** Number on the wire; undefined when the payload is malformed. */
  readonly wire: number | undefined;
}

const REASON_BY_WIRE: ReadonlyMap<number, DisconnectReason> = new Map(
  Object.entries(DISCONNECT_REASONS).map(([name, entry]) => [entry.wire, name as DisconnectReason]),
);

/** Encodes the payload of a Disconnect: an RLP list of the reason. */
export function encodeDisconnect(wire: number): Uint8Array {
  return encodeRlp([wire]);
}

/**
 * Decodes the payload of a Disconnect in both forms in use: a list that begins with the number, or the number alone.
 * Accepts 0x00 for zero, although canonical RLP is 0x80. Never throws, because the connection ends in any case.
 */
export function decodeDisconnect(payload: Uint8Array): ReceivedDisconnect {
  const wire = readWireReason(payload);
  if (wire === undefined) return { reason: 'invalid-reason', wire };
  return { reason: REASON_BY_WIRE.get(wire) ?? 'unknown-reason', wire };
}

/** Returns go-ethereum's text for a received reason. */
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
