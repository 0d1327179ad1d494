/** All nodes that this program knows: of the tables, the sessions, the node lists and the database. */
import type { KnownNode } from '../../shared/model/known-node.ts';
import { NODE_LISTS, type NodeListName } from '../../shared/model/node-list.ts';
import type { NodeSource } from '../../shared/model/node-source.ts';
import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import { to0x } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import { plainText } from '../events/plain-text.ts';
import type { Node } from '../node-record/node.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { NodeStore } from '../store/node-store.ts';
import { forkOf } from './record-fork.ts';
import type { CurrentNode, RunningNode } from './running-node.ts';

/** BOUNDED: known nodes, more than the database, both tables and the sessions hold; further nodes of the lists are left out. */
export const MAX_KNOWN_NODES = 20_000;

/** A known node with what is known of it. Times are Unix milliseconds, 0 for never. */
export interface KnownEntry extends Pick<
  KnownNode,
  'label' | 'client' | 'forkHash' | 'forkName' | 'fork' | 'sources' | 'tables' | 'lists' | 'connected'
> {
  readonly node: Node;
  /** The highest liveness count of the tables. */
  readonly checks: number;
  readonly lastPong: number;
}

/** What known nodes are collected from. */
export interface KnownParts {
  readonly clock: Clock;
  readonly chain: Pick<ChainStatus, 'forkFilter'>;
  /** Name of a fork of our chain by its hash, 8 hex digits. */
  readonly forkNameOf: (hash: string) => string | undefined;
  readonly nodes: Pick<NodeStore, 'ids' | 'getNode' | 'newestPong'>;
  readonly statistics: Pick<Statistics, 'clientOf'>;
  readonly listed: (list: NodeListName) => readonly Node[];
  readonly labelOf: (idHex: string) => string | null;
  readonly sourcesOf: (idHex: string) => readonly NodeSource[];
  readonly current: CurrentNode;
}

/** Where a node is held. */
interface Holding {
  node: Node;
  inDatabase: boolean;
  readonly tables: TableProtocol[];
  readonly lists: NodeListName[];
  connected: boolean;
  checks: number;
}

/** Collects all known nodes. An invalid value of the database is left out, and removed from it. */
export async function collectKnownNodes(parts: KnownParts): Promise<readonly KnownEntry[]> {
  const slices = new Slices(parts.clock);
  const holdings = new Map<string, Holding>();
  addRunning(holdings, parts.current);
  for (const idHex of parts.nodes.ids()) {
    const node = parts.nodes.getNode(idHex);
    if (node !== undefined) hold(holdings, node, (holding) => (holding.inDatabase = true));
    await slices.next();
  }
  for (const list of NODE_LISTS) {
    for (const node of parts.listed(list)) hold(holdings, node, ({ lists }) => lists.push(list));
  }
  const entries: KnownEntry[] = [];
  for (const holding of holdings.values()) {
    entries.push(entryOf(holding, parts));
    await slices.next();
  }
  return entries;
}

/** Number of the nodes that collectKnownNodes collects. It reads no record, so that each status can have it. */
export function countKnownNodes(
  { nodes, listed }: { readonly nodes: Pick<NodeStore, 'size' | 'has'> } & Pick<KnownParts, 'listed'>,
  running: RunningNode | undefined,
): number {
  const others = new Set<string>();
  const add = ({ idHex }: Node): void => {
    if (!nodes.has(idHex)) others.add(idHex);
  };
  for (const protocol of TABLE_PROTOCOLS) tableNodes(running, protocol).forEach(({ node }) => add(node));
  for (const { node } of running?.peers() ?? []) if (node !== undefined) add(node);
  for (const list of NODE_LISTS) listed(list).forEach(add);
  return Math.min(MAX_KNOWN_NODES, nodes.size + others.size);
}

/** The nodes of a table, entries and replacements. */
const tableNodes = (running: RunningNode | undefined, protocol: TableProtocol) =>
  (running?.discovery?.[protocol]?.table.buckets ?? []).flatMap(({ entries, replacements }) => [
    ...entries,
    ...replacements,
  ]);

/** Adds the nodes of the tables and the sessions of a running node. */
function addRunning(holdings: Map<string, Holding>, { node: running }: CurrentNode): void {
  for (const protocol of TABLE_PROTOCOLS) {
    for (const { node, checks } of tableNodes(running, protocol)) {
      hold(holdings, node, (holding) => {
        if (!holding.tables.includes(protocol)) holding.tables.push(protocol);
        holding.checks = Math.max(holding.checks, checks);
      });
    }
  }
  for (const { node } of running?.peers() ?? []) {
    if (node !== undefined) hold(holdings, node, (holding) => (holding.connected = true));
  }
}

/** Adds a node, or a place where it is held. The newest record wins, of the same ones that of the tables. */
function hold(holdings: Map<string, Holding>, node: Node, note: (holding: Holding) => unknown): void {
  let holding = holdings.get(node.idHex);
  if (holding === undefined) {
    if (holdings.size >= MAX_KNOWN_NODES) return;
    holding = { node, inDatabase: false, tables: [], lists: [], connected: false, checks: 0 };
    holdings.set(node.idHex, holding);
  } else if (node.seq > holding.node.seq) holding.node = node;
  note(holding);
}

function entryOf({ inDatabase, ...holding }: Holding, parts: KnownParts): KnownEntry {
  const { node } = holding;
  const { idHex } = node;
  const hash = node.record?.eth?.hash;
  const forkHash = hash === undefined ? null : to0x(hash);
  const client = parts.statistics.clientOf(idHex);
  return {
    ...holding,
    label: parts.labelOf(idHex),
    client: client === null ? null : plainText(client),
    forkHash,
    forkName: forkHash === null ? null : (parts.forkNameOf(forkHash.slice('0x'.length)) ?? null),
    fork: forkOf(parts.chain, node),
    sources: sourcesOf(holding.lists, parts.sourcesOf(idHex), inDatabase),
    lastPong: parts.nodes.newestPong(idHex),
  };
}

function sourcesOf(
  lists: readonly NodeListName[],
  found: readonly NodeSource[],
  inDatabase: boolean,
): readonly NodeSource[] {
  const ofLists = lists.map((list) => (list === 'bootnodes' ? 'bootnode' : list));
  const sources = [...new Set([...found, ...ofLists])];
  return sources.length === 0 && inDatabase ? ['database'] : sources;
}
