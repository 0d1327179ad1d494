import { PacketDispatcher } from '../../src-main/discovery/v5/dispatcher.ts';
import type { V5DispatcherOptions, V5Peer } from '../../src-main/discovery/v5/dispatcher-types.ts';
import {
  packNodes,
  V5_PACKET_NAMES,
  type V5Request,
  type V5Response,
} from '../../src-main/discovery/v5/messages.ts';
import { PacketCounters } from '../../src-main/discovery/socket/packet-counters.ts';
import { UdpSocket } from '../../src-main/discovery/socket/udp-socket.ts';
import { ipToBytes } from '../../src-main/base/ip.ts';
import type { SocketAddress } from '../../src-main/base/network.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { encodeEnr, signEnr, type Enr } from '../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { MemoryNetwork } from './memory-network.ts';
import { RecordedEvents } from './recorded-events.ts';
import { SeededRandom } from './seeded-random.ts';
import { silentLogger } from './silent-logger.ts';

/** A discv5 node without a table: it answers requests in the simplest way. */
export class V5Node {
  readonly address: SocketAddress;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly random: SeededRandom;
  readonly events = new RecordedEvents();
  readonly dispatcher: PacketDispatcher;
  readonly counters: PacketCounters;
  readonly socket: UdpSocket;
  /** Received requests with their senders. */
  readonly requests: { from: V5Peer; request: V5Request }[] = [];
  /** Nodes that the dispatcher reported after a handshake. */
  readonly told: Node[] = [];
  /** ENRs of other nodes. */
  readonly known = new Map<string, Enr>();
  record: Enr;
  /** Replaces the default answers. */
  respond: ((request: V5Request) => readonly V5Response[] | Promise<readonly V5Response[]>) | undefined;

  constructor(
    network: MemoryNetwork,
    clock: Clock,
    ip: string,
    seed: number,
    options: Partial<V5DispatcherOptions> = {},
  ) {
    this.address = { ip, port: 30303 };
    this.random = new SeededRandom(seed);
    this.privateKey = generatePrivateKey(this.random);
    this.publicKey = publicKeyOf(this.privateKey);
    this.record = this.sign(1n);
    this.counters = new PacketCounters(clock, V5_PACKET_NAMES);
    this.socket = new UdpSocket({
      transport: network.host(ip).datagrams,
      addresses: [this.address],
      logger: silentLogger,
    });
    this.dispatcher = new PacketDispatcher({
      privateKey: this.privateKey,
      localId: nodeIdOf(this.publicKey),
      local: { current: () => this.record },
      channel: this.socket,
      clock,
      random: this.random,
      events: this.events,
      counters: this.counters,
      respond: (from, request) => this.#respond(from, request),
      recordOf: (idHex) => this.known.get(idHex),
      onHandshake: (node) => this.told.push(node),
      ...options,
    });
    this.socket.onDatagram((datagram, from) => this.handle(datagram, from));
  }

  /** The node as others address it. */
  get node(): Node {
    return nodeFromRecord(this.record);
  }

  /** Reasons for which packets were dropped, in order. */
  get drops(): string[] {
    return this.events.of('discovery/dropped').map(({ reason }) => reason);
  }

  async start(): Promise<this> {
    await this.socket.open();
    this.dispatcher.start();
    return this;
  }

  /** Passes a datagram to the dispatcher without a packet filter; false if it is no packet for it. */
  handle(datagram: Uint8Array, from: SocketAddress): boolean {
    if (!this.dispatcher.recognises(datagram)) return false;
    this.dispatcher.handle(datagram, from);
    return true;
  }

  async stop(): Promise<void> {
    this.dispatcher.stop();
    await this.socket.close();
  }

  /** Drops sessions and challenges, as a restart does. */
  restart(): void {
    this.dispatcher.stop();
    this.dispatcher.start();
  }

  /** The node's ENR with another sequence number. */
  sign(seq: bigint, endpoint: SocketAddress = this.address): Enr {
    return signEnr({ ip: ipToBytes(endpoint.ip), udp: endpoint.port }, seq, this.privateKey);
  }

  #respond(from: V5Peer, request: V5Request): readonly V5Response[] | Promise<readonly V5Response[]> {
    this.requests.push({ from, request });
    if (this.respond !== undefined) return this.respond(request);
    switch (request.type) {
      case 'ping':
        return [{ type: 'pong', enrSeq: this.record.seq, ...from.address }];
      case 'findnode':
        return packNodes([encodeEnr(this.record)]);
      case 'talkreq':
        return [{ type: 'talkresp', payload: request.payload }];
    }
  }
}
