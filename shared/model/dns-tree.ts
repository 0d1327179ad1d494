import type { Failure } from '../causes/facts.ts';

/** The state of a DNS node list (EIP-1459). Times are Unix milliseconds. */
export interface DnsTreeView {
  /** `enrtree://KEY@domain`. */
  readonly url: string;
  readonly domain: string;
  /** The network's default, the settings, the command line, or a link of another tree. */
  readonly source: 'network' | 'user' | 'flag' | 'link';
  readonly state: 'waiting' | 'syncing' | 'synced' | 'failed';
  /** Decimal sequence number of the root; null before a root was verified. */
  readonly seq: string | null;
  /** The subtree hashes of the root, base32. */
  readonly enrRoot: string | null;
  readonly linkRoot: string | null;
  readonly lastSyncAt: number | null;
  /** When the root is fetched again. */
  readonly nextCheckAt: number | null;
  /** ENRs and links resolved so far, and hashes that are not resolved yet. */
  readonly records: number;
  readonly links: number;
  readonly missing: number;
  /** DNS queries since the start, invalid answers, and the newest error. */
  readonly queries: number;
  readonly refused: number;
  readonly failure: Failure | null;
}
