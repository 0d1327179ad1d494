/**
 * Records what crosses the connections, while it is switched on. Nothing is decoded here: only the request ID is read, which
 * links an answer to its request.
 */
import {
  RECORD_PAYLOAD_BYTES,
  type MessageFacts,
  type RecordingScope,
  type RecordingStatus,
  type RecordRow,
} from '../../shared/model/recording.ts';
import type { SocketAddress } from '../base/network.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import type { ConnectionTap, TapSource } from '../events/connection-tap.ts';
import type { Direction, EndCause } from '../events/events.ts';
import type { DnsTap } from '../events/dns-tap.ts';
import type { PacketTap } from '../events/packet-tap.ts';
import type { TestRecordSource, TestTap, TestTapSource } from '../events/test-tap.ts';
import { RecordedConnection } from './recorded-connection.ts';
import { PayloadChunks } from './payload-chunks.ts';
import { RecordedDns } from './recorded-dns.ts';
import { RecordedPackets } from './recorded-packets.ts';
import { KeptRecord } from './kept-record.ts';
import { RecordedTest } from './recorded-test.ts';
import type { NewRow, RecordSink } from './record-sink.ts';
import { RecordExpiry } from './record-expiry.ts';
import { RecordRing, type RingLimits } from './record-ring.ts';

/** Bounds of a recording. */
export interface RecorderLimits extends RingLimits {
  /** Milliseconds for which a record is kept; undefined: without a bound. */
  readonly maxAgeMs?: number | undefined;
}

/** Constructor arguments of Recorder. */
export interface RecorderOptions {
  readonly clock: Clock;
  readonly limits: RecorderLimits;
  /** Role of a message; undefined for a protocol or a code without a schema. */
  readonly factsOf: (protocol: string, code: number) => MessageFacts | undefined;
  /** How long this node waits for the answer to a request of a protocol, milliseconds. */
  readonly timeoutOf: (protocol: string) => number;
  /** Name that the user gave a node; null for none. */
  readonly labelOf: (idHex: string) => string | null;
}

const NOTHING: RecordingScope = { nodes: null, discovery: false };

