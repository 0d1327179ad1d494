import type { Figure } from '../rows.ts';

/** Figures of many sessions, sockets and nodes at once, in the order they are printed. */
export const SCALE_FIGURES = [
  {
    name: 'accepts',
    what: 'inbound connections brought past encryption and Hello on loopback, 32 at a time, both ends in one process',
    unit: 'connections/s',
    better: 'higher',
  },
  {
    name: 'busy delay p50',
    what: 'delay of the event loop while 100 sessions send 5 MB/s in all, both ends in one process',
    unit: 'ms',
    better: 'lower',
  },
  {
    name: 'busy delay p99',
    what: 'the same',
    unit: 'ms',
    better: 'lower',
    limit: 20,
  },
  {
    name: 'busy throughput',
    what: 'what arrived of it meanwhile',
    unit: 'MB/s',
    better: 'higher',
  },
  {
    name: 'flat out',
    what: '100 sessions at once with messages of 4 KiB as fast as they go, both ends in one process',
    unit: 'MB/s',
    better: 'higher',
  },
  {
    name: 'flat out delay p99',
    what: 'delay of the event loop meanwhile',
    unit: 'ms',
    better: 'lower',
    limit: 50,
  },
  {
    name: 'discv4 served',
    what: 'signed pings answered through a UDP socket on loopback, the asker in the same process',
    unit: 'packets/s',
    better: 'higher',
  },
  {
    name: 'table add',
    what: '100,000 candidates offered to a table',
    unit: 'nodes/s',
    better: 'higher',
    budget: { ethereumjs: 1 },
  },
  {
    name: 'table closest',
    what: 'the 16 closest nodes to a target, of the table that the candidates left',
    unit: 'calls/s',
    better: 'higher',
    budget: { ethereumjs: 2 },
  },
] as const satisfies readonly Figure[];

/** A figure's name. */
export type ScaleFigureName = (typeof SCALE_FIGURES)[number]['name'];

/** One implementation's figures, each in its unit. */
export type ScaleMeasured = Readonly<Record<ScaleFigureName, number>>;

/** The functions of one implementation that are measured. */
export interface ScaleContestant {
  /** Opens one connection, exchanges Hello, and returns how to close both ends; many calls run at a time. */
  accept(): Promise<() => void>;
  /** Opens one session whose near end can send. */
  session(): Promise<PumpSession>;
  /** Answers discv4 pings at this port of 127.0.0.1. */
  readonly discoveryPort: number;
  /** A new table for nodes with these IDs and addresses. */
  table(nodes: readonly TableCandidate[]): TableUnderTest;
  close(): Promise<void>;
}

/** A session between two ends in this process. */
export interface PumpSession {
  /** Sends `payload` repeatedly until `until` (performance.now()); resolves with the number of messages that arrived. */
  pump(payload: Uint8Array, until: number): Promise<number>;
  /** Sends one message, without waiting. */
  send(payload: Uint8Array): void;
  /** Messages that arrived so far. */
  arrived(): number;
  close(): void;
}

/** A node for the table. */
export interface TableCandidate {
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly ip: string;
}

/** A table, with its candidates in the form of the implementation. */
export interface TableUnderTest {
  addAll(): void;
  closest(target: Uint8Array): number;
}
