import { createForkFilter, forkIdAt } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import type { Network } from '../chain/networks.ts';
import { createDiscovery } from '../compose/discovery.ts';
import { openTemporaryRecord } from '../compose/record.ts';
import { createServer } from '../compose/server.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { MemoryNodeDatabase } from '../discovery/table/memory-node-database.ts';
import { createEthProtocols } from '../eth/session.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { CloseStack } from '../base/close-stack.ts';
import { NetworkError } from '../base/errors.ts';
import { ipFamily, isLoopback } from '../base/ip.ts';
import type { ByteStream, SocketAddress } from '../base/network.ts';
import { systemStreamListener } from '../base/tcp.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { sha256 } from '../base/symmetric.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';
import type { Protocol } from '../p2p/protocol.ts';
import type { P2pServer } from '../server/server.ts';
import { DIAL_TIMEOUT_MS } from '../server/session-manager.ts';
import type { EventSink } from '../events/events.ts';
import { createDemoChain } from './chain.ts';
import { withChatter } from './chatter.ts';
import { demoClientName } from './client-names.ts';
import { DEMO_CHAIN } from './network.ts';
import type { DemoRole } from './roster.ts';
import { SlowStreams } from './slow-streams.ts';

/** Peer limits of a demo node: low, so that the network is no full mesh. */
const LIMITS = { maxPeers: 8, maxPendingInbound: 10, maxPendingOutbound: 10, dialRatio: 4 } as const;
const FULL_LIMITS = { ...LIMITS, maxPeers: 0 } as const;

/** What all demo nodes share. */
export interface DemoShared {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Whether this is the ID of our node, which demo nodes send announcements to. */
  readonly isOurs: (idHex: string) => boolean;
}

/** One demo node: the same parts as our node, with a database in memory and without an event log. */
export interface DemoNode {
  readonly role: DemoRole;
  /** Its record, with its endpoint. */
  readonly node: Node;
  readonly server: P2pServer;
  readonly discovery: Discovery;
  stop(): Promise<void>;
}

/** The address of our node in the demo. No demo node uses it on systems with all of 127.0.0.0/8. */
const OUR_IP = '127.0.0.1';

/** A TALKREQ of this protocol is answered with its own payload. */
const TALK_PROTOCOL = 'echo';

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

const SILENT: EventSink = { emit: () => undefined };

/** A network of another chain: the demo's with one more fork. */
const OTHER_CHAIN: Network = {
  ...DEMO_CHAIN,
  networkId: DEMO_CHAIN.networkId + 2n,
  forkTimes: [1_767_312_000n],
};
const OTHER_NETWORK_ID: Network = { ...DEMO_CHAIN, networkId: DEMO_CHAIN.networkId + 1n };

const networkOf = ({ kind }: DemoRole): Network =>
  kind === 'other-chain' ? OTHER_CHAIN : kind === 'other-network-id' ? OTHER_NETWORK_ID : DEMO_CHAIN;

/** Whether a node takes no part in discovery. */
const hasNoDiscovery = ({ kind, discovery }: DemoRole): boolean =>
  kind === 'hidden' || discovery.length === 0;

/** The same key at every start, so that node lists stay valid between demos. It is public and protects nothing. */
const keyOf = ({ name }: DemoRole): Uint8Array => sha256(utf8ToBytes(`enodeck demo ${name}`));

/**
 * Starts a node at the first of `places` that is free.
 * @throws NetworkError when none is
 */
