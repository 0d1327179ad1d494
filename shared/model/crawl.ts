/** A walk through the network that writes down who answers. Times are Unix milliseconds. */
export interface CrawlStatus {
  readonly protocol: 'v4' | 'v5';
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly startedAt: number;
  readonly endsAt: number;
  readonly failure: string | null;
  /** Nodes in the set; of them answered in this run, new in it, silent in it, dropped from it. */
  readonly nodes: number;
  readonly answered: number;
  readonly added: number;
  readonly silent: number;
  readonly removed: number;
  /** Nodes by fork, most frequent first: 0x hex of the fork hash, or `none` where the record has no eth entry. */
  readonly byFork: readonly { readonly fork: string; readonly ours: boolean; readonly count: number }[];
  /** Nodes by client, where a session told it. */
  readonly byClient: readonly { readonly client: string; readonly count: number }[];
}

/** Which nodes of a set are taken, as `devp2p nodeset filter` has it; null does not filter. */
export interface NodeSetFilter {
  /** CIDR network. */
  readonly ip: string | null;
  /** Seconds between first and last response, at least. */
  readonly minAge: number | null;
  /** `mainnet`, `sepolia`, `hoodi`, `holesky`, or `own`: the records whose fork ID fits. */
  readonly ethNetwork: string | null;
  /** Has a snap entry. */
  readonly snap: boolean;
  /** Its record has a port for sessions: TCP or QUIC. */
  readonly dialable: boolean;
  /** At most so many, those of the highest score first. */
  readonly limit: number | null;
}
