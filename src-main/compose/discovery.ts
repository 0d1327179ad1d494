import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import type { NodeContext } from './node-context.ts';
import { forkOf } from '../app/record-fork.ts';
import { udpErrorOf } from '../app/udp-error.ts';
import { Discovery } from '../discovery/discovery.ts';
import type { NamedSource } from '../discovery/lookup/fair-mix.ts';
import type { NodeFacts } from '../discovery/table/table-snapshot.ts';
import { to0x } from '../base/bytes.ts';
import { NetworkError } from '../base/errors.ts';
import { systemDatagramTransport } from '../base/udp.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';

/** What discovery takes from the program. */
type DiscoveryContext = Pick<
  NodeContext,
  | 'settings'
  | 'identity'
  | 'clock'
  | 'random'
  | 'events'
  | 'logger'
  | 'nodes'
  | 'allows'
  | 'bans'
  | 'lookUpHost'
  | 'chain'
  | 'statistics'
>;

/**
 * Discovery with its sockets open, not started yet; undefined with --nodiscover, and where every way to find nodes is off.
 * @param sources other sources of nodes than the protocols
 * @param onExternalAddress called when other nodes agree on a new address of ours
 * @throws UdpError in one sentence
 */
export async function composeDiscovery(
  context: DiscoveryContext,
  record: LocalRecord,
  bootnodes: readonly Node[],
  sources: readonly NamedSource[],
  onExternalAddress: () => void,
): Promise<Discovery | undefined> {
  const { settings, identity, clock, random, events, logger, nodes, allows, bans, lookUpHost } = context;
  const { discovery: wanted, addresses, discoveryAddresses, ...ports } = settings.current();
  const protocols = protocolsOf(settings.current());
  if (!wanted || protocols.length + sources.length === 0) return undefined;
  const port = ports.discoveryPort ?? ports.port;
  const discovery = new Discovery({
    transport: systemDatagramTransport,
    addresses: (discoveryAddresses ?? addresses).map((ip) => ({ ip, port })),
    privateKey: identity.privateKey,
    publicKey: identity.publicKey,
    local: record,
    database: nodes,
    clock,
    random,
    events,
    logger: logger.child('discovery'),
    bootnodes,
    protocols,
    sources,
    resolveHost: lookUpHost,
    // A node that is banned or not allowed is not queried.
    allows: (ip) => allows(ip) && bans.ofAddress(ip) === undefined,
    isBanned: (ip) => bans.ofAddress(ip) !== undefined,
    isBannedNode: (idHex) => bans.ofNode(idHex) !== undefined,
    onExternalAddress,
    isCandidate: (node) => isCandidate(context, node),
    factsOf: (node) => factsOf(context, node),
  });
  try {
    await discovery.open();
  } catch (error) {
    throw error instanceof NetworkError ? udpErrorOf(error, port) : error;
  }
  return discovery;
}

const protocolsOf = ({ discoveryV4, discoveryV5 }: NodeSettings): readonly TableProtocol[] =>
  TABLE_PROTOCOLS.filter((protocol) => (protocol === 'v4' ? discoveryV4 : discoveryV5));

/** Worth dialling: a node with an address that is not banned and serves our chain, or that has no record to say which one it serves. */
function isCandidate(context: Pick<NodeContext, 'bans' | 'chain'>, node: Node): boolean {
  if (node.ip === undefined || context.bans.find(node.idHex, node.ip) !== undefined) return false;
  return node.record === undefined || forkOf(context.chain, node) === 'ours';
}

function factsOf(context: Pick<NodeContext, 'chain' | 'statistics'>, node: Node): NodeFacts {
  const forkId = node.record?.eth;
  return {
    forkHash: forkId === undefined ? null : to0x(forkId.hash),
    fork: forkOf(context.chain, node),
    client: context.statistics.clientOf(node.idHex),
  };
}
