/**
 * What an offence costs, in one table. The figures are reth's where it has one
 * (crates/net/network-types/src/peers/reputation.rs); the others are ours, in its unit.
 */
import type { Offence } from '../events/events.ts';

/** What reth measures in: a whole offence of the least kind. */
const UNIT = -1_024;

/** At or below it a node is banned (reth BANNED_REPUTATION). */
export const BAN_AT = 50 * UNIT;

/** The lowest score there is (reth counts in 32 bits). */
export const LOWEST_SCORE = -(2 ** 31);

/** Most that one change costs a trusted or static node (reth MAX_TRUSTED_PEER_REPUTATION_CHANGE). */
export const MAX_KEPT_CHANGE = 2 * UNIT;

/** What a connected node gains a second, up to 0 (reth crates/net/network/src/peers.rs tick). */
export const GAIN_PER_SECOND = 1;

/** Our choice: what a score has lost is halved in this time, connected or not, milliseconds. */
export const HALF_LIFE_MS = 3_600_000;

/** An offence: what it costs, its words, and whether trusted and static nodes are spared it, as in reth. */
export interface OffenceWeight {
  readonly change: number;
  readonly title: string;
  readonly sparesKept: boolean;
}

/** By offence. Every change is negative. */
export const OFFENCE_WEIGHTS: Readonly<Record<Offence, OffenceWeight>> = {
  'failed-to-connect': { change: 25 * UNIT, title: 'Did not shake hands', sparesKept: false },
  dropped: { change: 4 * UNIT, title: 'Hung up without a word', sparesKept: true },
  timeout: { change: 4 * UNIT, title: 'Did not answer in time', sparesKept: true },
  'bad-protocol': { change: LOWEST_SCORE, title: 'Broke the rules of the protocol', sparesKept: false },
  'bad-message': { change: 16 * UNIT, title: 'Sent a malformed message', sparesKept: false },
  'bad-announcement': { change: UNIT, title: 'Announced what is not so', sparesKept: true },
  /** Ours: as a bad message, which it is. */
  'bad-answer': { change: 16 * UNIT, title: 'Gave a wrong answer', sparesKept: false },
  /** Ours: a late answer looks the same. */
  'unrequested-answer': { change: 4 * UNIT, title: 'Answered what was not asked', sparesKept: false },
  /** Ours: stated at most once a second, so that a flood of a minute ends in a ban. */
  'message-flood': { change: UNIT, title: 'Sent more messages than allowed', sparesKept: true },
  'packet-flood': { change: UNIT, title: 'Sent more packets than allowed', sparesKept: true },
  'does-not-read': { change: 4 * UNIT, title: 'Does not read what it is sent', sparesKept: true },
};
