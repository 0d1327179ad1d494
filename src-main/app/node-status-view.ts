import { networkInterfaces } from 'node:os';
import type { ListeningAddress, NodeStatus, PeerLimits, PeerTotals } from '../../shared/model/node.ts';
import { TABLE_PROTOCOLS } from '../../shared/model/table.ts';
import type { ChainController } from './chain-control.ts';
import { countKnownNodes, type KnownParts } from './known-nodes.ts';
import { ownClientName } from './client-name.ts';
import type { FreePort } from './free-port.ts';
import type { FirstStartController } from './first-start-control.ts';
import type { IdentityController } from './identity-control.ts';
import { natAtRest } from './external-address-manager.ts';
import { storageFactsOf, type StorageParts } from './storage.ts';
import type { PageTls } from './page-tls.ts';
import type { RunningNode } from './running-node.ts';
import { limitsOf as peerLimitsOf } from './server-settings.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import type { LaunchOptions } from './launch-options.ts';
import type { Network } from '../chain/networks.ts';
import type { Clock } from '../base/runtime.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { Identity } from '../store/identity.ts';
import type { NodeListStore } from '../store/node-lists.ts';
import type { NodeStore } from '../store/node-store.ts';
import { bytesToHex, to0x } from '../base/bytes.ts';
import { isLoopback, isUnspecified } from '../base/ip.ts';
import { enrToText } from '../node-record/enr.ts';
import { enodeUrlOf, nodeFromParts } from '../node-record/node-factory.ts';
import { maxDialedPeers, maxInboundPeers } from '../server/limits.ts';
import type { HealthFacts, ProtocolFacts } from '../health/health-facts.ts';
import { healthWhenStopped } from '../health/health-start.ts';
import { healthOf } from '../health/health.ts';
import { VERSION } from './version.ts';

/** The phase of the node between start and stop. */
export interface NodePhase {
  readonly phase: NodeStatus['phase'];
  readonly failure: NodeStatus['failure'];
  /** A free port, when the start failed because the port was in use. */
  readonly freePort?: FreePort | undefined;
}

/** The parts that the status is read from. */
export interface StatusParts extends StorageParts, Pick<KnownParts, 'listed'> {
  readonly nodes: StorageParts['nodes'] & Pick<NodeStore, 'has'>;
  readonly options: Pick<LaunchOptions, 'demo' | 'staticNodes'>;
  readonly mode: NodeStatus['mode'];
  /** See HealthFacts. */
  readonly electronVersion: string | undefined;
  /** Undefined where the page is not served with TLS. */
  readonly pageTls: Pick<PageTls, 'current'> | undefined;
  readonly clock: Clock;
  readonly network: Network;
  readonly chain: Pick<ChainStatus, 'forkId'>;
  readonly chainView: Pick<ChainController, 'view'>;
  readonly statistics: Statistics;
  readonly dataFolder: string;
  readonly identity: Pick<Identity, 'publicKey' | 'idHex' | 'warnings'>;
  readonly nodeKey: Pick<IdentityController, 'nextId'>;
  readonly firstStart: Pick<FirstStartController, 'isOpen'>;
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly lists: Pick<NodeListStore, 'entries'>;
}

/** How long the list of the machine's network interfaces is cached, milliseconds. */
const INTERFACES_MS = 5_000;

/** Reads the status of the program and of the running node. */
export class StatusView {
  readonly #parts: StatusParts;
  #interfaces: { readonly at: number; readonly addresses: readonly string[] } | undefined;

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  read(at: NodePhase, node: RunningNode | undefined): NodeStatus {
    const parts = this.#parts;
    const { phase, failure } = at;
    const limits = limitsOf(parts);
    const peers = totalsOf(parts, node);
    const listening = node?.listening() ?? [];
    const external = node?.external() ?? [];
    const nat = node?.nat() ?? natAtRest(parts.settings);
    const tcpPort = portOf(listening, 'tcp');
    const udpPort = portOf(listening, 'udp');
    const clock = parts.statistics.clockDrift.status;
    const { noDial, dynamicDials } = parts.settings.current();
    const facts: HealthFacts = {
      running: phase === 'running',
      now: parts.clock.now(),
      uptimeMs: node === undefined ? 0 : parts.clock.now() - node.startedAt,
      demo: parts.options.demo,
      networkPresent: this.#machineAddresses().length > 0,
      confined: isConfined(parts),
      tcpPort,
      udpPort,
      external,
      nat,
      clock,
      discoveryEnabled: node?.discovery !== undefined,
      protocols: protocolsOf(node),
      peers,
      limits,
      noDial,
      dynamicDials,
      staticNodes: parts.lists.entries('static').length + parts.options.staticNodes.length,
      outsideContacts: parts.statistics.outside.count,
      arrivals: parts.statistics.arrivals,
      database: storageFactsOf(parts),
      ...{ electronVersion: parts.electronVersion, keyWarnings: parts.identity.warnings },
      ...{ certificate: parts.pageTls?.current, eventLoop: parts.statistics.eventLoop },
      unknownFork: parts.statistics.unknownForks.list()[0],
      forkOverrides: parts.settings.current().forkOverrides,
      chain: parts.chainView.view(),
    };
    return {
      phase,
      failure,
      ...{ mode: parts.mode, version: VERSION },
      clientName: ownClientName(parts.settings.current().name ?? undefined),
      startedAt: node?.startedAt ?? null,
      dataFolder: parts.dataFolder,
      firstStart: parts.firstStart.isOpen,
      network: networkOf(parts),
      identity: this.#identity(node, { listening, external, nat }),
      listening,
      external,
      capabilities: node?.capabilities ?? [],
      limits,
      peers,
      health: this.#health(at, facts),
      nat,
      clock,
    };
  }

