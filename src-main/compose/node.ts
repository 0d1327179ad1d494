import type { StopStep } from '../../shared/model/desktop.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type { AddressRules } from '../app/address-rules.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import { ExternalAddressManager, FAMILIES } from '../app/external-address-manager.ts';
import { Recovery } from '../app/network-recovery.ts';
import type { RunningNode } from '../app/running-node.ts';
import type { ServedChain } from '../app/served-chain.ts';
import { capsOf } from '../app/server-settings.ts';
import { emitListed, StartedNode, type StartedNodeParts } from '../app/started-node.ts';
import { CloseStack } from '../base/close-stack.ts';
import { systemLookUpHost, withTimeout } from '../base/host-lookup.ts';
import { ipFamily } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import { StreamShaper } from '../base/shaped-stream.ts';
import type { Network } from '../chain/networks.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { Serving } from '../eth/serving.ts';
import { createEthProtocols, type EthParts } from '../eth/session.ts';
import { ETH_VERSION_NUMBERS } from '../eth/versions.ts';
import type { TapSource } from '../events/connection-tap.ts';
import type { EventSink } from '../events/events.ts';
import type { DnsTap } from '../events/dns-tap.ts';
import type { PacketTap } from '../events/packet-tap.ts';
import type { Node } from '../node-record/node.ts';
import { capabilityText, compareCapabilities } from '../p2p/capabilities.ts';
import type { Protocol } from '../p2p/protocol.ts';
import type { BanList } from '../server/bans.ts';
import { createSnapProtocols } from '../snap/session.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { Database } from '../store/database.ts';
import type { Identity } from '../store/identity.ts';
import type { NodeListStore } from '../store/node-lists.ts';
import type { NodeStore } from '../store/node-store.ts';
import { openDiscovery, openSignerPool } from './discovery.ts';
import { openDns, type LocalTree } from './dns.ts';
import { startMetrics, type MetricsParts } from './metrics.ts';
import { composeNat } from './nat.ts';
import { openRecord, watchRecord } from './record.ts';
import { composeRelay } from './relay.ts';
import type { Runtime } from './runtime.ts';
import { composeServer } from './server.ts';

/** What outlives a run of the node. */
export interface NodeParts {
  readonly settings: EffectiveSettings;
  readonly identity: Identity;
  readonly network: Network;
  readonly served: ServedChain;
  readonly rules: AddressRules;
  readonly database: Database;
  readonly nodes: NodeStore;
  readonly lists: Pick<NodeListStore, 'labelOf'>;
  readonly bans: BanList;
  readonly statistics: Pick<Statistics, 'clientOf'>;
  /** All nodes of a list: the configured ones and those that the user added. */
  readonly listed: (list: NodeListName) => readonly Node[];
  /** Records the connections. */
  readonly taps: TapSource;
  /** Records the packets of discovery. */
  readonly packetTap: PacketTap;
  /** Records the queries of DNS node lists. */
  readonly dnsTap: DnsTap;
  /** The demo's node list; undefined without --demo. */
  readonly demoList: LocalTree | undefined;
  readonly metrics: MetricsParts;
}