export async function startDemoNode(
  role: DemoRole,
  places: readonly SocketAddress[],
  bootnodes: readonly Node[],
  shared: DemoShared,
): Promise<DemoNode> {
  let failure: unknown;
  for (const place of places) {
    try {
      return await startAt(role, place, bootnodes, shared);
    } catch (error) {
      if (!isTaken(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

const isTaken = (error: unknown): boolean => {
  const cause = error instanceof NetworkError ? error : error instanceof Error ? error.cause : undefined;
  return cause instanceof NetworkError && ['address-in-use', 'address-not-available'].includes(cause.code);
};

async function startAt(
  role: DemoRole,
  place: SocketAddress,
  bootnodes: readonly Node[],
  shared: DemoShared,
): Promise<DemoNode> {
  const network = networkOf(role);
  const privateKey = keyOf(role);
  const record = await openRecord(privateKey, network, shared);
  const identity = { privateKey, record, network };
  const discovery = composeDiscovery(role, place, bootnodes, identity, shared);
  const closing = new CloseStack();
  closing.add(() => discovery.stop());
  try {
    await discovery.open();
    const at = discovery.socket.local(ipFamily(place.ip)) ?? place;
    record.setEndpoint(ipFamily(at.ip), { ip: at.ip, udp: hasNoDiscovery(role) ? 0 : at.port, tcp: at.port });
    const server = composeServer(role, at, discovery, identity, shared);
    closing.add(() => server.stop());
    if (hasNoDiscovery(role)) await discovery.stop();
    else await discovery.start();
    discovery.v5?.transport.registerTalk(TALK_PROTOCOL, (_, payload) => payload);
    if (role.kind === 'silent') await listenSilently(at, closing);
    else if (role.kind !== 'absent') await server.start();
    return { role, node: record.node(), server, discovery, stop: () => closing.close() };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** BOUNDED: connections that a silent node keeps open. */
const MAX_SILENT_STREAMS = 16;

/** Accepts connections and sends nothing, so that the handshake of the other side times out. */
async function listenSilently(at: SocketAddress, closing: CloseStack): Promise<void> {
  const streams = new Set<ByteStream>();
  const listener = await systemStreamListener.listen(at, (stream) => {
    if (streams.size >= MAX_SILENT_STREAMS) {
      stream.destroy();
      return;
    }
    streams.add(stream);
    stream.onData(() => undefined);
    stream.onClose(() => streams.delete(stream));
  });
  closing.add(async () => {
    for (const stream of streams) stream.destroy();
    await listener.close();
  });
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

function composeDiscovery(
  role: DemoRole,
  place: SocketAddress,
  bootnodes: readonly Node[],
  { privateKey, record, network }: IdentityParts,
  { clock, random, logger }: DemoShared,
): Discovery {
  const filter = createForkFilter(network, () => wallClockPosition(network, clock.now()));
  return createDiscovery({
    ...{ privateKey, bootnodes, clock, random, events: SILENT, logger: logger.child(role.name) },
    addresses: [place],
    local: record,
    database: new MemoryNodeDatabase(clock, random),
    // A node without discovery has a socket until its port is known.
    protocols: hasNoDiscovery(role) ? ['v4'] : role.discovery,
    allows: role.kind === 'unresponsive' ? (ip) => isLoopback(ip) && ip !== OUR_IP : isLoopback,
    isCandidate: (node) => node.record?.eth !== undefined && filter(node.record.eth) === 'ok',
  });
}

function composeServer(
  role: DemoRole,
  at: SocketAddress,
  discovery: Discovery,
  { privateKey, record, network }: IdentityParts,
  shared: DemoShared,
): P2pServer {
  const { clock, random, logger } = shared;
  const clientName = demoClientName(role.client, role.name);
  return createServer({
    ...{ privateKey, clock, random, events: SILENT, logger: logger.child(role.name) },
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
    protocols: createProtocols(role, network, shared),
    clientName: () => clientName,
    shaper: new SlowStreams(clock, role.latencyMs),
    guard: { isAllowedAddress: isLoopback, banOfAddress: () => undefined, banOfNode: () => undefined },
    isOfOtherNetwork: () => false,
    dialing: {
      candidates: role.kind === 'member' && !hasNoDiscovery(role) ? discovery.candidates() : undefined,
    },
  });
}

function createProtocols(role: DemoRole, network: Network, shared: DemoShared): readonly Protocol[] {
  if (role.kind === 'no-eth') return [OTHER_PROTOCOL];
  const { clock, random } = shared;
  const chain = createDemoChain(network, clock, role.lag);
  return createEthProtocols(chain, role.versions).map((protocol) =>
    withChatter(protocol, {
      chain,
      clock,
      random,
      announcesTo: shared.isOurs,
      busy: role.busy,
      sendsUnrequested: role.behaviour === 'sends-unrequested',
    }),
  );
}
