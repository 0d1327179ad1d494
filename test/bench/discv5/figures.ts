import type { Figure } from '../rows.ts';

/** Figures of discovery v5, in the order they are printed. */
export const DISCV5_FIGURES = [
  {
    name: 'discv5 encode',
    what: 'a ping, encrypted under a session’s key and masked',
    unit: 'packets/s',
    better: 'higher',
    budget: { chainsafe: 3, geth: 0.4 },
  },
  {
    name: 'discv5 decode',
    what: 'the same packet, unmasked, decrypted and read',
    unit: 'packets/s',
    better: 'higher',
    budget: { chainsafe: 3, geth: 0.5 },
  },
  {
    name: 'discv5 handshake',
    what: 'from a ping to a node without a session to its pong: four packets, both ends in one process',
    unit: 'ms',
    better: 'lower',
    budget: { chainsafe: 5, geth: 0.7 },
  },
] as const satisfies readonly Figure[];

/** One implementation's figures, each in its unit. */
export type Discv5Measured = Readonly<Record<(typeof DISCV5_FIGURES)[number]['name'], number>>;

/** One implementation, ready to be measured. */
export interface Discv5Contestant {
  /** Works for about `seconds` on each figure. */
  measure(seconds: number): Promise<Discv5Measured>;
  close(): Promise<void>;
}
