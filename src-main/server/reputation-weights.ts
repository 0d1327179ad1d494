/**
 * Weights of all offences and constants of the reputation. The values are reth's where it has one
 * (crates/net/network-types/src/peers/reputation.rs); the others are our choice, in the same unit.
 */
import type { Offence } from '../events/events.ts';

/** Unit of all weights: the weight of the smallest offence (reth REPUTATION_UNIT). */
const UNIT = -1_024;

/** Score at or below which a node is banned (reth BANNED_REPUTATION). */
export const BAN_AT = 50 * UNIT;

/** Lowest score: reth uses signed 32-bit integers. */
export const LOWEST_SCORE = -(2 ** 31);

/** Largest decrease per offence of a trusted or static node (reth MAX_TRUSTED_PEER_REPUTATION_CHANGE). */
export const MAX_KEPT_CHANGE = 2 * UNIT;

/** Increase per second of a connected node, up to 0 (reth crates/net/network/src/peers.rs, tick). */
export const GAIN_PER_SECOND = 1;

/** Half-life of a score, connected or not, milliseconds (our choice). */
export const HALF_LIFE_MS = 3_600_000;

/** Weight of an offence, and whether it has no effect on trusted and static nodes, as in reth. The catalogue has its words. */
export interface OffenceWeight {
  readonly change: number;
  readonly sparesKept: boolean;
}

/** Weights by offence. Every change is negative. */
export const OFFENCE_WEIGHTS: Readonly<Record<Offence, OffenceWeight>> = {
  'failed-to-connect': { change: 25 * UNIT, sparesKept: false },
  dropped: { change: 4 * UNIT, sparesKept: true },
  timeout: { change: 4 * UNIT, sparesKept: true },
  'bad-protocol': { change: LOWEST_SCORE, sparesKept: false },
  'bad-message': { change: 16 * UNIT, sparesKept: false },
  'bad-announcement': { change: UNIT, sparesKept: true },
  /** Our choice: as a bad message. */
  'bad-answer': { change: 16 * UNIT, sparesKept: false },
  /** Our choice: less, because a late answer looks the same. */
  'unrequested-answer': { change: 4 * UNIT, sparesKept: false },
  /** Our choice: reported at most once per second, so that a flood of about a minute leads to a ban. */
  'message-flood': { change: UNIT, sparesKept: true },
  'packet-flood': { change: UNIT, sparesKept: true },
  'does-not-read': { change: 4 * UNIT, sparesKept: true },
};
