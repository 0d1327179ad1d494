import type { KnownFilter, KnownNode, KnownSort } from '../../shared/model/known-node.ts';
import { DEFAULT_KNOWN_SORT, NO_KNOWN_FILTER } from '../../shared/model/known-node.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type { NodeSource } from '../../shared/model/node-source.ts';
import { KnownNodeController } from '../../src-main/app/known-nodes-control.ts';
import { countKnownNodes } from '../../src-main/app/known-nodes.ts';
import type { CurrentNode } from '../../src-main/app/running-node.ts';
import { hexToBytes } from '../../src-main/base/bytes.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import { ethEntry } from '../../src-main/node-record/enr.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { signedNode } from './crawled.ts';
import { SeededRandom } from './seeded-random.ts';

/** The fork hash of our chain, as the world of known nodes has it. */
export const OUR_HASH = '07c9462e';

/** A node with a signed record; `hash` is its fork hash. */
export function recordedNode(
  seed: number,
  { hash, ...entries }: { readonly hash?: string } & Parameters<typeof signedNode>[1] = {},
  seq = 1n,
): Node {
  const eth = hash === undefined ? {} : { eth: ethEntry({ hash: hexToBytes(hash), next: 0n }) };
  return signedNode(new SeededRandom(seed), { ...eth, ...entries }, seq);
}

/** A running node as its tables and sessions. */
export function runningWith(
  tables: Partial<Record<'v4' | 'v5', readonly Node[]>>,
  peers: readonly Node[],
): CurrentNode {
  const tableOf = (nodes: readonly Node[] = []) => ({
    table: { buckets: [{ entries: nodes.map((node) => ({ node, checks: 3 })), replacements: [] }] },
  });
  const discovery = { v4: tableOf(tables.v4), v5: tableOf(tables.v5) };
  const node = { discovery, peers: () => peers.map((peer) => ({ node: peer })) };
  return { node } as unknown as CurrentNode;
}

/** Known nodes from given sources. */
export class KnownNodesWorld {
  readonly stored = new Map<string, Node>();
  readonly pongs = new Map<string, number>();
  readonly clients = new Map<string, string>();
  readonly labels = new Map<string, string>();
  readonly sources = new Map<string, readonly NodeSource[]>();
  readonly lists: Record<NodeListName, Node[]> = { bootnodes: [], static: [], trusted: [] };
  current: CurrentNode = { node: undefined };
  /** The database. */
  readonly nodes = {
    ids: () => [...this.stored.keys()],
    has: (id: string) => this.stored.has(id),
    getNode: (id: string) => this.stored.get(id),
    newestPong: (id: string) => this.pongs.get(id) ?? 0,
  };
  readonly control: KnownNodeController;

  constructor(clock: Clock) {
    this.control = new KnownNodeController({
      clock,
      chain: {
        forkFilter: ({ hash }) => (hash[0] === 0x07 ? 'ok' : 'local-incompatible-or-stale'),
      },
      forkNameOf: (hash) => (hash === OUR_HASH ? 'BPO2' : undefined),
      nodes: this.nodes,
      statistics: { clientOf: (id) => this.clients.get(id) ?? null },
      listed: (list) => this.lists[list],
      labelOf: (id) => this.labels.get(id) ?? null,
      sourcesOf: (id) => this.sources.get(id) ?? [],
      current: {
        get node() {
          return current().node;
        },
      },
    });
    const current = (): CurrentNode => this.current;
  }

  /** Adds a node to the database. */
  store(node: Node, pongAt = 0, client?: string): Node {
    this.stored.set(node.idHex, node);
    if (pongAt > 0) this.pongs.set(node.idHex, pongAt);
    if (client !== undefined) this.clients.set(node.idHex, client);
    return node;
  }

  /** How many are known, as the status has it. */
  count(): number {
    const nodes = { ...this.nodes, size: this.stored.size };
    return countKnownNodes({ nodes, listed: (list) => this.lists[list] }, this.current.node);
  }

  /** All pages of a query. */
  async all(
    filter: Partial<KnownFilter> = {},
    sort: KnownSort = DEFAULT_KNOWN_SORT,
    limit = 500,
  ): Promise<readonly KnownNode[]> {
    const nodes: KnownNode[] = [];
    let after: string | null = null;
    do {
      const page = await this.control.page(queryOf({ filter, sort, limit, after }));
      nodes.push(...page.nodes);
      after = page.next;
    } while (after !== null);
    return nodes;
  }
}

type Query = Parameters<KnownNodeController['page']>[0];

/** A query with the filter's other fields. */
export function queryOf(
  query: Omit<Partial<Query>, 'filter'> & { readonly filter?: Partial<KnownFilter> },
): Query {
  const filter = { ...NO_KNOWN_FILTER, ...query.filter } as Query['filter'];
  return { sort: DEFAULT_KNOWN_SORT, limit: 500, after: null, ...query, filter };
}
