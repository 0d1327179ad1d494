/** A DNS node list (EIP-1459) as it is known. Times are Unix milliseconds. */
export interface DnsTreeView {
  /** `enrtree://KEY@domain`. */
  readonly url: string;
  readonly domain: string;
  /** Given by the network, the settings, the command line, or linked to by another tree. */
  readonly source: 'network' | 'user' | 'flag' | 'link';
  readonly state: 'waiting' | 'syncing' | 'synced' | 'failed';
  /** Decimal sequence number of the root; null before one was verified. */
  readonly seq: string | null;
  /** Hashes that the root names. */
  readonly enrRoot: string | null;
  readonly linkRoot: string | null;
  readonly lastSyncAt: number | null;
  /** When the root is looked at again. */
  readonly nextCheckAt: number | null;
  /** Leaves seen so far: records, and links to other trees; hashes that are still to be asked for. */
  readonly records: number;
  readonly links: number;
  readonly missing: number;
  /** Questions asked since the start, and entries refused, with the newest reason. */
  readonly questions: number;
  readonly refused: number;
  readonly failure: string | null;
}
