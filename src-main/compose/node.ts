import { nodesOf, type ConfiguredNodes } from '../app/configured-nodes.ts';
import { ExternalAddressManager, FAMILIES } from '../app/external-address-manager.ts';
import { Recovery } from '../app/network-recovery.ts';
import type { RunningNode } from '../app/running-node.ts';
import { capsOf } from '../app/server-settings.ts';
import { emitListed, StartedNode } from '../app/started-node.ts';
import { describeError } from '../base/errors.ts';
import { ipFamily } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import { StreamShaper } from '../base/shaped-stream.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { createEthProtocols } from '../eth/session.ts';
import { ETH_VERSION_NUMBERS } from '../eth/versions.ts';
import { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';
import { capabilityText, compareCapabilities } from '../p2p/capabilities.ts';
import type { Protocol } from '../p2p/protocol.ts';
import type { P2pServer } from '../server/server.ts';
import { createSnapProtocols } from '../snap/session.ts';
import { composeDiscovery } from './discovery.ts';
import { composeDns, type ComposedDns, type GivenTree } from './dns.ts';
import { composeNat } from './nat.ts';
import type { NodeContext } from './node-context.ts';
import { composeServer } from './server.ts';

/** How often the record's fork ID is updated by the wall clock, milliseconds. */
const FORK_CHECK_MS = 60_000;

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
  const reach = new ExternalAddressManager({
    settings: context.settings,
    record,
    createNat: (ports, onChange) => composeNat(context, ports, onChange),
  });
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
  const recovery = new Recovery({ ...context, discovery, server, reach });
  await recovery.start();
  const capabilities = [...protocols].sort(compareCapabilities).map(capabilityText);
  return new StartedNode({
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
  context: Pick<NodeContext, 'settings'>,
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

/** Discovery over all sources, with open sockets; when they cannot be opened, DNS is stopped. */
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
function protocolsOf({
  chain,
  settings,
  events,
}: Pick<NodeContext, 'chain' | 'settings' | 'events'>): readonly Protocol[] {
  const snap = settings.current().snap ? createSnapProtocols() : [];
  const eth = createEthProtocols(chain, ETH_VERSION_NUMBERS, ({ idHex, remote: { ip } }, forkId) => {
    events.emit({ type: 'peer/fork-id', idHex, ip, forkId });
  });
  return [...eth, ...snap];
}

/** Hands the user's nodes to the server. */
function enlist(
  context: Pick<NodeContext, 'lists' | 'events'>,
  given: ConfiguredNodes,
  server: P2pServer,
): void {
  for (const node of nodesOf(context, given, 'static')) {
    emitListed(context.events, node, 'static');
    server.dialing.addStatic(node);
  }
  for (const node of nodesOf(context, given, 'trusted')) {
    emitListed(context.events, node, 'trusted');
    server.addTrusted(node.idHex);
  }
}

async function openRecord({
  identity,
  clock,
  nodes,
  ownIdHex,
  chain,
  logger,
  settings,
}: Pick<
  NodeContext,
  'identity' | 'clock' | 'nodes' | 'ownIdHex' | 'chain' | 'logger' | 'settings'
>): Promise<LocalRecord> {
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
function keepRecord(
  { chain, events }: Pick<NodeContext, 'chain' | 'events'>,
  record: LocalRecord,
  scope: Scope,
): void {
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
