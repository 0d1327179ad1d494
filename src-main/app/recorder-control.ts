import type { RequestParams } from '../../shared/api-contract.ts';
import type {
  ExportedRecording,
  RecordDetail,
  RecordingScope,
  RecordingStatus,
  RecordRow,
  RecordSummary,
} from '../../shared/model/recording.ts';
import type { DecodedMessage, WireNode } from '../../shared/model/wire.ts';
import { ApiError } from '../api/api-error.ts';
import type { RecorderControl } from '../api/backend.ts';
import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { exportRecording } from '../export/export-recording.ts';
import { decodeRecord, type ExportedRecord } from '../export/exported-record.ts';
import { readJsonLines } from '../export/read-json-lines.ts';
import { RecordingFile } from '../export/recording-file.ts';
import { describeMessage, summarizeMessage } from '../wire/message-schema.ts';
import { exchangeFactsOf } from './exchange-facts.ts';
import { matches, searchRecords, termsOf } from './record-search.ts';
import { PROTOCOL_NAMES, protocolSchema, recordSchema } from '../wire/registry.ts';

/**
 * BOUNDED: fields and bytes of payload of one page, counted together. A page ends after the record that reaches it, so that the
 * answer stays below about 15 MB and half a second of decoding.
 */
const PAGE_SIZE = 50_000;

/** The recording as windows and JSON-RPC use it. Messages are decoded when they are requested. */
export class RecorderController implements RecorderControl {
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #application: string;
  /** The file that is shown in place of the recording. */
  #file: RecordingFile | undefined;
  #edition = 0;

  /** @param application name and version of the program, for exports */
  constructor(recorder: Recorder, context: { readonly clock: Clock; readonly application: string }) {
    this.#recorder = recorder;
    this.#clock = context.clock;
    this.#application = context.application;
  }

