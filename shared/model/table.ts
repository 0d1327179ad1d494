/** A node in the Kademlia table or among a bucket's replacements. Times are Unix milliseconds. */
export interface TableEntry {
  readonly id: string;
  readonly ip: string;
  readonly udp: number;
  readonly tcp: number;
  readonly enode: string;
  readonly enr: string | null;
  /** Decimal sequence number of the record; 0 without one. */
  readonly seq: string;
  readonly addedToTable: number;
  readonly addedToBucket: number;
  /** Liveness checks that the node's count holds now (a failed one divides it by 3). */
  readonly checks: number;
  readonly live: boolean;
  readonly revalidation: 'fast' | 'slow' | null;
  /** Fork hash of the record's eth entry, 0x hex. */
  readonly forkHash: string | null;
  readonly fork: 'ours' | 'other' | 'unknown' | 'stale';
  /** Name from a session with this node, where there was one. */
  readonly client: string | null;
}

/** One bucket: up to 16 entries and 10 replacements at one log distance (the first bucket holds 240 and less). */
export interface TableBucket {
  /** Log distance from us, 240 to 256. */
  readonly distance: number;
  readonly entries: readonly TableEntry[];
  readonly replacements: readonly TableEntry[];
}

/** The table as it is. */
export interface TableSnapshot {
  /** Farthest bucket (256) first. */
  readonly buckets: readonly TableBucket[];
  readonly live: number;
  readonly entries: number;
  readonly replacements: number;
  readonly nextRefreshAt: number | null;
  readonly nextRevalidationAt: number | null;
}

/** How many packets of one type went each way since the start, and per second now. */
export interface PacketCount {
  readonly packet: string;
  readonly in: number;
  readonly out: number;
  readonly inPerSecond: number;
  readonly outPerSecond: number;
}

/** The protocols that keep a table. */
export const TABLE_PROTOCOLS = ['v4', 'v5'] as const;

/** One of TABLE_PROTOCOLS. */
export type TableProtocol = (typeof TABLE_PROTOCOLS)[number];

/** Sessions of discovery v5 in figures. */
export interface V5Sessions {
  /** Node and address pairs whose keys are kept, and how many may be. */
  readonly sessions: number;
  readonly maxSessions: number;
  /** WHOAREYOU challenges of ours that wait for a handshake. */
  readonly challenges: number;
  readonly requests: number;
  /** Handshakes that made a session since the start, and those that failed. */
  readonly handshakes: number;
  readonly failedHandshakes: number;
  /** TALKREQ protocols that are answered. */
  readonly talkProtocols: readonly string[];
}

/** Discovery in figures. */
export interface DiscoveryCounters {
  readonly enabled: boolean;
  readonly packets: readonly PacketCount[];
  /** Packets that were dropped since the start, by named reason, most frequent first. */
  readonly dropped: readonly { readonly reason: string; readonly title: string; readonly count: number }[];
  /** Share of our pings that were answered within the last 10 minutes, 0 to 1; null before the first. */
  readonly pingsAnswered: number | null;
  /** Known nodes by fork. */
  readonly knownByFork: {
    readonly ours: number;
    readonly other: number;
    readonly unknown: number;
    readonly stale: number;
  };
  /** Null for v4. */
  readonly v5: V5Sessions | null;
}

/** A node that a lookup asked. */
export interface LookupStep {
  readonly round: number;
  readonly id: string;
  readonly ip: string;
  /** Log distance from the target. */
  readonly distance: number;
  readonly answered: boolean;
  /** Nodes it named that the lookup had not seen. */
  readonly newNodes: number;
  /** Milliseconds since the lookup began. */
  readonly atMs: number;
}

/** A lookup while it converges and when it is done. */
export interface LookupTrace {
  readonly id: number;
  readonly target: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly done: boolean;
  readonly rounds: number;
  readonly asked: number;
  readonly silent: number;
  readonly steps: readonly LookupStep[];
  /** The closest nodes so far, nearest first, at most 16. */
  readonly closest: readonly {
    readonly id: string;
    readonly ip: string;
    readonly udp: number;
    readonly distance: number;
    readonly enode: string;
  }[];
}
