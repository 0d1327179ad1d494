import { createForkFilter, forkIdAt } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import type { Network } from '../chain/networks.ts';
import { createDiscovery } from '../compose/discovery.ts';
import { openTemporaryRecord } from '../compose/record.ts';
import { createServer } from '../compose/server.ts';
import type { AddressFilter } from '../discovery/address-filter.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { MemoryNodeDatabase } from '../discovery/table/memory-node-database.ts';
import { createEthProtocols } from '../eth/session.ts';
import { CloseStack } from '../base/close-stack.ts';
import { ipFamily, isLoopback } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';
import type { Protocol } from '../p2p/protocol.ts';
import type { P2pServer } from '../server/server.ts';
import { DIAL_TIMEOUT_MS } from '../server/session-manager.ts';
import { NO_EVENTS } from '../events/event-bus.ts';
import { createDemoSource, type DemoChain } from './chain.ts';
import { withChatter } from './chatter.ts';
import { demoClientName } from './client-names.ts';
import { listenAs, staysSilent } from './failing-peer.ts';
import { DemoGossip } from './gossip.ts';
import { demoKey } from './identity.ts';
import { DEMO_CHAIN } from './network.ts';
import { PASSIVE_PREFIX } from './places.ts';
import type { DemoRole } from './roster.ts';
import { SlowStreams } from './slow-streams.ts';
import { answerTalk } from './talk.ts';

/**
 * Peer limits of a demo node: few peers, so that the network is no full mesh. At the start many nodes dial at once: a node
 * without a free handshake slot closes a connection, which would hide its own cause.
 */
const LIMITS = { maxPeers: 8, maxPendingInbound: 50, maxPendingOutbound: 10, dialRatio: 4 } as const;
const FULL_LIMITS = { ...LIMITS, maxPeers: 0 } as const;

/** What all demo nodes share. */
export interface DemoShared {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly chain: DemoChain;
  /** Whether this is the ID of our node, which demo nodes send requests and transactions to. */
  readonly isOurs: (idHex: string) => boolean;
}

/** One demo node: the same parts as our node, with a database in memory and without an event log. */
export interface DemoNode {
  readonly role: DemoRole;
  /** Its record, with its endpoint. */
  readonly node: Node;
  readonly server: P2pServer;
  readonly discovery: Discovery;
  readonly gossip: DemoGossip;
  /** Adds a passive node, which it does not find by itself, to its tables. */
  knows(node: Node): void;
  stop(): Promise<void>;
}

/** The address of our node in the demo. No demo node uses it on systems with all of 127.0.0.0/8. */
const OUR_IP = '127.0.0.1';

/** A protocol that our node does not have, with one message that is never sent. */
const OTHER_PROTOCOL: Protocol = {
  name: 'tree',
  version: 1,
  length: 1,
  messageName: () => 'Leaf',
  run: async (channel) => {
    channel.established();
    for (;;) await channel.receive();
  },
};

/** A network of another chain: the demo's with one more fork. */
const OTHER_CHAIN: Network = {
  ...DEMO_CHAIN,
  networkId: DEMO_CHAIN.networkId + 2n,
  forkTimes: [...DEMO_CHAIN.forkTimes, 1_772_323_200n],
};
const OTHER_NETWORK_ID: Network = { ...DEMO_CHAIN, networkId: DEMO_CHAIN.networkId + 1n };

const networkOf = ({ kind }: DemoRole): Network =>
  kind === 'other-chain' ? OTHER_CHAIN : kind === 'other-network-id' ? OTHER_NETWORK_ID : DEMO_CHAIN;

/** Whether a node takes no part in discovery. */
const hasNoDiscovery = ({ kind, discovery }: DemoRole): boolean =>
  kind === 'hidden' || discovery.length === 0;

/**
 * Starts a node at a loopback address.
 * @throws NetworkError when the address is taken
 */
