/** What the taps of connections and packets use of the recorder. */
import type { MessageFacts, RecordRow } from '../../shared/model/recording.ts';

/** A row before it has a number and times. */
export type NewRow = Omit<RecordRow, 'seq' | 'at' | 'monotonicMs' | 'keptBytes' | 'plainBytes'>;

/** The columns of a row that has no exchange, no frame and no cause. */
export const PLAIN_COLUMNS = {
  compressedBytes: null,
  requestId: null,
  pairSeq: null,
  role: 'announcement',
  latencyMs: null,
  answerState: null,
  timing: null,
  cause: null,
  frameFault: null,
} as const satisfies Partial<NewRow>;

/** Takes the records of the taps. */
export interface RecordSink {
  /** Whether a connection is recorded; while its node ID is unknown, only when all sessions are. */
  records(idHex: string | undefined): boolean;
  /** Whether discovery packets are recorded. */
  readonly recordsDiscovery: boolean;
  /** Current time by the monotonic clock, milliseconds. */
  readonly now: number;
  /** Role of a message; undefined for a protocol or a code without a schema. */
  factsOf(protocol: string, code: number): MessageFacts | undefined;
  /** Name that the user gave a node; null for none. */
  labelOf(idHex: string): string | null;
  /** Adds a record. @param payload is copied; @returns its sequence number */
  add(row: NewRow, payload: Uint8Array): number;
  /** Changes the row of a record that is still kept. */
  update(seq: number, change: Partial<RecordRow>): void;
}
