import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type { ExternalAddress, ListeningAddress, NatStatus } from '../../shared/model/node.ts';
import type { NodeEntryState, NodeListName } from '../../shared/model/node-list.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import type { LivePeer } from '../api/peer-view.ts';
import { nodesOf, type ConfiguredNodes } from '../app/configured-nodes.ts';
import { composeDiscovery } from './discovery.ts';
import { composeDns, type ComposedDns, type GivenTree } from './dns.ts';
import { entryState, IDLE_ENTRY } from '../app/entry-state.ts';
import type { NodeContext } from './node-context.ts';
import { FAMILIES, ExternalAddressManager } from '../app/external-address-manager.ts';
import { Recovery } from '../app/network-recovery.ts';
import { capsOf, composeServer, limitsOf, serverSettingsOf } from './server.ts';
import type { DialStanding, DialTotals } from '../dialing/dial-standing.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { createEthProtocols, ethSessionOf } from '../eth/session.ts';
import { ETH_VERSION_NUMBERS } from '../eth/versions.ts';
import { describeError } from '../base/errors.ts';
import { ipFamily } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import type { SocketAddress } from '../base/network.ts';
import { LocalRecord } from '../node-record/local-record.ts';
import { StreamShaper } from '../base/shaped-stream.ts';
import type { Node } from '../node-record/node.ts';
import { capabilityText, compareCapabilities } from '../p2p/capabilities.ts';
import type { Protocol } from '../p2p/protocol.ts';
import type { P2pServer } from '../server/server.ts';
import type { Peer } from '../server/peer-set.ts';
import { createSnapProtocols } from '../snap/session.ts';

/** How often the fork identifier of the record is brought in step with the wall clock, in milliseconds. */
const FORK_CHECK_MS = 60_000;

/** A node between its start and its stop. */
export interface RunningNode {
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly record: LocalRecord;
  /** Undefined with --nodiscover, and where every way to find nodes is off. */
  readonly discovery: Discovery | undefined;
  /** The node lists in DNS; none where nobody is asked. */
  dnsTrees(): readonly DnsTreeView[];
  /** Protocols offered in Hello, `eth/68`, in alphabetical order. */
  readonly capabilities: readonly string[];
  listening(): readonly ListeningAddress[];
  external(): readonly ExternalAddress[];
  nat(): NatStatus;
  peers(): readonly LivePeer[];
  dialTotals(): DialTotals | undefined;
  /** How a node stands with the dial scheduler; undefined while nobody dials. */
  outlook(node: Node): DialStanding | undefined;
  /** How a node of the static or trusted list gets on. */
  standing(node: Node): NodeEntryState;
  isStatic(idHex: string): boolean;
  /** A node was added to a list, or has a new address. */
  listed(list: NodeListName, node: Node): void;
  unlisted(list: NodeListName, idHex: string): void;
  setBootnodes(nodes: readonly Node[]): void;
  /** False when there is no session with that node. */
  disconnect(idHex: string): boolean;
  /** Settings changed that need no restart. */
  applySettings(settings: NodeSettings): void;
  stop(): Promise<void>;
}

/**
 * Starts a node on its context: sockets, record, discovery, server, in this order.
 * @param demoList the demo's node list, where the demo runs
 * @throws EnodeckError in one sentence; nothing is left open
 */
export async function startNode(
  context: NodeContext,
  given: ConfiguredNodes,
  demoList: GivenTree | undefined,
): Promise<RunningNode> {
  context.settings.beginRun();
  const record = await openRecord(context);
  const reach = new ExternalAddressManager(context, record);
  const bootnodes = nodesOf(context, given, 'bootnodes');
  const dns = await composeDns(context, demoList);
  const discovery = await openDiscovery(context, { record, bootnodes, dns, reach });
  const protocols = protocolsOf(context);
  const shaper = new StreamShaper(context.clock);
  shaper.setCaps(capsOf(context.settings.current()));
  const server = composeServer(
    context,
    discovery,
    protocols,
    () => nodesOf(context, given, 'bootnodes'),
    shaper,
  );
  const scope = new Scope(context.clock);
  try {
    enlist(context, given, server);
    await startParts(context, { dns, discovery, server, reach });
  } catch (error) {
    await reach.stop();
    await server.stop();
    await discovery?.stop();
    await dns?.stop();
    throw error;
  }
  keepRecord(context, record, scope);
  scope.own(
    context.events.subscribe(({ type }) => {
      if (type === 'ban/added' || type === 'ban/removed') server.recheck();
    }),
  );
  const recovery = new Recovery(context, { discovery, server, reach });
  await recovery.start();
  const capabilities = [...protocols].sort(compareCapabilities).map(capabilityText);
  return new ComposedNode({
    context,
    record,
    discovery,
    dns,
    server,
    shaper,
    reach,
    recovery,
    scope,
    capabilities,
  });
}

