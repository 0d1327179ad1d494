/** How discovery reports its packets, for the recording. Nothing is copied unless `isOn`. */
import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { SocketAddress } from '../base/network.ts';

/** A packet that was sent, or received and accepted. */
export interface TappedPacket {
  readonly protocol: 'discv4' | 'discv5';
  readonly direction: 'in' | 'out';
  /** Of the other node. */
  readonly address: SocketAddress;
  /** Node ID of the other node, 64 hex digits; undefined where only its address is known. */
  readonly idHex: string | undefined;
  /** The packet type of v4; the message type of v5, 0 for a WHOAREYOU. */
  readonly code: number;
  /** RLP list of the message, decrypted; a view that the tap copies. */
  readonly payload: Uint8Array;
  /** Of the datagram. */
  readonly wireBytes: number;
  /** The same for a request and its answer; empty where only the address links them (FINDNODE of v4). */
  readonly exchange: string;
}

/** Records the packets of discovery. */
export interface PacketTap {
  /** Whether packets are recorded now. The methods do nothing otherwise. */
  readonly isOn: boolean;
  packet(packet: TappedPacket): void;
  /** A datagram that was dropped. */
  dropped(
    protocol: TappedPacket['protocol'],
    reason: CauseCode,
    datagram: Uint8Array,
    from: SocketAddress,
  ): void;
}