  /** State of the node's recording; while a file is shown, its name and its records. */
  status(): RecordingStatus {
    return { ...this.#recorder.status(), ...this.#file?.status(), edition: this.#edition };
  }

  start(scope: RecordingScope): RecordingStatus {
    this.#recorder.start(scope);
    return this.status();
  }

  stop(): RecordingStatus {
    this.#recorder.stop();
    return this.status();
  }

  clear(): RecordingStatus {
    this.#recorder.clear();
    return this.status();
  }

  /**
   * Records as a file; `seqs` null for all. Of the chosen ones those that are still kept.
   * @throws ExportTooLargeError
   */
  export({ format, seqs, anonymous }: RequestParams<'recorder.export'>): Promise<ExportedRecording> {
    const records = seqs === null ? [...this.#shown.from(0)] : this.#chosen(seqs);
    const options = { format, anonymous, clock: this.#clock, application: this.#application };
    return exportRecording(records, options);
  }

  /**
   * Shows a file of JSON lines in place of the recording, which goes on.
   * @throws RecordingFileError for the first wrong line; what was shown stays
   */
  async import(fileName: string, text: string): Promise<RecordingStatus> {
    this.#show(new RecordingFile(fileName, await readJsonLines(text, this.#clock)));
    return this.status();
  }

  /** Shows the recording again. */
  close(): RecordingStatus {
    this.#show(undefined);
    return this.status();
  }

  #show(file: RecordingFile | undefined): void {
    this.#file = file;
    this.#edition += 1;
  }

  /** Grows with each file that is shown or closed. */
  get edition(): number {
    return this.#edition;
  }

  /** Rows of all kept records, oldest first. */
  all(): readonly RecordRow[] {
    return this.after(0);
  }

  /** Rows of the kept records after a sequence number, oldest first. */
  after(seq: number): readonly RecordRow[] {
    return [...this.#shown.from(seq + 1)].map(({ row }) => row);
  }

  /** A record with its payload and fields; null when it is no longer kept. */
  detail(seq: number): RecordDetail | null {
    const record = this.#shown.get(seq);
    return record === undefined ? null : this.#detailOf(record);
  }

  /** Summaries of the records that are still kept. */
  async summaries(seqs: readonly number[]): Promise<readonly RecordSummary[]> {
    const slices = new Slices(this.#clock);
    const summaries: RecordSummary[] = [];
    for (const seq of seqs) {
      const record = this.#shown.get(seq);
      if (record !== undefined) summaries.push(summaryOf(record));
      await slices.next();
    }
    return summaries;
  }

  /**
   * The sequence numbers of all kept records that match a filter, oldest first.
   * @throws ApiError `invalid-parameters` with the field `filter`
   */
  async search(filter: string): Promise<readonly number[]> {
    return await searchRecords(this.#shown.from(0), termsOf(filter), this.#clock);
  }

  /**
   * Records that match a filter, decoded, newest first: at most `limit`, and fewer where they are large.
   * @param before a sequence number; null for the newest
   * @throws ApiError `invalid-parameters` with the field `filter`
   */
  async page(filter: string, before: number | null, limit: number): Promise<readonly RecordDetail[]> {
    const slices = new Slices(this.#clock);
    const terms = termsOf(filter);
    const page: RecordDetail[] = [];
    let size = 0;
    for (const record of this.#shown.before(before ?? Number.POSITIVE_INFINITY)) {
      if (page.length >= limit || size >= PAGE_SIZE) break;
      if (matches(record, terms)) {
        const detail = this.#detailOf(record);
        page.push(detail);
        size += sizeOf(detail);
      }
      await slices.next();
    }
    return page;
  }

  /**
   * Decodes a payload that is no record.
   * @param payload hex digits
   * @throws ApiError `invalid-parameters` for a protocol or a code without a schema
   */
  decode(protocol: string, code: number, payload: string): DecodedMessage {
    const schema = protocolSchema(protocol);
    if (schema === undefined) {
      throw new ApiError(
        'invalid-parameters',
        `The protocol ${protocol.slice(0, 64)} is not decoded, only ${PROTOCOL_NAMES.join(', ')}.`,
        'protocol',
      );
    }
    const message = schema.message(code);
    if (message === undefined) {
      throw new ApiError(
        'invalid-parameters',
        `${protocol} has no message with the code ${String(code)}.`,
        'code',
      );
    }
    const bytes = hexToBytes(payload);
    return describeMessage(message, { bytes, total: bytes.length });
  }

  follow(filter: string): (listener: (row: RecordRow) => void) => Unsubscribe {
    const terms = termsOf(filter);
    return (listener) =>
      this.#recorder.onRecord((record) => {
        if (matches(record, terms)) listener(record.row);
      });
  }

  /** The file, or else the recording. */
  get #shown(): {
    get(seq: number): ExportedRecord | undefined;
    from(seq: number): Iterable<ExportedRecord>;
    before(seq: number): Iterable<ExportedRecord>;
  } {
    return this.#file ?? this.#recorder;
  }

  #detailOf(record: ExportedRecord): RecordDetail {
    return {
      row: record.row,
      payload: bytesToHex(record.payload),
      decoded: decodeRecord(record),
      exchange: exchangeFactsOf(record, (seq) => this.#shown.get(seq)),
    };
  }

  #chosen(seqs: readonly number[]): readonly ExportedRecord[] {
    const ordered = [...new Set(seqs)].sort((a, b) => a - b);
    return ordered.map((seq) => this.#shown.get(seq)).filter((record) => record !== undefined);
  }
}

/** The fields of the tree, and the bytes of the payload. */
function sizeOf({ decoded, payload }: RecordDetail): number {
  return payload.length / 2 + (decoded === null ? 0 : nodesOf(decoded.tree));
}

function nodesOf(node: WireNode): number {
  return node.children.reduce((sum, child) => sum + nodesOf(child), 1);
}

function summaryOf(record: ExportedRecord): RecordSummary {
  const { seq, kind, cause, plainBytes } = record.row;
  const message = recordSchema(record.row);
  // Of what was dropped the reason is what counts.
  if (message === undefined || kind === 'dropped') {
    const summary = cause?.message ?? `${String(plainBytes)} bytes`;
    return { seq, summary, isBroken: kind === 'bad-frame' };
  }
  return { seq, ...summarizeMessage(message, { bytes: record.payload, total: plainBytes }) };
}
