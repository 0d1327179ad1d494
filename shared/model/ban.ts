/** Durations of a ban that the user sets, in milliseconds; null: permanent. */
export const BAN_DURATIONS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  forever: null,
} as const;

/** One of BAN_DURATIONS. */
export type BanDuration = keyof typeof BAN_DURATIONS;

/** What is banned: a node by its ID, an IP address, or a network in CIDR notation. */
export interface BanTarget {
  readonly kind: 'node' | 'ip' | 'cidr';
  /** `node`: 64 hex digits; `ip`: canonical text; `cidr`: `192.0.2.0/24`. */
  readonly value: string;
}

/** An active ban. Times are Unix milliseconds. */
export interface Ban {
  /** `node:…`, `ip:…`, `cidr:…`: one ban per target. */
  readonly id: string;
  readonly target: BanTarget;
  readonly reason: string;
  /** Set by the user, or by the reputation. */
  readonly by: 'user' | 'score';
  readonly createdAt: number;
  /** Null: permanent. */
  readonly until: number | null;
  /** Label or client name of a banned node; null if neither is known. */
  readonly name: string | null;
}

/** A change of a node's reputation. `at` is Unix milliseconds; `change` is added to the score. */
export interface ReputationChange {
  readonly at: number;
  /** Kebab-case name of the offence. */
  readonly code: string;
  readonly title: string;
  readonly change: number;
}

/** A node's reputation. */
export interface Reputation {
  readonly score: number;
  /** The ban threshold: at or below it the node is banned. */
  readonly banAt: number;
  /** Newest first, at most 10. */
  readonly changes: readonly ReputationChange[];
}
