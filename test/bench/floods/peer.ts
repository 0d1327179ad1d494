import type { Message } from '../../../src-main/discovery/v4/messages.ts';
import { decodePacket, encodePacket, type Packet } from '../../../src-main/discovery/v4/packet.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import type { DatagramSocket, SocketAddress } from '../../../src-main/base/network.ts';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { encodeEnr, signEnr } from '../../../src-main/node-record/enr.ts';

/** Milliseconds after which a Pong is too late, for geth and for us. */
const ANSWER_MS = 500;
const EXPIRATION_S = 600;

/** Expiration of the packets of the bench, Unix seconds. */
const expiration = (): number => Math.floor(Date.now() / 1000) + EXPIRATION_S;

/** A Ping signed with a key; its endpoints are arbitrary. */
export function pingOf(privateKey: Uint8Array): { datagram: Uint8Array; hash: Uint8Array } {
  const endpoint = { ip: '127.0.0.1', udp: 30303, tcp: 30303 };
  const ping: Message = {
    type: 'ping',
    version: 4,
    from: endpoint,
    to: endpoint,
    expiration: expiration(),
    enrSeq: undefined,
  };
  return encodePacket(ping, privateKey);
}

/** An honest discv4 peer that answers FINDNODE with a list of nodes and counts its answered pings. */
export class BenchPeer {
  readonly publicKey: Uint8Array;
  /** The nodes in its answers. */
  neighbors: readonly BenchPeer[] = [];
  readonly #privateKey = generatePrivateKey(systemRandom);
  readonly #socket: DatagramSocket;
  readonly #waiting = new Map<string, number>();
  readonly #pinged = new Set<string>();
  #answered = 0;
  #asked = 0;

  private constructor(socket: DatagramSocket) {
    this.#socket = socket;
    this.publicKey = publicKeyOf(this.#privateKey);
    socket.onDatagram((datagram, from) => {
      this.#receive(decodePacket(datagram.slice()), from);
    });
  }

  static async open(ip: string): Promise<BenchPeer> {
    return new BenchPeer(await systemDatagramTransport.bind({ ip, port: 0 }));
  }

  get enode(): string {
    const { ip, port } = this.#socket.local;
    return `enode://${bytesToHex(this.publicKey)}@${ip}:${String(port)}`;
  }

  /** Sends a ping that counts. */
  ping(to: SocketAddress): void {
    const { datagram, hash } = pingOf(this.#privateKey);
    this.#asked++;
    this.#waiting.set(bytesToHex(hash), performance.now());
    this.#socket.send(datagram, to);
  }

  /** Pings since the last call, and how many of them were answered in time. */
  take(): { asked: number; answered: number } {
    const counts = { asked: this.#asked, answered: this.#answered };
    this.#asked = this.#answered = 0;
    this.#waiting.clear();
    return counts;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  #receive({ message, hash }: Packet, from: SocketAddress): void {
    switch (message.type) {
      case 'ping':
        this.#pong(hash, from);
        break;
      case 'pong': {
        const sentAt = this.#waiting.get(bytesToHex(message.pingHash));
        if (sentAt !== undefined && performance.now() - sentAt <= ANSWER_MS) this.#answered++;
        break;
      }
      case 'findnode': {
        const nodes = this.neighbors.map(({ publicKey, address: { ip, port } }) => ({
          ip,
          udp: port,
          tcp: port,
          publicKey,
        }));
        this.#send({ type: 'neighbors', nodes, expiration: expiration() }, from);
        break;
      }
      case 'enrrequest':
        this.#send({ type: 'enrresponse', requestHash: hash, record: this.#record() }, from);
        break;
      case 'neighbors':
      case 'enrresponse':
        // It requests nothing.
        break;
    }
  }

  get address(): SocketAddress {
    return this.#socket.local;
  }

  /** Sends a Pong, and pings back once for the endpoint proof. */
  #pong(pingHash: Uint8Array, from: SocketAddress): void {
    const to = { ip: from.ip, udp: from.port, tcp: 0 };
    this.#send({ type: 'pong', to, pingHash, expiration: expiration(), enrSeq: undefined }, from);
    const key = `${from.ip} ${String(from.port)}`;
    if (this.#pinged.has(key)) return;
    this.#pinged.add(key);
    this.#socket.send(pingOf(this.#privateKey).datagram, from);
  }

  #send(message: Message, to: SocketAddress): void {
    this.#socket.send(encodePacket(message, this.#privateKey).datagram, to);
  }

  #record(): Uint8Array {
    const { ip, port } = this.#socket.local;
    return encodeEnr(signEnr({ ip: ipToBytes(ip), udp: port, tcp: port }, 1n, this.#privateKey));
  }
}