interface StartedParts {
  readonly dns: ComposedDns | undefined;
  readonly discovery: Discovery | undefined;
  readonly server: P2pServer;
  readonly reach: ExternalAddressManager;
}

async function startParts(
  context: NodeContext,
  { dns, discovery, server, reach }: StartedParts,
): Promise<void> {
  // The listener's port belongs into the record before anybody hears of it.
  const { port } = context.settings.current();
  reach.listening(discovery, { port: port || udpPortOf(discovery), families: FAMILIES });
  await dns?.lists.start();
  await discovery?.start();
  await server.start();
  reach.listening(discovery, {
    port: server.listening[0]?.port ?? 0,
    families: server.listening.map(({ ip }) => ipFamily(ip)),
  });
  await reach.start();
}

interface DiscoveryParts {
  readonly record: LocalRecord;
  readonly bootnodes: readonly Node[];
  readonly dns: ComposedDns | undefined;
  readonly reach: ExternalAddressManager;
}

/** Discovery over all sources, its sockets open; where it cannot open them, what stands beneath it is closed again. */
async function openDiscovery(context: NodeContext, parts: DiscoveryParts): Promise<Discovery | undefined> {
  const { record, bootnodes, dns, reach } = parts;
  const sources = dns === undefined ? [] : [{ name: 'dns', source: dns.lists }];
  try {
    return await composeDiscovery(context, record, bootnodes, sources, () => {
      reach.update();
    });
  } catch (error) {
    await dns?.stop();
    throw error;
  }
}

/** What is offered in Hello: eth, and snap where it is asked for. */
function protocolsOf({ chain, settings, events }: NodeContext): readonly Protocol[] {
  const snap = settings.current().snap ? createSnapProtocols() : [];
  const eth = createEthProtocols(chain, ETH_VERSION_NUMBERS, ({ idHex, remote: { ip } }, forkId) => {
    events.emit({ type: 'peer/fork-id', idHex, ip, forkId });
  });
  return [...eth, ...snap];
}

/** Hands the user's nodes to the server. */
function enlist(context: NodeContext, given: ConfiguredNodes, server: P2pServer): void {
  for (const node of nodesOf(context, given, 'static')) {
    tellOf(context, node, 'static');
    server.addStatic(node);
  }
  for (const node of nodesOf(context, given, 'trusted')) {
    tellOf(context, node, 'trusted');
    server.addTrusted(node.idHex);
  }
}

/** Discovery tells of the nodes that it finds; of those that the user named we tell. */
function tellOf({ events }: NodeContext, node: Node, source: 'static' | 'trusted'): void {
  events.emit({ type: 'discovery/found', node, source, from: undefined });
}

async function openRecord({
  identity,
  clock,
  nodes,
  ownIdHex,
  chain,
  logger,
  settings,
}: NodeContext): Promise<LocalRecord> {
  const record = await LocalRecord.open({
    privateKey: identity.privateKey,
    clock,
    store: {
      loadSeq: () => Promise.resolve(nodes.localSeq(ownIdHex)),
      saveSeq: (seq) => {
        nodes.setLocalSeq(ownIdHex, seq);
        return nodes.flush();
      },
    },
    onSaveError: (error) => {
      logger.child('record').warn('the sequence number was not saved', { reason: describeError(error) });
    },
  });
  record.setForkId(chain.forkId());
  // An empty list, as geth and reth write it (go-ethereum eth/protocols/snap/discovery.go).
  record.setEntry('snap', settings.current().snap ? [] : undefined);
  return record;
}

/** Tells of each new record, and renews the fork identifier when the network's next fork has come. */
function keepRecord({ chain, events }: NodeContext, record: LocalRecord, scope: Scope): void {
  scope.own(
    record.onChange((current, reason) => {
      events.emit({ type: 'record/updated', seq: current.seq, reason });
    }),
  );
  scope.every(
    () => FORK_CHECK_MS,
    () => {
      record.setForkId(chain.forkId());
    },
  );
}

const udpPortOf = (discovery: Discovery | undefined): number =>
  FAMILIES.map((family) => discovery?.socket.local(family)?.port).find((port) => port !== undefined) ?? 0;

