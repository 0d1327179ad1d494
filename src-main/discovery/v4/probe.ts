import { bytesToHex } from '../../base/bytes.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock, Unsubscribe } from '../../base/runtime.ts';
import { keccak256 } from '../../base/keccak.ts';
import type { EventSink } from '../../events/events.ts';
import type { PacketTap } from '../../events/packet-tap.ts';
import type { LocalNode } from '../local-node.ts';
import type { DatagramHandler } from '../socket/receiver.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import { EXPIRATION_SECONDS, HEAD_SIZE, PACKET_TYPES, PROTOCOL_VERSION } from './constants.ts';
import type { EnrResponse, Message, Pong } from './messages.ts';
import { encodePacket, envelopeFault, exchangeOf, PacketError, readPacket, recoverSender } from './packet.ts';
import { reportPacket } from './report-packet.ts';

/** BOUNDED: packets of one probe whose answers are accepted. */
const MAX_PACKETS = 16;

/** An answer to a packet of a probe. Any node may have signed it. */
export interface ProbeAnswer {
  /** The key that signed it, 64 bytes; it may differ from the key of the queried node. */
  readonly publicKey: Uint8Array;
  readonly from: SocketAddress;
  readonly message: Pong | EnrResponse;
  /** Size of the packet, bytes. */
  readonly bytes: number;
}

/** The packets to one endpoint whose answers are reported. */
export interface V4ProbeTarget {
  /** @param lifetimeSeconds how long the packet is valid; @returns its size in bytes, undefined without a socket of the family */
  ping(lifetimeSeconds?: number): number | undefined;
  /** @returns its size in bytes, undefined without a socket of the family */
  requestRecord(): number | undefined;
  /** Answers are no longer reported. */
  close: Unsubscribe;
}

/** Constructor arguments of V4Probe. */
export interface V4ProbeOptions {
  readonly privateKey: Uint8Array;
  readonly local: LocalNode;
  readonly channel: DatagramChannel;
  readonly clock: Clock;
  readonly events: EventSink;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
}

interface OpenTarget {
  readonly ip: string;
  /** Hashes of its packets, which answers echo. BOUNDED: MAX_PACKETS. */
  readonly hashes: Set<string>;
  readonly onAnswer: (answer: ProbeAnswer) => void;
}

/**
 * Sends Ping and ENRRequest on the node's own socket and reports each answer with the key that signed it, also an expired
 * one. The transport accepts only answers of the queried node; a diagnosis also needs those of another node at the same
 * endpoint. The answers do not affect endpoint proofs, table and counters. BOUNDED: by the number of running diagnoses.
 */
export class V4Probe implements DatagramHandler {
  readonly #options: V4ProbeOptions;
  readonly #targets = new Set<OpenTarget>();

  constructor(options: V4ProbeOptions) {
    this.#options = options;
  }

  /** Opens a probe; its user closes it. */
  open(to: SocketAddress, onAnswer: (answer: ProbeAnswer) => void): V4ProbeTarget {
    const target: OpenTarget = { ip: to.ip, hashes: new Set(), onAnswer };
    this.#targets.add(target);
    return {
      ping: (lifetimeSeconds = EXPIRATION_SECONDS) =>
        this.#send(target, to, {
          type: 'ping',
          version: PROTOCOL_VERSION,
          from: this.#options.local.endpoint(to.ip),
          // A port where the transport has 0: a Ping of both in the same second would be the same packet.
          to: { ip: to.ip, udp: to.port, tcp: to.port },
          expiration: this.#expiration(lifetimeSeconds),
          enrSeq: this.#options.local.seq,
        }),
      requestRecord: () =>
        this.#send(target, to, { type: 'enrrequest', expiration: this.#expiration(EXPIRATION_SECONDS) }),
      close: () => {
        this.#targets.delete(target);
      },
    };
  }

  recognises(datagram: Uint8Array, from: SocketAddress): boolean {
    if (this.#targets.size === 0) return false;
    const type = datagram[HEAD_SIZE];
    if (type !== PACKET_TYPES.pong && type !== PACKET_TYPES.enrresponse) return false;
    return envelopeFault(datagram) === undefined && this.#targetOf(datagram, from) !== undefined;
  }

  expects(ip: string): boolean {
    for (const target of this.#targets) if (target.ip === ip) return true;
    return false;
  }

  /** Only answers to a probe are recognised. */
  isAnswer(): boolean {
    return true;
  }

  handle(datagram: Uint8Array, from: SocketAddress): void {
    const target = this.#targetOf(datagram, from);
    if (target === undefined) return;
    try {
      const packet = readPacket(datagram.slice());
      const { message } = packet;
      if (message.type !== 'pong' && message.type !== 'enrresponse') return;
      const publicKey = recoverSender(datagram);
      reportPacket(this.#options, 'in', packet, from, bytesToHex(keccak256(publicKey)));
      target.onAnswer({ publicKey, from, message, bytes: datagram.length });
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
    }
  }

  /**
   * The target whose packet a PONG or ENRRESPONSE answers; undefined for other answers. An ENRRequest has only an expiration:
   * a request of the transport to another node in the same second is the same packet, so that its answer has the same hash.
   */
  #targetOf(datagram: Uint8Array, { ip }: SocketAddress): OpenTarget | undefined {
    try {
      const { message, hash } = readPacket(datagram);
      const exchange = exchangeOf(message, hash);
      return [...this.#targets].find(
        (target) => target.hashes.has(exchange) && (message.type !== 'enrresponse' || target.ip === ip),
      );
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      return undefined;
    }
  }

  #send(target: OpenTarget, to: SocketAddress, message: Message): number | undefined {
    if (target.hashes.size >= MAX_PACKETS) return undefined;
    const { datagram, hash } = encodePacket(message, this.#options.privateKey);
    target.hashes.add(bytesToHex(hash));
    if (!this.#options.channel.send(datagram, to)) return undefined;
    reportPacket(this.#options, 'out', { message, hash, datagram }, to, undefined);
    return datagram.length;
  }

  #expiration(lifetimeSeconds: number): number {
    return Math.floor(this.#options.clock.now() / 1000) + lifetimeSeconds;
  }
}
