import {
  DEFAULT_RECORD_BYTES,
  DEFAULT_RECORDS,
  type RecordDetail,
  type RecordingStatus,
  type RecordRow,
  type RecordSummary,
} from '../../../shared/model/recording.ts';
import type { ApiReply } from '../../../shared/api-channels.ts';
import type { PeerRow } from '../../../shared/model/peer.ts';
import { errorReply } from './fixture-record.ts';
import { createDice, type Scenario } from './fixture-data.ts';
import type { RecordingSamples, Sample } from './recording-samples.ts';

declare global {
  interface Window {
    enodeckSamples?: RecordingSamples;
  }
}

/** How long the recording has been on, milliseconds. */
const SPAN_MS = 134_000;

/** A recording that only pretends to record. */
export class FixtureRecorder {
  #rows: RecordRow[] = [];
  readonly #shown = new Map<number, Sample>();
  readonly #dice = createDice(43);
  readonly #samples: RecordingSamples;
  readonly #peers: readonly PeerRow[];
  #isRecording: boolean;
  #startedAt: number | null;
  #evicted = 0;
  #seq = 1;
  #file: { readonly name: string; readonly rows: readonly RecordRow[] } | null = null;
  #edition = 0;
  readonly #open = new Map<string, RecordRow>();

  constructor(scenario: Scenario, now: number, peers: readonly PeerRow[]) {
    const samples = window.enodeckSamples;
    if (samples === undefined) throw new Error('The samples come before the fixture');
    this.#samples = samples;
    this.#peers = peers.slice(0, 6);
    this.#isRecording = scenario !== 'empty' && scenario !== 'off';
    this.#startedAt = this.#isRecording ? now - SPAN_MS : null;
    const counts: Readonly<Partial<Record<Scenario, number>>> = { typical: 1_232, many: 19_995, hostile: 60 };
    const count = counts[scenario] ?? 0;
    for (let at = 0; at < count; at++) {
      const share = (at + this.#dice.next()) / count;
      // The waves make busy and quiet times.
      this.next(now - SPAN_MS + (SPAN_MS - 1_000) * (share + 0.012 * Math.sin(share * 61)));
    }
    if (count > 0) this.#end(now - 900);
  }

  /** Adds a message; returns its row. */
  next(at: number): RecordRow {
    const { usual } = this.#samples;
    const sample = usual[this.#seq % usual.length]!;
    return this.#add(at, sample, Math.floor(this.#seq / usual.length));
  }

  /** A message that cannot be read, what follows it, and a request that waits. */
  #end(now: number): void {
    this.#add(now, this.#samples.broken, 4);
    this.#add(now + 2, this.#samples.weLeft, 4);
    this.#add(now + 63, this.#samples.theyLeft, 5);
    for (const at of [2, 3]) this.#add(now + 100 + at * 31, this.#samples.usual[at]!, 2);
  }

  #add(at: number, sample: Sample, peerAt: number): RecordRow {
    const peer = this.#peers[peerAt % Math.max(1, this.#peers.length)];
    const seq = this.#seq++;
    const key = `${peer?.id ?? ''} ${sample.requestId ?? sample.protocol}`;
    const asked = sample.role === 'answer' ? this.#open.get(key) : undefined;
    const bytes = sample.payload.length / 2;
    const row: RecordRow = {
      seq,
      at: Math.round(at),
      monotonicMs: at,
      kind: 'message',
      source: 'session',
      connection: peer === undefined ? null : this.#peers.indexOf(peer) + 1,
      nodeId: peer?.id ?? null,
      nodeName: peer === undefined ? null : (peer.label ?? peer.name),
      address: peer === undefined ? '192.0.2.9:30303' : `${peer.ip}:${peer.port}`,
      direction: sample.direction,
      protocol: sample.protocol,
      code: sample.code,
      name: sample.name,
      wireBytes: 32 + Math.ceil((bytes * 0.9) / 16) * 16,
      compressedBytes: Math.ceil(bytes * 0.9),
      plainBytes: bytes,
      keptBytes: bytes,
      requestId: sample.requestId,
      pairSeq: asked?.seq ?? null,
      role: sample.role,
      latencyMs: asked === undefined ? null : at - asked.monotonicMs,
      answerState: sample.role === 'answer' ? (asked === undefined ? 'unsolicited' : 'answered') : null,
      timing: {
        receivingMs: 0.4 + bytes / 40_000,
        waitingMs: 0.1,
        cipherMs: 0.05 + bytes / 400_000,
        snappyMs: 0.03,
      },
      cause: null,
      frameFault: null,
      test: null,
    };
    this.#link(key, row, asked);
    this.#keep(row, sample);
    return row;
  }