interface NodeParts {
  readonly context: NodeContext;
  readonly record: LocalRecord;
  readonly discovery: Discovery | undefined;
  readonly dns: ComposedDns | undefined;
  readonly server: P2pServer;
  readonly shaper: StreamShaper;
  readonly reach: ExternalAddressManager;
  readonly recovery: Recovery;
  readonly scope: Scope;
  readonly capabilities: readonly string[];
}

class ComposedNode implements RunningNode {
  readonly startedAt: number;
  readonly record: LocalRecord;
  readonly discovery: Discovery | undefined;
  readonly capabilities: readonly string[];
  readonly #context: NodeContext;
  readonly #dns: ComposedDns | undefined;
  readonly #server: P2pServer;
  readonly #shaper: StreamShaper;
  readonly #reach: ExternalAddressManager;
  readonly #recovery: Recovery;
  readonly #scope: Scope;

  constructor(parts: NodeParts) {
    this.startedAt = parts.context.clock.now();
    this.record = parts.record;
    this.discovery = parts.discovery;
    this.capabilities = parts.capabilities;
    this.#context = parts.context;
    this.#dns = parts.dns;
    this.#server = parts.server;
    this.#shaper = parts.shaper;
    this.#reach = parts.reach;
    this.#recovery = parts.recovery;
    this.#scope = parts.scope;
  }

  listening(): readonly ListeningAddress[] {
    const tcp = this.#server.listening.map((at) => ({ protocol: 'tcp' as const, ...at }));
    const udp = FAMILIES.map((family) => this.discovery?.socket.local(family))
      .filter((at): at is SocketAddress => at !== undefined)
      .map((at) => ({ protocol: 'udp' as const, ...at }));
    return [...tcp, ...udp];
  }

  external(): readonly ExternalAddress[] {
    return this.#reach.external();
  }

  nat(): NatStatus {
    return this.#reach.nat();
  }

  peers(): readonly LivePeer[] {
    return this.#server.peers().map((peer) => this.#livePeer(peer));
  }

  dnsTrees(): readonly DnsTreeView[] {
    return this.#dns?.lists.views() ?? [];
  }

  dialTotals(): DialTotals | undefined {
    return this.#server.dialTotals();
  }

  outlook(node: Node): DialStanding | undefined {
    return this.#server.dialStanding(node);
  }

  standing(node: Node): NodeEntryState {
    const standing = this.#server.dialStanding(node);
    return standing === undefined ? IDLE_ENTRY : entryState(standing, this.#server.limits().maxPeers);
  }

  isStatic(idHex: string): boolean {
    return this.#server.isStatic(idHex);
  }

  listed(list: NodeListName, node: Node): void {
    if (list !== 'bootnodes') tellOf(this.#context, node, list);
    if (list === 'static') this.#server.addStatic(node);
    if (list === 'trusted') this.#server.addTrusted(node.idHex);
  }

  unlisted(list: NodeListName, idHex: string): void {
    if (list === 'static') this.#server.removeStatic(idHex);
    if (list === 'trusted') this.#server.removeTrusted(idHex);
  }

  setBootnodes(nodes: readonly Node[]): void {
    void this.discovery?.setBootnodes(nodes);
  }

  disconnect(idHex: string): boolean {
    if (this.#server.peer(idHex) === undefined) return false;
    void this.#server.disconnect(idHex);
    return true;
  }

  applySettings(settings: NodeSettings): void {
    this.#server.setLimits(limitsOf(settings));
    this.#shaper.setCaps(capsOf(settings));
    this.#server.setSettings(serverSettingsOf(settings));
    this.#server.recheck();
  }

  async stop(): Promise<void> {
    this.#scope.close();
    await this.#recovery.stop();
    await this.#reach.stop();
    await this.#server.stop();
    await this.discovery?.stop();
    await this.#dns?.stop();
    await this.record.saved();
  }

  #livePeer({ session, node, origin }: Peer): LivePeer {
    const { idHex } = session;
    const found = this.discovery?.known(node.id, idHex) ?? this.#context.nodes.getNode(idHex);
    // Without a listening port an inbound peer's address is only where it came from.
    const own = origin === 'inbound' && node.tcp === 0 ? undefined : node;
    return {
      session,
      eth: ethSessionOf(session),
      kind: { static: this.#server.isStatic(idHex), trusted: this.#server.isTrusted(idHex) },
      label: this.#context.lists.labelOf(idHex),
      node: found ?? own,
    };
  }
}
