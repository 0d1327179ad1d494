/** How long a ban by hand holds, in milliseconds; `forever` has no end. */
export const BAN_DURATIONS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  forever: null,
} as const;

/** One of BAN_DURATIONS. */
export type BanDuration = keyof typeof BAN_DURATIONS;

/** Whom a ban keeps out: a node by its ID, an address, or a network in CIDR notation. */
export interface BanTarget {
  readonly kind: 'node' | 'ip' | 'cidr';
  /** 64 hex digits, a canonical IP address, or `192.0.2.0/24`. */
  readonly value: string;
}

/** A ban in force. Times are Unix milliseconds. */
export interface Ban {
  /** `node:…`, `ip:…`, `cidr:…`: one ban a target. */
  readonly id: string;
  readonly target: BanTarget;
  readonly reason: string;
  /** Set by a person, or by the score. */
  readonly by: 'user' | 'score';
  readonly createdAt: number;
  /** Null: for ever. */
  readonly until: number | null;
  /** Client name, or list label, of a banned node, where one is known. */
  readonly name: string | null;
}

/** A change of a node's reputation. */
export interface ReputationChange {
  readonly at: number;
  /** Kebab-case name of the offence. */
  readonly code: string;
  readonly title: string;
  readonly change: number;
}

/** A node's standing. */
export interface Reputation {
  readonly score: number;
  /** At or below it a node is banned. */
  readonly banAt: number;
  /** Newest first, at most 10. */
  readonly changes: readonly ReputationChange[];
}