export async function startDemoNode(
  role: DemoRole,
  place: SocketAddress,
  bootnodes: readonly Node[],
  shared: DemoShared,
): Promise<DemoNode> {
  const network = networkOf(role);
  const privateKey = demoKey(role.name);
  const record = await openRecord(privateKey, network, shared);
  const identity = { privateKey, record, network };
  const known = new Set<string>();
  const allows = createAddressFilter(role, known);
  const discovery = composeDiscovery(role, place, bootnodes, { ...identity, allows }, shared);
  const closing = new CloseStack();
  closing.add(() => discovery.stop());
  try {
    await discovery.open();
    const at = discovery.socket.local(ipFamily(place.ip)) ?? place;
    record.setEndpoint(ipFamily(at.ip), { ip: at.ip, udp: hasNoDiscovery(role) ? 0 : at.port, tcp: at.port });
    const gossip = new DemoGossip({ ...shared, busy: role.busy });
    const server = composeServer(role, at, discovery, { ...identity, gossip }, shared);
    closing.add(() => server.stop());
    if (hasNoDiscovery(role)) await discovery.stop();
    else await discovery.start();
    answerTalk(discovery);
    if (role.kind === 'silent') {
      await listenAs(staysSilent, at, { ...shared, privateKey, clientName: '' }, closing);
    } else if (role.kind !== 'absent') await server.start();
    return {
      ...{ role, node: record.node(), server, discovery, gossip },
      knows: (node) => {
        if (node.ip !== undefined) known.add(node.ip);
        for (const { table } of discovery.engines) table.addFound(node);
      },
      stop: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function openRecord(
  privateKey: Uint8Array,
  network: Network,
  { clock }: DemoShared,
): Promise<LocalRecord> {
  const record = await openTemporaryRecord(privateKey, clock);
  const { number, time } = wallClockPosition(network, clock.now());
  record.setForkId(forkIdAt(network, number, time));
  return record;
}

interface IdentityParts {
  readonly privateKey: Uint8Array;
  readonly record: LocalRecord;
  readonly network: Network;
}

/**
 * Which addresses a node contacts: those of the passive nodes only if it knows them, so that few packets are sent; the
 * others on loopback.
 */
function createAddressFilter({ kind }: DemoRole, known: ReadonlySet<string>): AddressFilter {
  return (ip) => {
    if (!isLoopback(ip) || (kind === 'unresponsive' && ip === OUR_IP)) return false;
    return !ip.startsWith(PASSIVE_PREFIX) || known.has(ip);
  };
}

function composeDiscovery(
  role: DemoRole,
  place: SocketAddress,
  bootnodes: readonly Node[],
  { privateKey, record, network, allows }: IdentityParts & { readonly allows: AddressFilter },
  { clock, random, logger }: DemoShared,
): Discovery {
  const filter = createForkFilter(network, () => wallClockPosition(network, clock.now()));
  return createDiscovery({
    ...{ privateKey, bootnodes, clock, random, allows, events: NO_EVENTS, logger: logger.child(role.name) },
    addresses: [place],
    local: record,
    database: new MemoryNodeDatabase(clock, random),
    // A node without discovery has a socket until its port is known.
    protocols: hasNoDiscovery(role) ? ['v4'] : role.discovery,
    isCandidate: (node) => node.record?.eth !== undefined && filter(node.record.eth) === 'ok',
  });
}

function composeServer(
  role: DemoRole,
  at: SocketAddress,
  discovery: Discovery,
  { privateKey, record, network, gossip }: IdentityParts & { readonly gossip: DemoGossip },
  shared: DemoShared,
): P2pServer {
  const { clock, random, logger } = shared;
  const clientName = demoClientName(role.client, role.name);
  return createServer({
    ...{ privateKey, clock, random, events: NO_EVENTS, logger: logger.child(role.name) },
    ownIdHex: record.node().idHex,
    listenAt: [at],
    limits: role.kind === 'full' ? FULL_LIMITS : LIMITS,
    settings: {
      dynamicDials: role.kind === 'member',
      noDial: false,
      bootnodeFallbackMs: 0,
      dialTimeoutMs: DIAL_TIMEOUT_MS,
      dropper: true,
    },
    protocols: createProtocols(role, network, gossip, shared),
    clientName: () => clientName,
    shaper: new SlowStreams(clock, role.latencyMs),
    guard: { isAllowedAddress: isLoopback, banOfAddress: () => undefined, banOfNode: () => undefined },
    isOfOtherNetwork: () => false,
    dialing: {
      candidates: role.kind === 'member' && !hasNoDiscovery(role) ? discovery.candidates() : undefined,
    },
  });
}

function createProtocols(
  role: DemoRole,
  network: Network,
  gossip: DemoGossip,
  { clock, random, chain: shared, isOurs }: DemoShared,
): readonly Protocol[] {
  if (role.kind === 'no-eth') return [OTHER_PROTOCOL];
  const chain = createDemoSource(shared, network, role.lag);
  return createEthProtocols(chain, role.versions, { transactions: gossip, gossip }).map((protocol) =>
    withChatter(protocol, {
      ...{ chain, clock, random, asks: isOurs, busy: role.busy },
      sendsUnrequested: role.behaviour === 'sends-unrequested',
    }),
  );
}
