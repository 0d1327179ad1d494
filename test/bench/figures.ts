import type { Figure } from './rows.ts';

/** The figures, in the order they are printed. */
export const FIGURES = [
  {
    name: 'discv4 decode',
    what: 'a signed ping, read and its signer recovered',
    unit: 'packets/s',
    better: 'higher',
    budget: { ethereumjs: 20, geth: 0.75 },
  },
  {
    name: 'discv4 encode',
    what: 'the same ping, written and signed',
    unit: 'packets/s',
    better: 'higher',
    budget: { ethereumjs: 8, geth: 0.6 },
  },
  {
    name: 'handshake',
    what: 'TCP connection and encryption handshake on loopback, both ends in one process',
    unit: 'ms',
    better: 'lower',
    budget: { ethereumjs: 10, geth: 0.6 },
  },
  {
    name: 'rlpx 1 MiB',
    what: 'random messages with snappy on loopback, both ends in one process',
    unit: 'MB/s',
    better: 'higher',
    budget: { ethereumjs: 10, geth: 0.9 },
  },
  {
    name: 'rlpx 1 KiB',
    what: 'random messages with snappy on loopback, both ends in one process',
    unit: 'messages/s',
    better: 'higher',
    budget: { ethereumjs: 12, geth: 0.8 },
  },
] as const satisfies readonly Figure[];

/** A figure's name. */
export type FigureName = (typeof FIGURES)[number]['name'];

/** One implementation's figures, each in its unit. */
export type Measured = Readonly<Record<FigureName, number>>;

/** One implementation, ready to be measured. */
export interface Contestant {
  /** Works for about `seconds` on each figure. */
  measure(seconds: number): Promise<Measured>;
  close(): Promise<void>;
}
