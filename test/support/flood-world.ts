import type { TableProtocol } from '../../shared/model/table.ts';
import type { Message } from '../../src-main/discovery/v4/messages.ts';
import { encodePacket } from '../../src-main/discovery/v4/packet.ts';
import type { SocketAddress } from '../../src-main/base/network.ts';
import { generatePrivateKey } from '../../src-main/base/secp256k1.ts';
import { DiscoveryNode } from './discovery-node.ts';
import { MemoryNetwork } from './memory-network.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A datagram of a flood with its source address, which may be spoofed. */
export interface FloodPacket {
  readonly datagram: Uint8Array;
  readonly from: SocketAddress;
}

/** The service during a flood, each as a share from 0 to 1. */
export interface Served {
  /** Pings of a bonded peer that were answered, by v4 and by v5. */
  readonly v4: number;
  readonly v5: number;
  /** Our own requests that were answered, by v4 and by v5. */
  readonly ownV4: number;
  readonly ownV5: number;
  /** Our requests to nodes without an earlier exchange that were answered, by v4 and by v5. */
  readonly newV4: number;
  readonly newV5: number;
  /** Our Pongs per packet of the flood. */
  readonly newPings: number;
}

const OUR_IPS = ['80.0.0.1', '2a00::1'] as const;
const LATENCY_MS = 20;
const TICK_MS = 10;
/** Ticks between two pings of the bonded peer, and between two of our requests to each honest peer. */
const ASK_TICKS = 10;
/** Rounds of our requests between two requests to new nodes. */
const NEWCOMER_TURNS = 4;
const NEWCOMERS = 12;

/** A node with both protocols on a network in memory, its honest bonded peers, and floods from any address. */
export class FloodWorld {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(11);
  /** The packets of a flood arrive at random times between two ticks. */
  readonly network = new MemoryNetwork(this.clock, {
    latencyMs: (from) =>
      LATENCY_MS + (this.#honest.has(from) ? 0 : this.random.below(1_000) / (1_000 / TICK_MS)),
  });
  readonly us: DiscoveryNode;
  /** The peer that pings us. */
  readonly bonded: DiscoveryNode;
  /** The nodes that we query. */
  readonly honestPeers: readonly DiscoveryNode[];
  /** New nodes; each gets one request. */
  readonly #newcomers: DiscoveryNode[];
  readonly #nodes: readonly DiscoveryNode[];
  readonly #honest = new Set<string>();

  private constructor() {
    this.us = this.#node(...OUR_IPS);
    this.bonded = this.#node('81.1.1.1');
    this.honestPeers = [this.#node('82.1.1.1'), this.#node('83.1.1.1')];
    this.#newcomers = Array.from({ length: NEWCOMERS }, (_, index) => this.#node(`84.1.${String(index)}.1`));
    this.#nodes = [this.us, this.bonded, ...this.honestPeers, ...this.#newcomers];
  }

  static async start(): Promise<FloodWorld> {
    const world = new FloodWorld();
    const peers = [world.bonded, ...world.honestPeers];
    for (const node of world.#nodes) await node.start();
    for (const peer of peers) {
      for (const protocol of ['v4', 'v5'] as const)
        await world.clock.runUntil(peer.discovery[protocol]!.transport.ping(world.us.node));
    }
    await world.clock.advance(1_000);
    return world;
  }

  /** Where our node receives what `from` sends. */
  target(from: SocketAddress): SocketAddress {
    return { ip: from.ip.includes(':') ? OUR_IPS[1] : OUR_IPS[0], port: 30303 };
  }

  /** A Ping signed with a new key. */
  newPing(parts: Partial<Extract<Message, { type: 'ping' }>> = {}): Uint8Array {
    const endpoint = { ip: '1.2.3.4', udp: 30303, tcp: 30303 };
    return this.signed({
      type: 'ping',
      version: 4,
      from: endpoint,
      to: endpoint,
      expiration: this.expiration,
      enrSeq: undefined,
      ...parts,
    });
  }

  signed(message: Message): Uint8Array {
    return encodePacket(message, generatePrivateKey(this.random)).datagram;
  }

  get expiration(): number {
    return Math.floor(this.clock.now() / 1000) + 20;
  }

  /** Delivers `perSecond` packets of `packet` per second for `seconds`, and measures the service during that time. */
  async flood(perSecond: number, seconds: number, packet: (index: number) => FloodPacket): Promise<Served> {
    const counts: Record<string, { asked: number; answered: number }> = {};
    const ask = (name: string, request: Promise<unknown>): void => {
      const count = (counts[name] ??= { asked: 0, answered: 0 });
      count.asked++;
      request.then(
        () => count.answered++,
        () => undefined,
      );
    };
    const pongs = this.#pongs();
    let sent = 0;
    for (let tick = 0; tick < (seconds * 1000) / TICK_MS; tick++) {
      for (const due = ((tick + 1) * perSecond * TICK_MS) / 1000; sent < due; sent++) {
        const { datagram, from } = packet(sent);
        this.network.carry(datagram, from, this.target(from));
      }
      if (tick % ASK_TICKS === 0) this.#askAll(ask);
      if (tick % (ASK_TICKS * NEWCOMER_TURNS) === 0) this.#askNewcomers(ask);
      await this.clock.advance(TICK_MS);
    }
    await this.clock.advance(2_000);
    const share = (name: string): number => (counts[name]?.answered ?? 0) / (counts[name]?.asked ?? 0);
    const newPings = (this.#pongs() - pongs - (counts['v4']?.answered ?? 0)) / sent;
    return {
      v4: share('v4'),
      v5: share('v5'),
      ownV4: share('ownV4'),
      ownV5: share('ownV5'),
      newV4: share('newV4'),
      newV5: share('newV5'),
      newPings,
    };
  }

  /** Packets that our node has dropped, by reason. */
  get drops(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const event of this.us.events) {
      if (event.type === 'discovery/dropped') counts.set(event.reason, (counts.get(event.reason) ?? 0) + 1);
    }
    return counts;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
  }

  #askAll(ask: (name: string, request: Promise<unknown>) => void): void {
    const { us, bonded, honestPeers } = this;
    const request = (from: DiscoveryNode, protocol: TableProtocol, to: DiscoveryNode): Promise<unknown> =>
      from.discovery[protocol]!.transport.ping(to.node);
    ask('v4', request(bonded, 'v4', us));
    ask('v5', request(bonded, 'v5', us));
    for (const honest of honestPeers) {
      ask('ownV4', request(us, 'v4', honest));
      ask('ownV4', us.discovery.v4!.transport.requestEnr(honest.node));
      ask('ownV5', request(us, 'v5', honest));
    }
  }

  #askNewcomers(ask: (name: string, request: Promise<unknown>) => void): void {
    const [first, second] = this.#newcomers.splice(0, 2);
    if (first !== undefined) ask('newV4', this.us.discovery.v4!.transport.ping(first.node));
    if (second !== undefined) ask('newV5', this.us.discovery.v5!.transport.ping(second.node));
  }

  #pongs(): number {
    return this.us.discovery.v4!.transport.counters.packets.find(({ packet }) => packet === 'pong')!.out;
  }

  #node(...ips: readonly string[]): DiscoveryNode {
    for (const ip of ips) this.#honest.add(ip);
    return new DiscoveryNode({
      transport: this.network.host(...ips).datagrams,
      clock: this.clock,
      random: this.random,
      addresses: ips.map((ip) => ({ ip, port: 30303 })),
      protocols: ['v4', 'v5'],
    });
  }
}
