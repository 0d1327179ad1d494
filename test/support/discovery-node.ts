import { Discovery, type DiscoveryOptions } from '../../src-main/discovery/discovery.ts';
import { MemoryNodeDatabase } from '../../src-main/discovery/table/memory-node-database.ts';
import { ipFamily, ipToBytes } from '../../src-main/base/ip.ts';
import type { SocketAddress } from '../../src-main/base/network.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { signEnr, type Enr } from '../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { NodeEvent } from '../../src-main/events/events.ts';
import { silentLogger } from './silent-logger.ts';

/** Options without a default, and those that a test may set. */
export type DiscoveryNodeOptions = Pick<DiscoveryOptions, 'transport' | 'clock' | 'random' | 'addresses'> &
  Partial<DiscoveryOptions>;

/** A node with discovery alone; it keeps its events. */
export class DiscoveryNode {
  readonly discovery: Discovery;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly database: MemoryNodeDatabase;
  readonly events: NodeEvent[] = [];
  record: Enr;

  constructor(options: DiscoveryNodeOptions) {
    this.privateKey = options.privateKey ?? generatePrivateKey(options.random);
    this.publicKey = publicKeyOf(this.privateKey);
    this.database = new MemoryNodeDatabase(options.clock, options.random);
    this.record = signEnr(entriesOf(options.addresses), 1n, this.privateKey);
    this.discovery = new Discovery({
      database: this.database,
      logger: silentLogger,
      events: { emit: (event) => this.events.push(event) },
      local: { current: () => this.record },
      ...options,
      privateKey: this.privateKey,
      publicKey: this.publicKey,
    });
  }

  /** The node as others address it. */
  get node(): Node {
    return nodeFromRecord(this.record);
  }

  /** Binds its sockets, puts their ports into the ENR and starts. */
  async start(): Promise<void> {
    await this.discovery.open();
    const { socket } = this.discovery;
    const bound = [socket.local('ipv4'), socket.local('ipv6')].filter((address) => address !== undefined);
    this.record = signEnr(entriesOf(bound), this.record.seq + 1n, this.privateKey);
    await this.discovery.start();
  }

  stop(): Promise<void> {
    return this.discovery.stop();
  }

  /** Resolves with the first event, past or future, that matches. */
  async seen<T extends NodeEvent['type']>(
    type: T,
    matches: (event: Extract<NodeEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<NodeEvent, { type: T }>> {
    const isMatch = (event: NodeEvent): event is Extract<NodeEvent, { type: T }> =>
      event.type === type && matches(event as Extract<NodeEvent, { type: T }>);
    const past = this.events.find(isMatch);
    if (past !== undefined) return past;
    return new Promise((resolve) => {
      const push = this.events.push.bind(this.events);
      this.events.push = (...events) => {
        for (const event of events) if (isMatch(event)) resolve(event);
        return push(...events);
      };
    });
  }
}

function entriesOf(addresses: readonly SocketAddress[]): Record<string, Uint8Array | number> {
  const entries: Record<string, Uint8Array | number> = {};
  for (const { ip, port } of addresses) {
    const suffix = ipFamily(ip) === 'ipv6' ? '6' : '';
    entries[`ip${suffix}`] = ipToBytes(ip);
    entries[`udp${suffix}`] = port;
    entries[`tcp${suffix}`] = port;
  }
  return entries;
}
