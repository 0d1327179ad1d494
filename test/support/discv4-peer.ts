import type { Message } from '../../src-main/discovery/v4/messages.ts';
import { decodePacket, encodePacket, type Packet } from '../../src-main/discovery/v4/packet.ts';
import type { DatagramSocket, SocketAddress } from '../../src-main/base/network.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { MemoryNetwork } from './memory-network.ts';
import type { SeededRandom } from './seeded-random.ts';

type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;

/** A discv4 peer whose packets a test sends one by one, invalid ones included. */
export class Discv4Peer {
  readonly privateKey: Uint8Array;
  readonly node: Node;
  /** Received packets, oldest first. */
  readonly received: Packet[] = [];
  /** Whether it answers pings. */
  answersPings = true;
  /** Called with each packet received. */
  onPacket: ((packet: Packet, from: SocketAddress) => void) | undefined;
  readonly #clock: Clock;
  readonly #socket: DatagramSocket;

  private constructor(clock: Clock, socket: DatagramSocket, privateKey: Uint8Array) {
    this.#clock = clock;
    this.#socket = socket;
    this.privateKey = privateKey;
    const { ip, port } = socket.local;
    this.node = nodeFromParts({ publicKey: publicKeyOf(privateKey), ip, udp: port, tcp: port });
    socket.onDatagram((datagram, from) => {
      const packet = decodePacket(datagram.slice());
      this.received.push(packet);
      if (packet.message.type === 'ping' && this.answersPings) this.pong(from, packet.hash);
      this.onPacket?.(packet, from);
    });
  }

  static async open(
    network: MemoryNetwork,
    clock: Clock,
    random: SeededRandom,
    ip: string,
    options: { privateKey?: Uint8Array; port?: number } = {},
  ): Promise<Discv4Peer> {
    const socket = await network.host(ip).datagrams.bind({ ip, port: options.port ?? 30303 });
    return new Discv4Peer(clock, socket, options.privateKey ?? generatePrivateKey(random));
  }

  /** An expiration in the future, Unix seconds. */
  get expiration(): number {
    return Math.floor(this.#clock.now() / 1000) + 20;
  }

  /** Sends a message; returns its packet's hash. */
  send(message: Message, to: Node): Uint8Array {
    const { datagram, hash } = encodePacket(message, this.privateKey);
    this.#socket.send(datagram, { ip: to.ip ?? '', port: to.udp });
    return hash;
  }

  sendRaw(datagram: Uint8Array, to: Node): void {
    this.#socket.send(datagram, { ip: to.ip ?? '', port: to.udp });
  }

  ping(to: Node, parts: Partial<MessageOf<'ping'>> = {}): Uint8Array {
    const { ip, udp, tcp } = this.node;
    return this.send(
      {
        type: 'ping',
        version: 4,
        from: { ip, udp, tcp },
        to: { ip: to.ip, udp: to.udp, tcp: 0 },
        expiration: this.expiration,
        enrSeq: undefined,
        ...parts,
      },
      to,
    );
  }

  pong(to: SocketAddress, pingHash: Uint8Array, parts: Partial<MessageOf<'pong'>> = {}): void {
    const message: Message = {
      type: 'pong',
      to: { ip: to.ip, udp: to.port, tcp: 0 },
      pingHash,
      expiration: this.expiration,
      enrSeq: undefined,
      ...parts,
    };
    this.#socket.send(encodePacket(message, this.privateKey).datagram, to);
  }

  /** The messages of one type that it has received. */
  got<T extends Message['type']>(type: T): MessageOf<T>[] {
    return this.received
      .map(({ message }) => message)
      .filter((message) => message.type === type) as MessageOf<T>[];
  }

  close(): Promise<void> {
    return this.#socket.close();
  }
}
