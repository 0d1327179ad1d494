import { bytesToHex } from '../../base/bytes.ts';
import type { SocketAddress } from '../../base/network.ts';
import { encodeRlp } from '../../base/rlp.ts';
import type { DiscoveryPacketName, EventSink } from '../../events/events.ts';
import type { PacketTap, TappedPacket } from '../../events/packet-tap.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { V5Envelope, V5Message } from './messages.ts';
import { readChallenge } from './packet.ts';

/** Constructor arguments of PacketReports. */
export interface PacketReportsOptions {
  readonly events: EventSink;
  /** Created with V5_PACKET_NAMES. */
  readonly counters: PacketCounters;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
}

/** The other node of a packet. */
export interface PacketPeer {
  /** Node ID, 32 bytes. */
  readonly id: Uint8Array;
  readonly address: SocketAddress;
}

type Direction = 'in' | 'out';

/** What the recording of a packet takes from its content. */
type PacketContent = Pick<TappedPacket, 'code' | 'payload' | 'exchange'>;

/** Reports the packets that were sent, or received and accepted: counts them, emits an event for each and records them. */
export class PacketReports {
  readonly #options: PacketReportsOptions;

  constructor(options: PacketReportsOptions) {
    this.#options = options;
  }

  /** A packet with a message. @param content type byte and RLP list; @param bytes size of the datagram */
  message(
    direction: Direction,
    peer: PacketPeer,
    content: Uint8Array,
    envelope: V5Envelope,
    bytes: number,
  ): void {
    this.#packet(direction, nameOf(envelope.message), peer, bytes);
    this.#record(direction, peer, bytes, () => ({
      code: content[0] ?? 0,
      payload: content.subarray(1),
      exchange: bytesToHex(envelope.requestId),
    }));
  }

  /** A packet with random bytes in place of `message`, which are not recorded. */
  random(peer: PacketPeer, message: V5Message, bytes: number): void {
    this.#packet('out', nameOf(message), peer, bytes);
  }

  /** A WHOAREYOU with this challenge data. */
  challenge(direction: Direction, peer: PacketPeer, challengeData: Uint8Array, bytes: number): void {
    this.#packet(direction, 'v5/whoareyou', peer, bytes);
    this.#record(direction, peer, bytes, () => {
      const { nonce, idNonce, enrSeq } = readChallenge(challengeData);
      return { code: 0, payload: encodeRlp([nonce, idNonce, enrSeq]), exchange: '' };
    });
  }

  /** Gives a packet to the tap; `content` is called only while packets are recorded. */
  #record(
    direction: Direction,
    { address, id }: PacketPeer,
    bytes: number,
    content: () => PacketContent,
  ): void {
    const { tap } = this.#options;
    if (tap?.isOn !== true) return;
    tap.packet({
      ...{ protocol: 'discv5', direction, address, idHex: bytesToHex(id), wireBytes: bytes },
      ...content(),
    });
  }

  #packet(direction: Direction, packet: DiscoveryPacketName, { address }: PacketPeer, bytes: number): void {
    const { counters, events } = this.#options;
    const { ip, port } = address;
    counters.packet(direction, packet);
    events.emit({ type: 'discovery/packet', direction, packet, bytes, ip, port });
  }
}

/** The name of a message's packets in counters and events. */
function nameOf(message: V5Message): DiscoveryPacketName {
  return `v5/${message.type}`;
}
