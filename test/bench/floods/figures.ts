import type { Figure } from '../rows.ts';

/** The kinds of flood, in order. */
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

/** A kind of flood. */
export type Flood = (typeof FLOODS)[number];

/** The effect of a flood on its target. */
export interface FloodOutcome {
  /** Share of a bonded peer's pings that were answered within half a second, 0 to 1. */
  readonly answered: number;
  /** Share of the flood's own pings that were answered, 0 to 1. */
  readonly strangers: number;
  /** Share of the target's own FINDNODE requests that failed, 0 to 1; NaN if it is not reported. */
  readonly failedQuestions: number;
  /** Processor time of the target's process over the flood, seconds a second. */
  readonly cores: number;
  /** Packets that were sent, a second. */
  readonly sentPerSecond: number;
}

/** The figures of a flood with a row, all shares. */
export type ShareName = 'answered' | 'strangers' | 'cores';

/** The rows of a flood. */
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

/** Only for our node: geth does not report it. */
export const QUESTIONS_FIGURE = {
  name: 'flood: self-expected host, own questions',
  what: 'findnode of our lookups that fails meanwhile',
  unit: '%',
  better: 'lower',
  limit: 0,
} as const satisfies Figure;