  #link(key: string, row: RecordRow, asked: RecordRow | undefined): void {
    if (row.role === 'request') this.#open.set(key, row);
    if (asked === undefined) return;
    const index = this.#rows.length - (row.seq - asked.seq);
    if (this.#rows[index] !== undefined) this.#rows[index] = { ...asked, pairSeq: row.seq };
  }

  #keep(row: RecordRow, sample: Sample): void {
    this.#rows.push(row);
    this.#shown.set(row.seq, sample);
    if (this.#rows.length <= DEFAULT_RECORDS) return;
    const oldest = this.#rows.shift();
    if (oldest !== undefined) this.#shown.delete(oldest.seq);
    this.#evicted += 1;
  }

  get rows(): readonly RecordRow[] {
    return this.#file?.rows ?? this.#rows;
  }

  /** Records as JSON lines, of rows alone. */
  export({ format, seqs }: { readonly format: string; readonly seqs: readonly number[] | null }) {
    const wanted = seqs === null ? null : new Set(seqs);
    const rows = this.rows.filter(({ seq }) => wanted === null || wanted.has(seq));
    const text = ['{"format":"enodeck-recording"}', ...rows.map((row) => JSON.stringify(row))].join('\n');
    return format === 'pcapng'
      ? { fileName: 'recording.pcapng', text: null, base64: btoa(text) }
      : { fileName: `recording.${format}`, text, base64: null };
  }

  /** Shows the rows of a file; a line that is no JSON is an error, as the node reports it. */
  import(name: string, text: string): RecordingStatus | ApiReply<never> {
    const lines = text.split('\n').slice(1);
    const rows: RecordRow[] = [];
    for (const [at, line] of lines.entries()) {
      try {
        rows.push(JSON.parse(line) as RecordRow);
      } catch {
        return errorReply('invalid-parameters', `Line ${at + 2} is no JSON.`, 'text');
      }
    }
    this.#file = { name, rows };
    this.#edition += 1;
    return this.status();
  }

  close(): RecordingStatus {
    this.#file = null;
    this.#edition += 1;
    return this.status();
  }

  status(): RecordingStatus {
    return {
      isRecording: this.#isRecording,
      scope: { nodes: null, discovery: false },
      startedAt: this.#startedAt,
      records: this.rows.length,
      bytes: Math.min(
        DEFAULT_RECORD_BYTES,
        this.#rows.reduce((sum, row) => sum + row.keptBytes + 600, 0),
      ),
      maxRecords: DEFAULT_RECORDS,
      maxBytes: DEFAULT_RECORD_BYTES,
      evicted: this.#evicted,
      first: this.rows[0]?.seq ?? null,
      last: this.rows[this.rows.length - 1]?.seq ?? null,
      file: this.#file?.name ?? null,
      edition: this.#edition,
    };
  }

  switch(isRecording: boolean): RecordingStatus {
    this.#isRecording = isRecording;
    this.#startedAt = isRecording ? Date.now() : this.#startedAt;
    return this.status();
  }

  clear(): RecordingStatus {
    this.#rows = [];
    return this.status();
  }

  detail(seq: number): RecordDetail | null {
    const row = this.rows.find((one) => one.seq === seq);
    const sample = this.#shown.get(seq);
    return row === undefined || sample === undefined ? null : { row, ...pickShown(sample), exchange: null };
  }

  summaries(seqs: readonly number[]): readonly RecordSummary[] {
    return seqs.flatMap((seq) => {
      const sample = this.#shown.get(seq);
      if (sample === undefined) return [];
      return [{ seq, summary: sample.decoded.summary, isBroken: sample.decoded.fault !== null }];
    });
  }

  search(filter: string): readonly number[] {
    const digits = /^hash:(?:0x)?([0-9a-f]+)$/.exec(filter)?.[1];
    if (digits === undefined) return [];
    return this.#rows
      .filter(({ seq }) => this.#shown.get(seq)?.payload.includes(digits) === true)
      .map(({ seq }) => seq);
  }
}

const pickShown = ({ payload, decoded }: Sample): Pick<RecordDetail, 'payload' | 'decoded'> => ({
  payload,
  decoded,
});
