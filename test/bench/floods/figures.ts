import type { Figure } from '../rows.ts';

/** What a target of floods is put through, in the order in which it is. */
export const FLOODS = [
  {
    name: 'self-expected host',
    what: 'one host pings by ever new keys and answers nothing, 1,500/s',
    perSecond: 1_500,
    kind: 'pings',
    hosts: 1,
  },
  {
    name: 'garbage',
    what: 'bytes that are no packet, 2,500/s of 250 hosts',
    perSecond: 2_500,
    kind: 'garbage',
    hosts: 250,
  },
  {
    name: 'strangers',
    what: 'valid pings by ever new keys, 3,000/s of 250 hosts',
    perSecond: 3_000,
    kind: 'pings',
    hosts: 250,
  },
  {
    name: 'many strangers',
    what: 'valid pings by ever new keys, 10,000/s of 250 hosts',
    perSecond: 10_000,
    kind: 'pings',
    hosts: 250,
  },
] as const;

/** One of them. */
export type Flood = (typeof FLOODS)[number];

/** What a flood did to its target. */
export interface FloodOutcome {
  /** Share of a bonded peer's pings that were answered within half a second, 0 to 1. */
  readonly answered: number;
  /** Share of the flood's own pings that were answered, 0 to 1. */
  readonly strangers: number;
  /** Share of the target's own findnode questions that failed, 0 to 1; NaN where it does not say. */
  readonly failedQuestions: number;
  /** Processor time of the target's process over the flood, seconds a second. */
  readonly cores: number;
  /** Packets that were sent, a second. */
  readonly sentPerSecond: number;
}

/** What a flood has rows of, all shares. */
export type ShareName = 'answered' | 'strangers' | 'cores';

/** The rows that a flood gives. */
export const figuresOf = ({ name, what }: Flood): Record<ShareName, Figure> => ({
  answered: {
    name: `flood: ${name}`,
    what: `${what}: pings of a bonded peer that are answered`,
    unit: '%',
    better: 'higher',
    budget: { geth: 1 },
  },
  strangers: {
    name: `flood: ${name}, its own`,
    what: `${what}: packets of the flood that are answered`,
    unit: '%',
    better: 'higher',
  },
  cores: { name: `flood: ${name}, load`, what, unit: '% of a core', better: 'lower' },
});

/** Of ours alone: geth does not tell. */
export const QUESTIONS_FIGURE = {
  name: 'flood: self-expected host, own questions',
  what: 'findnode of our lookups that fails meanwhile',
  unit: '%',
  better: 'lower',
  limit: 0,
} as const satisfies Figure;
