import type { Offence } from '../causes/offences.ts';

/** Durations of a ban that the user sets, in milliseconds; null: permanent. */
export const BAN_DURATIONS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  forever: null,
} as const;

/** One of BAN_DURATIONS. */
export type BanDuration = keyof typeof BAN_DURATIONS;

/** The target of a ban: a node by its ID, an IP address, or a network in CIDR notation. */
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
  /** What the user wrote, or the detail of the offence; an earlier version wrote offence and detail. */
  readonly reason: string;
  /** The offence after which the score set the ban; null for a ban by the user, and where an earlier version set it. */
  readonly offence: Offence | null;
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
  /** Its title is in the catalogue. */
  readonly code: Offence;
  readonly change: number;
}

/** The reputation of a node. */
export interface Reputation {
  readonly score: number;
  /** The ban threshold: at or below it the node is banned. */
  readonly banAt: number;
  /** Newest first, at most 10. */
  readonly changes: readonly ReputationChange[];
}
