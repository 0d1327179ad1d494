/** What the taps of connections and packets use of the recorder. */
import type { MessageFacts, RecordRow } from '../../shared/model/recording.ts';

/** A row that its tap makes and the recorder completes. */
export type NewRow = { -readonly [Key in keyof RecordRow]: RecordRow[Key] };

/** What a tap knows of every record. */
export type RowStart = Pick<
  RecordRow,
  | 'kind'
  | 'source'
  | 'connection'
  | 'nodeId'
  | 'nodeName'
  | 'address'
  | 'direction'
  | 'protocol'
  | 'code'
  | 'name'
  | 'wireBytes'
>;

/** A row without exchange, frame and cause. The recorder sets its number, its times and the sizes of its payload. */
export function newRow(start: RowStart): NewRow {
  // All keys in one literal: all rows then have one shape, which the engine reads and copies fastest.
  return {
    seq: 0,
    at: 0,
    monotonicMs: 0,
    kind: start.kind,
    source: start.source,
    connection: start.connection,
    nodeId: start.nodeId,
    nodeName: start.nodeName,
    address: start.address,
    direction: start.direction,
    protocol: start.protocol,
    code: start.code,
    name: start.name,
    wireBytes: start.wireBytes,
    compressedBytes: null,
    plainBytes: 0,
    keptBytes: 0,
    requestId: null,
    pairSeq: null,
    role: 'announcement',
    latencyMs: null,
    answerState: null,
    timing: null,
    cause: null,
    frameFault: null,
    test: null,
  };
}

/** A test of the Doctor, as the taps see it. */
export interface SinkTest {
  readonly id: string;
  /** Whether a record is made although no recording runs. */
  readonly hasRoom: boolean;
}

/** Takes the records of the taps. */
export interface RecordSink {
  /** Whether anything is recorded. */
  readonly isActive: boolean;
  /** Whether a connection is recorded; while its node ID is unknown, only when all sessions are. */
  records(idHex: string | undefined): boolean;
  /** Changes when recording begins, also of other sessions: messages before that may have been missed. */
  readonly epoch: number;
  /** Whether discovery packets are recorded. */
  readonly recordsDiscovery: boolean;
  /** Whether the packets of any endpoint are recorded for a test. */
  readonly recordsTests: boolean;
  /** The running test that contacts an endpoint; undefined for none. @param endpoint `ip:port` */
  testAt(endpoint: string): SinkTest | undefined;
  /** Current time by the monotonic clock, milliseconds. */
  readonly now: number;
  /** Role of a message; undefined for a protocol or a code without a schema. */
  factsOf(protocol: string, code: number): MessageFacts | undefined;
  /** How long this node waits for the answer to a request of a protocol, milliseconds. */
  timeoutOf(protocol: string): number;
  /** Name that the user gave a node; null for none. */
  labelOf(idHex: string): string | null;
  /**
   * Adds a record.
   * @param row becomes the row of the record: the caller does not use it again
   * @param payload is copied
   * @returns its sequence number
   */
  add(row: NewRow, payload: Uint8Array): number;
  /** Changes the row of a record that is still kept. */
  update(seq: number, change: Partial<RecordRow>): void;
}
