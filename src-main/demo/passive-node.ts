import { CloseStack } from '../base/close-stack.ts';
import { isLoopback } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import type { Clock } from '../base/runtime.ts';
import { systemDatagramTransport } from '../base/udp.ts';
import { forkIdAt, type ForkId } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import { NETWORKS, type Network } from '../chain/networks.ts';
import { createDiscovery } from '../compose/discovery.ts';
import { openTemporaryRecord } from '../compose/record.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { MemoryNodeDatabase } from '../discovery/table/memory-node-database.ts';
import { NO_EVENTS } from '../events/event-bus.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';
import { TABLE_PROTOCOLS } from '../../shared/model/table.ts';
import { demoClientName } from './client-names.ts';
import type { DemoShared } from './demo-node.ts';
import { listenAs } from './failing-peer.ts';
import { demoKey } from './identity.ts';
import { DEMO_CHAIN, STALE_FORK } from './network.ts';
import type { PassiveRole } from './passive-roster.ts';
import { SlowDatagrams } from './slow-datagrams.ts';
import { answerTalk } from './talk.ts';

/** A demo node that only answers: no lookup, check or dial of its own, so that many of them cost little. */
export interface PassiveNode {
  readonly role: PassiveRole;
  /** Its record, with its endpoint. */
  readonly node: Node;
  /** Adds the nodes that it names in its answers. */
  knows(neighbours: readonly Node[]): void;
  stop(): Promise<void>;
}

/**
 * Starts a passive node at an IPv4 loopback address.
 * @throws NetworkError when the address is taken
 */
export async function startPassiveNode(
  role: PassiveRole,
  place: SocketAddress,
  shared: DemoShared,
): Promise<PassiveNode> {
  const { chain, clock, random, logger } = shared;
  const privateKey = demoKey(role.name);
  const record = await openTemporaryRecord(privateKey, clock);
  record.setForkId(forkIdOf(role, clock));
  const discovery = composePassive(role, { privateKey, record }, place, shared);
  const closing = new CloseStack();
  closing.add(() => discovery.stop());
  try {
    await discovery.open();
    const { ip, port } = discovery.socket.local('ipv4') ?? place;
    record.setEndpoint('ipv4', { ip, udp: port, tcp: role.hasTcpPort ? port : 0 });
    await discovery.startPassive();
    answerTalk(discovery);
    if (role.peer !== undefined) {
      const clientName = demoClientName(role.client, role.name);
      const parts = { clientName, privateKey, chain, clock, random, logger: logger.child(role.name) };
      await listenAs(role.peer, { ip, port }, parts, closing);
    }
  } catch (error) {
    await closing.close();
    throw error;
  }
  return {
    role,
    node: record.node(),
    knows: (neighbours) => {
      for (const { table } of discovery.engines) for (const node of neighbours) table.addFound(node);
    },
    stop: () => closing.close(),
  };
}

function composePassive(
  role: PassiveRole,
  { privateKey, record }: { readonly privateKey: Uint8Array; readonly record: LocalRecord },
  place: SocketAddress,
  { clock, random, logger }: DemoShared,
): Discovery {
  return createDiscovery({
    ...{ privateKey, clock, random, bootnodes: [], logger: logger.child(role.name) },
    local: record,
    transport: new SlowDatagrams(systemDatagramTransport, clock, role.latencyMs),
    addresses: [place],
    protocols: TABLE_PROTOCOLS,
    database: new MemoryNodeDatabase(clock, random),
    allows: isLoopback,
    events: NO_EVENTS,
  });
}

function forkIdOf({ fork }: PassiveRole, clock: Clock): ForkId | undefined {
  if (fork === 'none') return undefined;
  if (fork === 'stale') return STALE_FORK;
  const network: Network = fork === 'ours' ? DEMO_CHAIN : NETWORKS[fork];
  const { number, time } = wallClockPosition(network, clock.now());
  return forkIdAt(network, number, time);
}
