import type { SocketAddress } from '../../base/network.ts';
import type { EventSink } from '../../events/events.ts';
import type { PacketTap } from '../../events/packet-tap.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import { exchangeOf, payloadOf, typeOf, type UnverifiedPacket } from './packet.ts';

/** Receivers of the reports. */
export interface PacketReportParts {
  readonly events: EventSink;
  /** Absent for packets that are not counted. */
  readonly counters?: PacketCounters | undefined;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
}

/**
 * Reports a packet that was sent, or received and accepted: counts it, emits an event and records it.
 * @param idHex node ID of the other node; undefined where only its address is known
 */
export function reportPacket(
  { events, counters, tap }: PacketReportParts,
  direction: 'in' | 'out',
  { message, hash, datagram }: UnverifiedPacket,
  address: SocketAddress,
  idHex: string | undefined,
): void {
  const { ip, port } = address;
  const { length: bytes } = datagram;
  counters?.packet(direction, message.type);
  events.emit({ type: 'discovery/packet', direction, packet: message.type, bytes, ip, port });
  if (tap?.isOn !== true) return;
  tap.packet({
    ...{ protocol: 'discv4', direction, address, idHex, wireBytes: bytes },
    code: typeOf(datagram),
    payload: payloadOf(datagram),
    exchange: exchangeOf(message, hash),
  });
}
