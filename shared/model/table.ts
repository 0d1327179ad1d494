import type { CauseCode } from '../causes/catalogue.ts';

/** The fork ID of a node record against our chain; `unknown` where the record has none. */
export type RecordForkVerdict = 'ours' | 'other' | 'unknown' | 'stale';

/** A node in the Kademlia table or among a bucket's replacements. Times are Unix milliseconds. */
export interface TableEntry {
  readonly id: string;
  readonly ip: string;
  readonly udp: number;
  readonly tcp: number;
  readonly enode: string;
  readonly enr: string | null;
  /** Decimal sequence number of the ENR; 0 without one. */
  readonly seq: string;
  readonly addedToTable: number;
  readonly addedToBucket: number;
  /** Liveness count: successful checks; a failed one divides it by 3. */
  readonly checks: number;
  readonly live: boolean;
  readonly revalidation: 'fast' | 'slow' | null;
  /** Fork hash of the ENR's eth entry, 0x hex. */
  readonly forkHash: string | null;
  readonly fork: RecordForkVerdict;
  /** Client name from a session with the node; null without one. */
  readonly client: string | null;
}

/** One bucket: up to 16 entries and 10 replacements at one log distance; the nearest bucket has all distances up to 240. */
export interface TableBucket {
  /** Log distance to the local node, 240 to 256. */
  readonly distance: number;
  readonly entries: readonly TableEntry[];
  readonly replacements: readonly TableEntry[];
}

/** The state of the table. Times are Unix milliseconds. */
export interface TableSnapshot {
  /** Farthest bucket (256) first. */
  readonly buckets: readonly TableBucket[];
  readonly live: number;
  readonly entries: number;
  readonly replacements: number;
  readonly nextRefreshAt: number | null;
  readonly nextRevalidationAt: number | null;
}

/** Packets of one type, received and sent: total since the start, and current rate. */
export interface PacketCount {
  readonly packet: string;
  readonly in: number;
  readonly out: number;
  readonly inPerSecond: number;
  readonly outPerSecond: number;
}

/** The discovery protocols with a table. */
export const TABLE_PROTOCOLS = ['v4', 'v5'] as const;

/** One of TABLE_PROTOCOLS. */
export type TableProtocol = (typeof TABLE_PROTOCOLS)[number];

/** Counters of discovery v5 sessions. */
export interface V5Sessions {
  /** Sessions (pairs of node and address with session keys), and their maximum number. */
  readonly sessions: number;
  readonly maxSessions: number;
  /** WHOAREYOU packets that we sent and that wait for a handshake. */
  readonly challenges: number;
  readonly requests: number;
  /** Completed and failed handshakes since the start. */
  readonly handshakes: number;
  readonly failedHandshakes: number;
  /** Registered TALKREQ protocols. */
  readonly talkProtocols: readonly string[];
}

/** Counters of one discovery protocol. */
export interface DiscoveryCounters {
  readonly enabled: boolean;
  readonly packets: readonly PacketCount[];
  /** Packets dropped since the start by reason, most frequent first. */
  readonly dropped: readonly { readonly reason: CauseCode; readonly count: number }[];
  /** Share of our pings in the last 10 minutes that were answered, 0 to 1; null before the first. */
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

/** A node that a lookup queried. */
export interface LookupStep {
  readonly round: number;
  readonly id: string;
  readonly ip: string;
  /** Log distance to the target. */
  readonly distance: number;
  readonly answered: boolean;
  /** Nodes in the response that the lookup had not seen. */
  readonly newNodes: number;
  /** Milliseconds since the start of the lookup. */
  readonly atMs: number;
}

/** A lookup, in progress or done. `asked` nodes were queried, `silent` of them timed out. */
export interface LookupTrace {
  readonly id: number;
  /** Whether the user requested it, or the node needed it: to refresh the table or to find a node. */
  readonly origin: 'user' | 'node';
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
