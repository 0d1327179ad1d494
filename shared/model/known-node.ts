import type { NodeSetFilter } from './crawl.ts';
import type { NodeListName } from './node-list.ts';
import type { NodeSource } from './node-source.ts';
import type { RecordForkVerdict, TableProtocol } from './table.ts';

/** Results of the comparison of a record's fork ID with our chain. */
export const FORK_VERDICTS = [
  'ours',
  'stale',
  'other',
  'unknown',
] as const satisfies readonly RecordForkVerdict[];

/** Families of the address of a node; `none`: its address is not known. */
export const NODE_FAMILIES = ['ipv4', 'ipv6', 'none'] as const;

/** One of NODE_FAMILIES. */
export type NodeFamily = (typeof NODE_FAMILIES)[number];

/** What known nodes can be sorted by. Nodes for which it is not known come last in both orders. */
export const KNOWN_SORTS = ['lastPong', 'id', 'client', 'address', 'fork', 'seq'] as const;

/** The order of known nodes. */
export interface KnownSort {
  readonly by: (typeof KNOWN_SORTS)[number];
  readonly order: 'ascending' | 'descending';
}

/** The order without a choice: the nodes that answered last come first. */
export const DEFAULT_KNOWN_SORT: KnownSort = { by: 'lastPong', order: 'descending' };

/** Formats of an export: geth's nodes.json, one ENR or one enode URL per line. */
export const KNOWN_FORMATS = ['nodes.json', 'enr', 'enode'] as const;

/** One of KNOWN_FORMATS. */
export type KnownFormat = (typeof KNOWN_FORMATS)[number];

/** BOUNDED: nodes in one answer (our choice: about 400 kB). */
export const MAX_KNOWN_PAGE = 500;

/** A node of the database, the discovery tables, the node lists or a session. Times are Unix milliseconds. */
export interface KnownNode {
  readonly id: string;
  /** Label from the node lists. */
  readonly label: string | null;
  /** Client name in the last Hello that the node sent; null if no session with it is remembered. */
  readonly client: string | null;
  readonly ip: string | null;
  readonly hostname: string | null;
  readonly udp: number;
  readonly tcp: number;
  readonly enode: string;
  readonly enr: string | null;
  /** Decimal sequence number of the ENR; null without one. */
  readonly seq: string | null;
  /** Fork hash of the ENR's eth entry, 0x hex. */
  readonly forkHash: string | null;
  /** Name of that fork; null for a fork of another chain. */
  readonly forkName: string | null;
  readonly fork: RecordForkVerdict;
  /** Where it was found since the start of the program; `database` alone for a node of an earlier run. */
  readonly sources: readonly NodeSource[];
  /** The tables that have it, as an entry or a replacement. */
  readonly tables: readonly TableProtocol[];
  readonly lists: readonly NodeListName[];
  readonly connected: boolean;
  /** When it last answered a Ping of discovery; null for never, or if that is not remembered. */
  readonly lastPongAt: number | null;
}

/** A filter of known nodes: what a node set is filtered by, and what is known besides. Null does not filter. */
export interface KnownFilter extends Omit<NodeSetFilter, 'minAge' | 'limit'> {
  /** Words in the ID, address, label or client name; an enode URL or ENR finds its node. Empty for all. */
  readonly text: string;
  readonly fork: RecordForkVerdict | null;
  /** Text in the client name; empty text: the client is not known. */
  readonly client: string | null;
  /** UDP or TCP port. */
  readonly port: number | null;
  readonly family: NodeFamily | null;
  readonly source: NodeSource | null;
  readonly table: TableProtocol | null;
  /** Maximum seconds since the last Pong. */
  readonly maxAge: number | null;
}

/** A filter that hides no node. */
export const NO_KNOWN_FILTER: KnownFilter = {
  text: '',
  fork: null,
  client: null,
  port: null,
  family: null,
  source: null,
  table: null,
  maxAge: null,
  ip: null,
  ethNetwork: null,
  snap: false,
  dialable: false,
};

/** A page of known nodes. */
export interface KnownPage {
  readonly nodes: readonly KnownNode[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
  /** Nodes that match the filter, and all that are known. */
  readonly matching: number;
  readonly total: number;
}

/** An exported file. `without` of the matching nodes have no ENR and are left out of a file of ENRs. */
export interface ExportedNodes {
  readonly text: string;
  readonly fileName: string;
  readonly count: number;
  readonly without: number;
}
