import { setTimeout as pause } from 'node:timers/promises';
import type { DatagramSocket, SocketAddress } from '../../../src-main/base/network.ts';
import { generatePrivateKey } from '../../../src-main/base/secp256k1.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { HEAD_SIZE, PACKET_TYPES } from '../../../src-main/discovery/v4/constants.ts';
import type { Flood } from './figures.ts';
import { pingOf } from './peer.ts';

/** Number of different garbage packets, which are repeated. */
const GARBAGE = 256;

/** Hosts of one /24 that take part. */
const PER_SUBNET = 125;

/** Milliseconds between two readings of the clock. */
const TICK_MS = 2;

/** The sender of a flood. All packets are encoded beforehand, because the sender is not measured. */
export class FloodSender {
  readonly #sockets: readonly DatagramSocket[];
  readonly #pings: readonly Uint8Array[];
  readonly #garbage: readonly Uint8Array[];
  #pongs = 0;

  private constructor(sockets: readonly DatagramSocket[], pings: readonly Uint8Array[]) {
    this.#sockets = sockets;
    this.#pings = pings;
    this.#garbage = Array.from({ length: GARBAGE }, (_, index) => systemRandom.bytes(100 + index * 4));
    for (const socket of sockets) {
      socket.onDatagram((datagram) => {
        if (datagram[HEAD_SIZE] === PACKET_TYPES.pong) this.#pongs += 1;
      });
    }
  }

  /** Uses only loopback addresses, and `pings` different pings. */
  static async open(hosts: number, pings: number): Promise<FloodSender> {
    const sockets: DatagramSocket[] = [];
    for (let index = 0; index < hosts; index += 1) {
      const ip = `127.0.${String(100 + Math.floor(index / PER_SUBNET))}.${String(1 + (index % PER_SUBNET))}`;
      sockets.push(await systemDatagramTransport.bind({ ip, port: 0 }));
    }
    const made = Array.from({ length: pings }, () => pingOf(generatePrivateKey(systemRandom)).datagram);
    return new FloodSender(sockets, made);
  }

  /** Sends for `seconds`; returns how many packets it sent. */
  async run({ perSecond, kind, hosts }: Flood, to: SocketAddress, seconds: number): Promise<number> {
    const packets = kind === 'pings' ? this.#pings : this.#garbage;
    const most = perSecond * seconds;
    const begun = performance.now();
    let sent = 0;
    while (sent < most) {
      const due = Math.min(most, ((performance.now() - begun) / 1000) * perSecond);
      for (; sent < due; sent += 1) {
        const packet = packets[sent % packets.length];
        if (packet !== undefined) this.#sockets[sent % hosts]?.send(packet, to);
      }
      if (performance.now() - begun > 2 * seconds * 1000) break;
      await pause(TICK_MS);
    }
    return sent;
  }

  /** Pongs received since the last call. */
  takePongs(): number {
    const pongs = this.#pongs;
    this.#pongs = 0;
    return pongs;
  }

  async close(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }
}
