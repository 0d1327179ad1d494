import { networkInterfaces } from 'node:os';
import type { ListeningAddress, NodeStatus, PeerLimits, PeerTotals } from '../../shared/model/node.ts';
import { TABLE_PROTOCOLS } from '../../shared/model/table.ts';
import { ownClientName } from './client-name.ts';
import type { FreePort } from './free-port.ts';
import type { Ground } from './ground.ts';
import { natAtRest } from './nat.ts';
import { storageFactsOf } from './storage.ts';
import type { RunningNode } from './node.ts';
import { limitsOf as peerLimitsOf } from './server.ts';
import { bytesToHex, to0x } from '../leaf/bytes.ts';
import { isLoopback, isUnspecified } from '../leaf/ip.ts';
import { enrToText } from '../node-record/enr.ts';
import { enodeUrlOf, nodeFromParts } from '../node-record/node-factory.ts';
import { maxDialedPeers, maxInboundPeers } from '../server/limits.ts';
import type { HealthFacts, ProtocolFacts } from '../stats/health-facts.ts';
import { healthAtRest } from '../stats/health-start.ts';
import { healthOf } from '../stats/health.ts';
import { VERSION } from '../version.ts';

/** Where the node is between start and stop, as the status tells it. */
export interface NodePhase {
  readonly phase: NodeStatus['phase'];
  readonly failure: NodeStatus['failure'];
  /** A port that was free when the start failed of one in use. */
  readonly freePort?: FreePort | undefined;
}

/** How long a look at the machine's network interfaces holds, in milliseconds. */
const INTERFACES_MS = 5_000;

/** Puts the status together from the ground and, while it runs, the node. */
export class StatusView {
  readonly #ground: Ground;
  #interfaces: { readonly at: number; readonly addresses: readonly string[] } | undefined;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  read(at: NodePhase, node: RunningNode | undefined): NodeStatus {
    const { ground } = this;
    const { phase, failure } = at;
    const limits = limitsOf(ground);
    const peers = totalsOf(ground, node);
    const listening = node?.listening() ?? [];
    const external = node?.external() ?? [];
    const nat = node?.nat() ?? natAtRest(ground);
    const tcpPort = portOf(listening, 'tcp');
    const udpPort = portOf(listening, 'udp');
    const clock = ground.statistics.clockDrift.status;
    const { noDial, dynamicDials } = ground.settings.current();
    const facts: HealthFacts = {
      running: phase === 'running',
      now: ground.clock.now(),
      uptimeMs: node === undefined ? 0 : ground.clock.now() - node.startedAt,
      demo: isDemo(ground),
      networkPresent: this.#machineAddresses().length > 0,
      confined: isConfined(ground),
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
      staticNodes: ground.lists.entries('static').length + ground.options.staticNodes.length,
      outsideContacts: ground.statistics.outside.count,
      arrivals: ground.statistics.arrivals,
      database: storageFactsOf(ground),
      keyWarnings: ground.identity.warnings,
      eventLoop: ground.statistics.eventLoop,
      unknownFork: ground.statistics.unknownForks.list()[0],
      forkOverrides: ground.settings.current().forkOverrides,
    };
    return {
      phase,
      failure,
      mode: ground.mode,
      version: VERSION,
      clientName: ownClientName(ground.settings.current().name ?? undefined),
      startedAt: node?.startedAt ?? null,
      dataFolder: ground.folder.paths.folder,
      network: networkOf(ground),
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

  get ground(): Ground {
    return this.#ground;
  }

  #health({ phase, failure, freePort }: NodePhase, facts: HealthFacts): NodeStatus['health'] {
    if (phase === 'running') return healthOf(facts);
    const settings = this.ground.settings.current();
    const port = settings[freePort?.key ?? 'port'] ?? settings.port;
    return healthAtRest({ phase, failure, freePort, port, database: facts.database });
  }

  #identity(
    node: RunningNode | undefined,
    { listening, external, nat }: Pick<NodeStatus, 'listening' | 'external' | 'nat'>,
  ): NodeStatus['identity'] {
    const outer = (protocol: 'tcp' | 'udp'): number =>
      nat.mappings.find((mapping) => mapping.protocol === protocol)?.externalPort ??
      portOf(listening, protocol) ??
      0;
    const { identity, ownIdHex } = this.#ground;
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
      id: ownIdHex,
      publicKey: bytesToHex(identity.publicKey),
      enode,
      enr: record === undefined ? '' : enrToText(record),
      seq: (record?.seq ?? 0n).toString(),
    };
  }

  /** Until others have told our address: the one that we listen on, or the machine's in its own network. */
  #bestOwnAddress(listening: readonly ListeningAddress[]): string {
    const given = listening.find(({ ip }) => !isUnspecified(ip));
    return given?.ip ?? this.#machineAddresses()[0] ?? '127.0.0.1';
  }

  /** The machine's addresses but loopback, IPv4 first. */
  #machineAddresses(): readonly string[] {
    const now = this.#ground.clock.monotonic();
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

/** Whether nobody is to come from the internet: the node listens on loopback, or speaks to named networks alone. */
function isConfined({ settings }: Ground): boolean {
  const { addresses, netRestrict } = settings.current();
  return netRestrict.length > 0 || addresses.every(isLoopback);
}

/** Whether this run is of the private network inside the process. */
export function isDemo(ground: Ground): boolean {
  return ground.options.demo;
}

function networkOf({ network, chain, options, settings }: Ground): NodeStatus['network'] {
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

function limitsOf({ settings }: Ground): PeerLimits {
  const limits = peerLimitsOf(settings.current());
  return { ...limits, maxDialed: maxDialedPeers(limits), maxInbound: maxInboundPeers(limits) };
}

function totalsOf(ground: Ground, node: RunningNode | undefined): PeerTotals {
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
    known: ground.nodes.size,
  };
}

/** Each protocol that is spoken, with its own pings and table. */
function protocolsOf(node: RunningNode | undefined): ProtocolFacts[] {
  return TABLE_PROTOCOLS.flatMap((protocol) => {
    const service = node?.discovery?.[protocol];
    if (service === undefined) return [];
    const { buckets } = service.table;
    const entries = buckets.flatMap((bucket) => bucket.entries);
    const table = {
      entries: entries.length,
      live: entries.filter(({ live }) => live).length,
      replacements: buckets.reduce((sum, { replacements }) => sum + replacements.length, 0),
    };
    return [{ protocol, pings: service.counters.pings, table }];
  });
}

const portOf = (listening: readonly ListeningAddress[], protocol: 'tcp' | 'udp'): number | undefined =>
  listening.find((address) => address.protocol === protocol)?.port;