  #health({ phase, failure, freePort }: NodePhase, facts: HealthFacts): NodeStatus['health'] {
    if (phase === 'running') return healthOf(facts);
    const settings = this.#parts.settings.current();
    const port = settings[freePort?.key ?? 'port'] ?? settings.port;
    return healthWhenStopped({ phase, failure, freePort, port, database: facts.database });
  }

  #identity(
    node: RunningNode | undefined,
    { listening, external, nat }: Pick<NodeStatus, 'listening' | 'external' | 'nat'>,
  ): NodeStatus['identity'] {
    const outer = (protocol: 'tcp' | 'udp'): number =>
      nat.mappings.find((mapping) => mapping.protocol === protocol)?.externalPort ??
      portOf(listening, protocol) ??
      0;
    const { identity } = this.#parts;
    const record = node?.record.current();
    const ip = external[0]?.ip ?? this.#bestOwnAddress(listening);
    const enode = enodeUrlOf(
      nodeFromParts({
        publicKey: identity.publicKey,
        ip,
        tcp: outer('tcp'),
        udp: outer('udp'),
      }),
    );
    return {
      id: identity.idHex,
      publicKey: bytesToHex(identity.publicKey),
      enode,
      enr: record === undefined ? '' : enrToText(record),
      seq: (record?.seq ?? 0n).toString(),
      nextId: this.#parts.nodeKey.nextId,
    };
  }

  /** While our external address is unknown: the listen address, or one of the machine's interfaces. */
  #bestOwnAddress(listening: readonly ListeningAddress[]): string {
    const given = listening.find(({ ip }) => !isUnspecified(ip));
    return given?.ip ?? this.#machineAddresses()[0] ?? '127.0.0.1';
  }

  /** The machine's addresses without loopback, IPv4 first. */
  #machineAddresses(): readonly string[] {
    const now = this.#parts.clock.monotonic();
    if (this.#interfaces === undefined || now - this.#interfaces.at > INTERFACES_MS) {
      const addresses = Object.values(networkInterfaces())
        .flatMap((entries) => entries ?? [])
        .filter(
          (entry) => !entry.internal && !isLoopback(entry.address) && !entry.address.startsWith('fe80:'),
        )
        .sort((a, b) => a.family.localeCompare(b.family))
        .map((entry) => entry.address);
      this.#interfaces = { at: now, addresses };
    }
    return this.#interfaces.addresses;
  }
}

/** Whether no inbound connection from the internet is expected: loopback addresses, or `netRestrict`. */
export function isConfined({ settings }: Pick<StatusParts, 'settings'>): boolean {
  const { addresses, netRestrict } = settings.current();
  return netRestrict.length > 0 || addresses.every(isLoopback);
}

function networkOf({ network, chain, options, settings }: StatusParts): NodeStatus['network'] {
  const forkId = chain.forkId();
  return {
    name: network.name,
    networkId: network.networkId.toString(),
    chainId: network.chainId.toString(),
    genesisHash: to0x(network.genesisHash),
    forkId: { hash: to0x(forkId.hash), next: forkId.next.toString() },
    forkOverrides: settings.current().forkOverrides,
    demo: options.demo,
  };
}

function limitsOf({ settings }: StatusParts): PeerLimits {
  const limits = peerLimitsOf(settings.current());
  return { ...limits, maxDialed: maxDialedPeers(limits), maxInbound: maxInboundPeers(limits) };
}

function totalsOf(parts: StatusParts, node: RunningNode | undefined): PeerTotals {
  const peers = node?.peers() ?? [];
  const inbound = peers.filter(({ session }) => session.direction === 'inbound').length;
  const dials = node?.dialTotals();
  return {
    total: peers.length,
    inbound,
    outbound: peers.length - inbound,
    static: peers.filter(({ kind }) => kind.static).length,
    trusted: peers.filter(({ kind }) => kind.trusted).length,
    dialing: dials?.dialing ?? 0,
    dialSlots: dials?.slots ?? 0,
    waiting: dials?.waiting ?? 0,
    known: countKnownNodes(parts, node),
    stored: parts.nodes.size,
  };
}

/** Pings and table of each protocol that runs. */
function protocolsOf(node: RunningNode | undefined): ProtocolFacts[] {
  return TABLE_PROTOCOLS.flatMap((protocol) => {
    const engine = node?.discovery?.[protocol];
    if (engine === undefined) return [];
    const { buckets } = engine.table;
    const entries = buckets.flatMap((bucket) => bucket.entries);
    const table = {
      entries: entries.length,
      live: entries.filter(({ live }) => live).length,
      replacements: buckets.reduce((sum, { replacements }) => sum + replacements.length, 0),
    };
    return [{ protocol, pings: engine.transport.counters.pings, table }];
  });
}

const portOf = (listening: readonly ListeningAddress[], protocol: 'tcp' | 'udp'): number | undefined =>
  listening.find((address) => address.protocol === protocol)?.port;
