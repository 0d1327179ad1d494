import { encodeMessage, type V5Message } from '../../src-main/discovery/v5/messages.ts';
import { initiatorKeys, signIdProof } from '../../src-main/discovery/v5/keys.ts';
import {
  encodeHandshake,
  encodeOrdinary,
  encodeWhoareyou,
  PacketError,
  readPacket,
  type HandshakeAuth,
  type V5Packet,
  type WhoareyouPacket,
} from '../../src-main/discovery/v5/packet.ts';
import { ipToBytes } from '../../src-main/base/ip.ts';
import type { DatagramSocket, SocketAddress } from '../../src-main/base/network.ts';
import { compress, generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { encodeEnr, signEnr, type Enr } from '../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { MemoryHost } from './memory-network.ts';
import { SeededRandom } from './seeded-random.ts';

/** What differs from a valid handshake. */
export type Twist = Partial<HandshakeAuth> & {
  /** Signs the proof instead of the puppet's own key. */
  readonly signingKey?: Uint8Array;
  /** Encrypts the message instead of the session key. */
  readonly key?: Uint8Array;
};

/** A discv5 peer whose packets a test sends one by one, invalid ones included. */
export class V5Puppet {
  address: SocketAddress;
  readonly random: SeededRandom;
  readonly privateKey: Uint8Array;
  readonly id: Uint8Array;
  record: Enr;
  /** Received packets that could be decoded. */
  readonly received: V5Packet[] = [];
  readonly #target: Node;
  #socket: DatagramSocket | undefined;

  /** @param port 0 lets the system choose one when the socket is opened */
  constructor(ip: string, seed: number, target: Node, port = 30303) {
    this.address = { ip, port };
    this.random = new SeededRandom(seed);
    this.privateKey = generatePrivateKey(this.random);
    this.id = nodeIdOf(publicKeyOf(this.privateKey));
    this.record = this.#sign();
    this.#target = target;
  }

  /** @param network in memory, or the system's */
  async open(network: { host(ip: string): Pick<MemoryHost, 'datagrams'> }): Promise<this> {
    this.#socket = await network.host(this.address.ip).datagrams.bind(this.address);
    this.#socket.onDatagram((datagram) => this.#receive(datagram));
    this.address = this.#socket.local;
    this.record = this.#sign();
    return this;
  }

  #sign(): Enr {
    const { ip, port } = this.address;
    return signEnr({ ip: ipToBytes(ip), udp: port }, 1n, this.privateKey);
  }

  /** Ignores packets that are masked for another node. */
  #receive(datagram: Uint8Array): void {
    try {
      this.received.push(readPacket(datagram, this.id));
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
    }
  }

  /** The puppet as others address it. */
  get node(): Node {
    return nodeFromRecord(this.record);
  }

  /** The received WHOAREYOU packets. */
  get challenges(): WhoareyouPacket[] {
    return this.received.filter((packet) => packet.kind === 'whoareyou');
  }

  close(): Promise<void> {
    return this.#socket?.close() ?? Promise.resolve();
  }

  send(datagram: Uint8Array): void {
    const { ip, udp } = this.#target;
    if (ip !== undefined) this.#socket?.send(datagram, { ip, port: udp });
  }

  #frame(nonce = this.random.bytes(12)) {
    return { destId: this.#target.id, maskingIv: this.random.bytes(16), nonce };
  }

  /** A packet from `srcId` that cannot be decrypted. */
  garbage(srcId = this.id): Uint8Array {
    return encodeOrdinary(this.#frame(), srcId, { random: this.random.bytes(20) });
  }

  /** A WHOAREYOU packet for the packet with this nonce. */
  whoareyou(nonce: Uint8Array, enrSeq = 0n): Uint8Array {
    return encodeWhoareyou(this.#frame(nonce), { idNonce: this.random.bytes(16), enrSeq }).datagram;
  }

  /** The answer to a challenge, with `message` in it. */
  handshake(challenge: WhoareyouPacket, message: V5Message | Uint8Array, twist: Twist = {}): Uint8Array {
    const { signingKey = this.privateKey, key, ...auth } = twist;
    const ephemeral = generatePrivateKey(this.random);
    const ephemeralKey = compress(publicKeyOf(ephemeral));
    const { challengeData } = challenge;
    const keys = initiatorKeys(
      { initiatorId: this.id, recipientId: this.#target.id, challengeData },
      ephemeral,
      this.#target.publicKey,
    );
    const proof = {
      challengeData,
      ephemeralKey: auth.ephemeralKey ?? ephemeralKey,
      recipientId: this.#target.id,
    };
    const content =
      message instanceof Uint8Array ? message : encodeMessage({ requestId: Uint8Array.of(1), message });
    return encodeHandshake(
      this.#frame(),
      {
        srcId: this.id,
        ephemeralKey,
        idSignature: signIdProof(proof, signingKey),
        record: encodeEnr(this.record),
        ...auth,
      },
      { key: key ?? keys.initiatorKey, message: content },
    );
  }
}