/** The recording of a node. It goes on over stops and starts of the node. BOUNDED: by its ring. */
export class Recorder implements TapSource, TestTapSource, RecordSink {
  /** Records the packets of discovery. */
  readonly packets: PacketTap = new RecordedPackets(this);
  /** Records the queries of DNS node lists. */
  readonly dns: DnsTap = new RecordedDns(this);
  readonly #options: RecorderOptions;
  readonly #ring: RecordRing;
  readonly #chunks = new PayloadChunks();
  readonly #expiry: RecordExpiry;
  #isRecording = false;
  #epoch = 0;
  #scope = NOTHING;
  #nodes: ReadonlySet<string> | undefined;
  /** Number of watches by node. BOUNDED: by the open composed requests. */
  readonly #watched = new Map<string, number>();
  /** Running tests of the Doctor by ID. BOUNDED: by the tests that run at once. */
  readonly #tests = new Map<string, RecordedTest>();
  #startedAt: number | null = null;
  #connections = 0;
  /** BOUNDED: by the API's limits on subscriptions. */
  readonly #listeners = new Set<(record: KeptRecord) => void>();

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#ring = new RecordRing(ringLimitsOf(options.limits));
    this.#expiry = new RecordExpiry(this.#ring, options.clock, options.limits.maxAgeMs);
  }

  /** Starts recording, or changes what is recorded. Records that exist are kept. */
  start(scope: RecordingScope): void {
    const isSame = this.#isRecording && String(scope.nodes) === String(this.#scope.nodes);
    if (!isSame) this.#epoch += 1;
    this.#scope = scope;
    this.#nodes = scope.nodes === null ? undefined : new Set(scope.nodes);
    if (!this.#isRecording) this.#startedAt = this.#options.clock.now();
    this.#isRecording = true;
  }

  /** Stops recording and keeps the records. */
  stop(): void {
    this.#isRecording = false;
  }

  clear(): void {
    this.#ring.clear();
    this.#chunks.clear();
  }

  /** Stops the timer that removes old records. Nothing may be recorded afterwards. */
  close(): void {
    this.stop();
    this.#expiry.close();
  }

  setLimits(limits: RecorderLimits): void {
    this.#ring.resize(ringLimitsOf(limits));
    this.#expiry.setMaxAge(limits.maxAgeMs);
  }

  status(): RecordingStatus {
    this.#expiry.drop();
    const ring = this.#ring;
    const isEmpty = ring.size === 0;
    return {
      isRecording: this.#isRecording,
      scope: this.#scope,
      startedAt: this.#startedAt,
      records: ring.size,
      bytes: ring.bytes,
      ...ring.limits,
      evicted: ring.evicted,
      first: isEmpty ? null : ring.first,
      last: isEmpty ? null : ring.next - 1,
      file: null,
      edition: 0,
    };
  }

  /** Subscribes to new records. The listener must not throw or block. */
  onRecord(listener: (record: KeptRecord) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  get(seq: number): KeptRecord | undefined {
    this.#expiry.drop();
    return this.#ring.get(seq);
  }

  /** Records from `seq` on, oldest first. */
  from(seq: number): Generator<KeptRecord, void> {
    this.#expiry.drop();
    return this.#ring.from(seq);
  }

  /** Records before `seq`, newest first. */
  before(seq: number): Generator<KeptRecord, void> {
    this.#expiry.drop();
    return this.#ring.before(seq);
  }

  connection(direction: Direction, remote: SocketAddress): ConnectionTap {
    return new RecordedConnection(this, { id: this.#nextConnection(), direction, remote });
  }

  /** Records a test of the Doctor within its own bounds, whether or not a recording runs. */
  test(id: string, onRecord: (seq: number, source: TestRecordSource) => void): TestTap {
    const owner = {
      connection: (test: RecordedTest, direction: Direction, remote: SocketAddress) =>
        new RecordedConnection(this, { id: this.#nextConnection(), direction, remote, test }),
      onClose: () => this.#tests.delete(id),
    };
    const test = new RecordedTest(id, owner, onRecord);
    this.#tests.set(id, test);
    return test;
  }

  get recordsTests(): boolean {
    return this.#tests.size > 0;
  }

  /** The newest one, where several tests contact the endpoint. */
  testAt(endpoint: string): RecordedTest | undefined {
    return [...this.#tests.values()].findLast((test) => test.contacts(endpoint));
  }

  refused(remote: SocketAddress, cause: EndCause): void {
    if (this.records(undefined)) this.connection('inbound', remote).ended(cause);
  }

  /** Records a node besides the scope, while recording is on, until the returned function is called. */
  watch(idHex: string): Unsubscribe {
    this.#watched.set(idHex, (this.#watched.get(idHex) ?? 0) + 1);
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      const left = (this.#watched.get(idHex) ?? 1) - 1;
      if (left === 0) this.#watched.delete(idHex);
      else this.#watched.set(idHex, left);
    };
  }

  /** Changes when recording begins, also of other sessions. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether anything is recorded. */
  get isActive(): boolean {
    return this.#isRecording;
  }

  /** Whether a connection is recorded; while its node ID is unknown, only when all sessions are. */
  records(idHex: string | undefined): boolean {
    if (!this.#isRecording) return false;
    if (this.#nodes === undefined) return true;
    return idHex !== undefined && (this.#nodes.has(idHex) || this.#watched.has(idHex));
  }

  /** Whether discovery packets are recorded. */
  get recordsDiscovery(): boolean {
    return this.#isRecording && this.#scope.discovery;
  }

  /** Current time by the monotonic clock, milliseconds. */
  get now(): number {
    return this.#options.clock.monotonic();
  }

  factsOf(protocol: string, code: number): MessageFacts | undefined {
    return this.#options.factsOf(protocol, code);
  }

  timeoutOf(protocol: string): number {
    return this.#options.timeoutOf(protocol);
  }

  labelOf(idHex: string): string | null {
    return this.#options.labelOf(idHex);
  }

  /** Adds a record. @param payload is copied up to RECORD_PAYLOAD_BYTES; @returns its sequence number */
  add(row: NewRow, payload: Uint8Array): number {
    const { clock } = this.#options;
    const seq = this.#ring.next;
    const keptBytes = Math.min(payload.length, RECORD_PAYLOAD_BYTES);
    row.seq = seq;
    row.at = clock.now();
    row.monotonicMs = clock.monotonic();
    row.plainBytes = payload.length;
    row.keptBytes = keptBytes;
    const record = new KeptRecord(row, this.#chunks.keep(payload, keptBytes));
    this.#ring.add(record);
    this.#expiry.drop();
    if (row.test !== null) this.#tests.get(row.test)?.note(seq, row.source, keptBytes);
    for (const listener of this.#listeners) listener(record);
    return seq;
  }

  #nextConnection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  /** Changes the row of a record that is still kept. */
  update(seq: number, change: Partial<RecordRow>): void {
    this.#ring.update(seq, change);
  }
}

const ringLimitsOf = ({ maxRecords, maxBytes }: RecorderLimits): RingLimits => ({ maxRecords, maxBytes });
