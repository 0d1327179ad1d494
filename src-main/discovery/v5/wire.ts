import type { SocketAddress } from '../../base/network.ts';
import type { Random } from '../../base/runtime.ts';
import { bytesToHex } from '../../base/bytes.ts';
import { encodeRlp } from '../../base/rlp.ts';
import type { DiscoveryPacketName, EventSink } from '../../events/events.ts';
import type { PacketTap } from '../../events/packet-tap.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import { ID_NONCE_SIZE, MASKING_IV_SIZE, NONCE_SIZE, RANDOM_MESSAGE_SIZE } from './constants.ts';
import { encodeMessage, type V5Envelope, type V5Message } from './messages.ts';
import {
  encodeHandshake,
  encodeOrdinary,
  encodeWhoareyou,
  repeatWhoareyou,
  type HandshakeAuth,
  type PacketFrame,
} from './packet.ts';
import type { Session } from './session-cache.ts';

/** The receiver of a packet. */
export interface Receiver {
  /** Node ID, 32 bytes. */
  readonly id: Uint8Array;
  readonly address: SocketAddress;
}

/** Constructor arguments of V5Wire. */
export interface V5WireOptions {
  /** Our node ID, 32 bytes. */
  readonly localId: Uint8Array;
  readonly channel: DatagramChannel;
  readonly random: Random;
  readonly events: EventSink;
  readonly counters: PacketCounters;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
}

/**
 * Encodes and sends packets, counts them and emits an event for each. The methods that send a message return the packet's
 * nonce, or undefined if we have no socket of the receiver's family or the session has no nonce left.
 */
export class V5Wire {
  readonly #options: V5WireOptions;

  constructor(options: V5WireOptions) {
    this.#options = options;
  }

  /** @throws PacketError `too-large` */
  sendMessage(to: Receiver, session: Session, envelope: V5Envelope): Uint8Array | undefined {
    const frame = this.#frame(to, session.nextNonce(this.#options.random));
    if (frame === undefined) return undefined;
    const message = encodeMessage(envelope);
    const datagram = encodeOrdinary(frame, this.#options.localId, { key: session.writeKey, message });
    if (!this.#send(datagram, to, nameOf(envelope.message))) return undefined;
    this.#recordMessage(to, message, datagram.length, envelope.requestId);
    return frame.nonce;
  }

  /** Sends random bytes in place of `message`; the receiver answers with a WHOAREYOU. */
  sendRandom(to: Receiver, message: V5Message): Uint8Array | undefined {
    const { random, localId } = this.#options;
    const frame = this.#frame(to, random.bytes(NONCE_SIZE));
    const datagram = encodeOrdinary(frame, localId, { random: random.bytes(RANDOM_MESSAGE_SIZE) });
    return this.#send(datagram, to, nameOf(message)) ? frame.nonce : undefined;
  }

  /** @throws PacketError `too-large` */
  sendHandshake(
    to: Receiver,
    session: Session,
    auth: Omit<HandshakeAuth, 'srcId'>,
    envelope: V5Envelope,
  ): Uint8Array | undefined {
    const frame = this.#frame(to, session.nextNonce(this.#options.random));
    if (frame === undefined) return undefined;
    const message = encodeMessage(envelope);
    const payload = { key: session.writeKey, message };
    const datagram = encodeHandshake(frame, { srcId: this.#options.localId, ...auth }, payload);
    if (!this.#send(datagram, to, nameOf(envelope.message))) return undefined;
    this.#recordMessage(to, message, datagram.length, envelope.requestId);
    return frame.nonce;
  }

  /** Sends a new challenge for the packet with `nonce`, and returns its challenge data. */
  sendChallenge(to: Receiver, nonce: Uint8Array, enrSeq: bigint): Uint8Array {
    const idNonce = this.#options.random.bytes(ID_NONCE_SIZE);
    const { datagram, challengeData } = encodeWhoareyou(this.#frame(to, nonce), { idNonce, enrSeq });
    this.#send(datagram, to, 'v5/whoareyou');
    this.#recordChallenge(to, encodeRlp([nonce, idNonce, enrSeq]), datagram.length);
    return challengeData;
  }

  /** Sends a challenge again, with the same bytes. */
  repeatChallenge(to: Receiver, challengeData: Uint8Array): void {
    this.#send(repeatWhoareyou(to.id, challengeData), to, 'v5/whoareyou');
  }

  #recordMessage(to: Receiver, message: Uint8Array, wireBytes: number, requestId: Uint8Array): void {
    const { tap } = this.#options;
    if (tap?.isOn !== true) return;
    tap.packet({
      ...{ protocol: 'discv5', direction: 'out', address: to.address, idHex: bytesToHex(to.id), wireBytes },
      code: message[0] ?? 0,
      payload: message.subarray(1),
      exchange: bytesToHex(requestId),
    });
  }

  #recordChallenge(to: Receiver, payload: Uint8Array, wireBytes: number): void {
    this.#options.tap?.packet({
      ...{ protocol: 'discv5', direction: 'out', address: to.address, idHex: bytesToHex(to.id), wireBytes },
      ...{ code: 0, payload, exchange: '' },
    });
  }

  #frame(to: Receiver, nonce: Uint8Array): PacketFrame;
  #frame(to: Receiver, nonce: Uint8Array | undefined): PacketFrame | undefined;
  #frame(to: Receiver, nonce: Uint8Array | undefined): PacketFrame | undefined {
    if (nonce === undefined) return undefined;
    return { destId: to.id, maskingIv: this.#options.random.bytes(MASKING_IV_SIZE), nonce };
  }

  #send(datagram: Uint8Array, { address }: Receiver, packet: DiscoveryPacketName): boolean {
    const { channel, counters, events } = this.#options;
    if (!channel.send(datagram, address)) return false;
    counters.packet('out', packet);
    events.emit({
      type: 'discovery/packet',
      direction: 'out',
      packet,
      bytes: datagram.length,
      ip: address.ip,
      port: address.port,
    });
    return true;
  }
}

/** The name of a message's packets in counters and events. */
export function nameOf(message: V5Message): DiscoveryPacketName {
  return `v5/${message.type}`;
}
