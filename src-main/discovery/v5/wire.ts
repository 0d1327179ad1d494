import type { Random } from '../../base/runtime.ts';
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
import type { PacketPeer, PacketReports } from './packet-reports.ts';
import type { Session } from './session-cache.ts';

/** Constructor arguments of V5Wire. */
export interface V5WireOptions {
  /** Our node ID, 32 bytes. */
  readonly localId: Uint8Array;
  readonly channel: DatagramChannel;
  readonly random: Random;
  readonly reports: PacketReports;
}

/**
 * Encodes, sends and reports packets. The methods that send a message return the packet's nonce, or undefined if we have no
 * socket of the receiver's family or the session has no nonce left.
 */
export class V5Wire {
  readonly #options: V5WireOptions;

  constructor(options: V5WireOptions) {
    this.#options = options;
  }

  /** @throws PacketError `too-large` */
  sendMessage(to: PacketPeer, session: Session, envelope: V5Envelope): Uint8Array | undefined {
    const frame = this.#frame(to, session.nextNonce(this.#options.random));
    if (frame === undefined) return undefined;
    const message = encodeMessage(envelope);
    const datagram = encodeOrdinary(frame, this.#options.localId, { key: session.writeKey, message });
    return this.#sendMessage(datagram, to, message, envelope) ? frame.nonce : undefined;
  }

  /** Sends random bytes in place of `message`; the receiver answers with a WHOAREYOU. */
  sendRandom(to: PacketPeer, message: V5Message): Uint8Array | undefined {
    const { random, localId } = this.#options;
    const frame = this.#frame(to, random.bytes(NONCE_SIZE));
    const datagram = encodeOrdinary(frame, localId, { random: random.bytes(RANDOM_MESSAGE_SIZE) });
    if (!this.#options.channel.send(datagram, to.address)) return undefined;
    this.#options.reports.random(to, message, datagram.length);
    return frame.nonce;
  }

  /** @throws PacketError `too-large` */
  sendHandshake(
    to: PacketPeer,
    session: Session,
    auth: Omit<HandshakeAuth, 'srcId'>,
    envelope: V5Envelope,
  ): Uint8Array | undefined {
    const frame = this.#frame(to, session.nextNonce(this.#options.random));
    if (frame === undefined) return undefined;
    const message = encodeMessage(envelope);
    const payload = { key: session.writeKey, message };
    const datagram = encodeHandshake(frame, { srcId: this.#options.localId, ...auth }, payload);
    return this.#sendMessage(datagram, to, message, envelope) ? frame.nonce : undefined;
  }

  /** Sends a new challenge for the packet with `nonce`, and returns its challenge data. */
  sendChallenge(to: PacketPeer, nonce: Uint8Array, enrSeq: bigint): Uint8Array {
    const idNonce = this.#options.random.bytes(ID_NONCE_SIZE);
    const { datagram, challengeData } = encodeWhoareyou(this.#frame(to, nonce), { idNonce, enrSeq });
    this.#sendChallenge(datagram, to, challengeData);
    return challengeData;
  }

  /** Sends a challenge again, with the same bytes. */
  repeatChallenge(to: PacketPeer, challengeData: Uint8Array): void {
    this.#sendChallenge(repeatWhoareyou(to.id, challengeData), to, challengeData);
  }

  /** False if we have no socket of the receiver's family. */
  #sendMessage(datagram: Uint8Array, to: PacketPeer, message: Uint8Array, envelope: V5Envelope): boolean {
    const { channel, reports } = this.#options;
    if (!channel.send(datagram, to.address)) return false;
    reports.message('out', to, message, envelope, datagram.length);
    return true;
  }

  #sendChallenge(datagram: Uint8Array, to: PacketPeer, challengeData: Uint8Array): void {
    const { channel, reports } = this.#options;
    if (channel.send(datagram, to.address)) reports.challenge('out', to, challengeData, datagram.length);
  }

  #frame(to: PacketPeer, nonce: Uint8Array): PacketFrame;
  #frame(to: PacketPeer, nonce: Uint8Array | undefined): PacketFrame | undefined;
  #frame(to: PacketPeer, nonce: Uint8Array | undefined): PacketFrame | undefined {
    if (nonce === undefined) return undefined;
    return { destId: to.id, maskingIv: this.#options.random.bytes(MASKING_IV_SIZE), nonce };
  }
}
