import { AddressVote, type VotedAddress } from '../../src-main/discovery/ip-vote.ts';
import { DiscoveryEngine, type DiscoveryEngineOptions } from '../../src-main/discovery/engine.ts';
import { LocalNode } from '../../src-main/discovery/local-node.ts';
import { MemoryNodeDatabase } from '../../src-main/discovery/table/memory-node-database.ts';
import { Table } from '../../src-main/discovery/table/table.ts';
import { V5Transport, type V5TransportOptions } from '../../src-main/discovery/v5/transport.ts';
import type { V5Peer } from '../../src-main/discovery/v5/dispatcher-types.ts';
import { ipFamily, ipToBytes } from '../../src-main/base/ip.ts';
import type { AddressFamily } from '../../src-main/base/network.ts';
import type { Random } from '../../src-main/base/runtime.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { ethEntry, signEnr, type Enr, type EnrEntries } from '../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../src-main/node-record/node-factory.ts';
import { logDistance } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { EventSink, NodeEvent } from '../../src-main/events/events.ts';
import { ScriptedDispatcher } from './scripted-dispatcher.ts';
import { SeededRandom } from './seeded-random.ts';
import { silentLogger } from './silent-logger.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A node with a key and an ENR, which a test can update. */
export class RecordedNode {
  readonly privateKey: Uint8Array;
  record: Enr;

  constructor(random: Random, ip: string | undefined, entries: EnrEntries = {}, seq = 1n) {
    this.privateKey = generatePrivateKey(random);
    this.record = this.#sign(ip, entries, seq);
  }

  get node(): Node {
    return nodeFromRecord(this.record);
  }

  /** The node as the sender of a message. */
  get peer(): V5Peer {
    const { id, idHex, ip = '0.0.0.0', udp, record } = this.node;
    return { id, idHex, address: { ip, port: udp }, record };
  }

  /** Signs its next ENR. */
  update(ip: string | undefined, entries: EnrEntries = {}): void {
    this.record = this.#sign(ip, entries, this.record.seq + 1n);
  }

  #sign(ip: string | undefined, entries: EnrEntries, seq: bigint): Enr {
    const suffix = ip !== undefined && ipFamily(ip) === 'ipv6' ? '6' : '';
    const endpoint =
      ip === undefined
        ? {}
        : { [`ip${suffix}`]: ipToBytes(ip), [`udp${suffix}`]: 30303, [`tcp${suffix}`]: 30303 };
    return signEnr({ ...endpoint, ...entries }, seq, this.privateKey);
  }
}

/** An `eth` entry with a fork hash. */
export function forkEntry(firstByte: number): EnrEntries {
  return { eth: ethEntry({ hash: Uint8Array.of(firstByte, 0, 0, 0), next: 0n }) };
}

/** A node whose ID has this log distance from `from`, found by trying keys: only for large distances. */
export function nodeAtDistance(random: Random, from: Uint8Array, distance: number, ip: string): RecordedNode {
  for (;;) {
    const node = new RecordedNode(random, ip);
    if (logDistance(from, node.node.id) === distance) return node;
  }
}

/** Discovery v5 in virtual time, with a scripted dispatcher. */
export class V5World {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(5);
  readonly events: NodeEvent[] = [];
  readonly outcomes: [AddressFamily, VotedAddress][] = [];
  readonly database = new MemoryNodeDatabase(this.clock, this.random);
  readonly vote = new AddressVote(this.clock, (family, address) => this.outcomes.push([family, address]));
  readonly local: RecordedNode;
  readonly transport: V5Transport;
  readonly engine: DiscoveryEngine<V5Transport>;
  dispatcher!: ScriptedDispatcher;

  constructor(options: Partial<V5TransportOptions & DiscoveryEngineOptions<V5Transport>> = {}) {
    this.local = new RecordedNode(this.random, '80.0.0.1');
    const { privateKey } = this.local;
    const { clock, random, database, vote } = this;
    const record = { current: () => this.local.record };
    const local = new LocalNode(publicKeyOf(privateKey), record);
    const events: EventSink = { emit: (event) => this.events.push(event) };
    const parts = {
      local,
      table: new Table({ selfId: local.id, clock, random, events }),
      channel: { families: ['ipv4', 'ipv6'] as const, send: () => true },
      clock,
      random,
      events,
      logger: silentLogger,
      allows: () => true,
      ...options,
    };
    this.transport = new V5Transport({
      privateKey,
      record,
      database,
      vote,
      isBannedNode: () => false,
      onProven: () => undefined,
      createDispatcher: (made) => (this.dispatcher = new ScriptedDispatcher(made)),
      ...parts,
    });
    this.engine = new DiscoveryEngine({ ...parts, transport: this.transport });
  }

  /** Starts, and lets the first refresh end. */
  async start(): Promise<void> {
    await this.engine.start();
    await this.clock.advance(1);
  }

  of<T extends NodeEvent['type']>(type: T): Extract<NodeEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<NodeEvent, { type: T }> => event.type === type);
  }

  get drops(): Record<string, number> {
    return Object.fromEntries(this.transport.counters.drops.map(({ reason, count }) => [reason, count]));
  }

  entry(node: Node) {
    return this.engine.table.bucketOf(node.id).entry(node.idHex);
  }
}