/** Starts a node. @throws EnodeckError in one sentence; nothing is left open */
export async function startNode(parts: NodeParts, runtime: Runtime): Promise<RunningNode> {
  const { settings, served, nodes, lists, listed, metrics } = parts;
  const { clock, events, logger } = runtime;
  const closing = new CloseStack<StopStep>();
  try {
    settings.beginRun();
    await startMetrics(metrics, settings, runtime, closing);
    closing.add(() => served.stop());
    await served.start();
    const stages = await openStages(parts, runtime, closing);
    await startStages(stages, settings, listed, events);
    const { record, discovery, server, externalAddress } = stages;
    const recovery = new Recovery({ clock, events, logger, settings, discovery, server, externalAddress });
    const scope = new Scope(clock);
    closing.add(() => recovery.stop(), 'recovery');
    closing.add(() => {
      scope.close();
    });
    watchRecord(record, served.source, events, scope);
    scope.own(
      events.subscribe(({ type }) => {
        if (type === 'ban/added' || type === 'ban/removed') server.recheck();
      }),
    );
    await recovery.start();
    return new StartedNode({ ...stages, clock, events, nodes, lists, closing });
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** The stages of a node, from the wire up. */
type Stages = Pick<
  StartedNodeParts,
  | 'record'
  | 'externalAddress'
  | 'dns'
  | 'discovery'
  | 'shaper'
  | 'server'
  | 'serving'
  | 'relay'
  | 'capabilities'
>;

/** Creates the stages and opens the sockets of discovery; nothing is sent yet. */
async function openStages(
  parts: NodeParts,
  runtime: Runtime,
  closing: CloseStack<StopStep>,
): Promise<Stages> {
  const { settings, identity, network, rules, database, nodes, bans, statistics } = parts;
  const chain = parts.served.source;
  const { allows, checkListedIp } = rules;
  const { listed, demoList, taps, packetTap, dnsTap } = parts;
  const lookupHost = withTimeout(systemLookUpHost, runtime.clock);
  const record = await openRecord({ identity, nodes, chain, settings }, runtime);
  closing.add(() => record.saved(), 'record');
  const externalAddress = new ExternalAddressManager({
    settings,
    record,
    createNat: (ports, onChange) =>
      composeNat({ settings, isDemo: demoList !== undefined, allows, ports, onChange }, runtime),
  });
  const dns = await openDns(
    { settings, network, database, checkListedIp, demoList, tap: dnsTap },
    runtime,
    closing,
  );
  const pool = openSignerPool(runtime, closing);
  const discovery = await openDiscovery(
    {
      ...{ settings, allows, bans, chain, statistics },
      privateKey: identity.privateKey,
      local: record,
      database: nodes,
      bootnodes: listed('bootnodes'),
      sources: dns === undefined ? [] : [{ name: 'dns', source: dns }],
      resolveHost: lookupHost,
      ...{ tap: packetTap, pool },
      onExternalAddress: () => {
        externalAddress.update();
      },
    },
    runtime,
  );
  closing.add(() => discovery?.stop(), 'discovery');
  const serving = new Serving();
  const relay = composeRelay(parts.served, settings.current(), runtime, closing);
  const protocols = protocolsOf(settings, parts.served, { serving, gossip: relay }, runtime.events);
  const shaper = new StreamShaper(runtime.clock);
  shaper.setCaps(capsOf(settings.current()));
  const dialing = { lookupHost, bootnodes: () => listed('bootnodes') };
  const server = composeServer(
    { settings, identity, allows, bans, chain, discovery, dialing, protocols, shaper, taps },
    runtime,
  );
  closing.add(() => server.stop(), 'sessions');
  closing.add(() => externalAddress.stop(), 'port-mapping');
  const capabilities = [...protocols].sort(compareCapabilities).map(capabilityText);
  return { record, externalAddress, dns, discovery, shaper, server, serving, relay, capabilities };
}

/** Starts the stages: discovery before the server, which dials what discovery finds. */
async function startStages(
  { externalAddress, dns, discovery, server }: Stages,
  settings: EffectiveSettings,
  listed: NodeParts['listed'],
  events: EventSink,
): Promise<void> {
  for (const node of listed('static')) {
    emitListed(events, node, 'static');
    server.dialing.addStatic(node);
  }
  for (const node of listed('trusted')) {
    emitListed(events, node, 'trusted');
    server.addTrusted(node.idHex);
  }
  // Nodes that discovery contacts get our record at once: it must have the TCP port.
  const { port } = settings.current();
  externalAddress.listening(discovery, { port: port || udpPortOf(discovery), families: FAMILIES });
  await dns?.start();
  await discovery?.start();
  await server.start();
  externalAddress.listening(discovery, {
    port: server.listening[0]?.port ?? 0,
    families: server.listening.map(({ ip }) => ipFamily(ip)),
  });
  await externalAddress.start();
}

/** The protocols that Hello offers: eth, and snap if the settings enable it. */
function protocolsOf(
  settings: EffectiveSettings,
  { source, transactions }: ServedChain,
  shared: Pick<EthParts, 'serving' | 'gossip'>,
  events: EventSink,
): readonly Protocol[] {
  const snap = settings.current().snap ? createSnapProtocols() : [];
  const eth = createEthProtocols(source, ETH_VERSION_NUMBERS, {
    ...{ transactions, ...shared },
    onForkId: ({ idHex, remote: { ip } }, forkId) => {
      events.emit({ type: 'peer/fork-id', idHex, ip, forkId });
    },
  });
  return [...eth, ...snap];
}

const udpPortOf = (discovery: Discovery | undefined): number =>
  FAMILIES.map((family) => discovery?.socket.local(family)?.port).find((port) => port !== undefined) ?? 0;
