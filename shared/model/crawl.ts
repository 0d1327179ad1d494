/** A crawl: it queries every node that it finds and collects those that respond. Times are Unix milliseconds. */
export interface CrawlStatus {
  readonly protocol: 'v4' | 'v5';
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly startedAt: number;
  readonly endsAt: number;
  readonly failure: string | null;
  /** Nodes in the set; in this crawl: responded, new, without a response, removed from the set. */
  readonly nodes: number;
  readonly answered: number;
  readonly added: number;
  readonly silent: number;
  readonly removed: number;
  /** Nodes by fork, most frequent first: the fork hash as 0x hex, or `none` for an ENR without eth entry. */
  readonly byFork: readonly { readonly fork: string; readonly ours: boolean; readonly count: number }[];
  /** Nodes by client name; only nodes that had a session with us. */
  readonly byClient: readonly { readonly client: string; readonly count: number }[];
}

/** Filter of a node set, as in `devp2p nodeset filter`; null does not filter. */
export interface NodeSetFilter {
  /** A network in CIDR notation. */
  readonly ip: string | null;
  /** Minimum seconds between the first and the last response. */
  readonly minAge: number | null;
  /** `mainnet`, `sepolia`, `hoodi`, `holesky`, or `own` for the local chain: the fork ID of the ENR must be compatible. */
  readonly ethNetwork: string | null;
  /** The ENR has a snap entry. */
  readonly snap: boolean;
  /** The ENR has a TCP or QUIC port. */
  readonly dialable: boolean;
  /** Maximum number of nodes; those of the highest score are taken. */
  readonly limit: number | null;
}
