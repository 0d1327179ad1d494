import type {
  RecordDetail,
  RecordingScope,
  RecordingStatus,
  RecordRow,
  RecordSummary,
} from '../../shared/model/recording.ts';
import type { DecodedMessage } from '../../shared/model/wire.ts';
import { matchesFilter, parseFilter, type FilterTerm } from '../../shared/record-filter.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import { ApiError } from '../api/api-error.ts';
import type { RecorderControl } from '../api/backend.ts';
import { bytesToHex, hexToBytes, indexOfBytes } from '../base/bytes.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { RingLimits, StoredRecord } from '../recorder/record-ring.ts';
import { describeMessage, summarizeMessage, type MessageSchema } from '../wire/message-schema.ts';
import { protocolSchema } from '../wire/registry.ts';

/** Bounds of the ring from the settings. */
export function recordLimitsOf(settings: Pick<NodeSettings, 'recordLimit' | 'recordMegabytes'>): RingLimits {
  return { maxRecords: settings.recordLimit, maxBytes: settings.recordMegabytes * BYTES_PER_MEGABYTE };
}

const BYTES_PER_MEGABYTE = 1_024 * 1_024;

/** The recording as windows and JSON-RPC use it. Messages are decoded when they are requested. */
export class RecorderController implements RecorderControl {
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  status(): RecordingStatus {
    return this.#recorder.status();
  }

  start(scope: RecordingScope): RecordingStatus {
    this.#recorder.start(scope);
    return this.#recorder.status();
  }

  stop(): RecordingStatus {
    this.#recorder.stop();
    return this.#recorder.status();
  }

  clear(): RecordingStatus {
    this.#recorder.clear();
    return this.#recorder.status();
  }

  /** Rows of all kept records, oldest first. */
  all(): readonly RecordRow[] {
    return this.after(0);
  }

  /** Rows of the kept records after a sequence number, oldest first. */
  after(seq: number): readonly RecordRow[] {
    return [...this.#recorder.from(seq + 1)].map(({ row }) => row);
  }

  /** A record with its payload and fields; null when it is no longer kept. */
  detail(seq: number): RecordDetail | null {
    const record = this.#recorder.get(seq);
    if (record === undefined) return null;
    return { row: record.row, payload: bytesToHex(record.payload), decoded: decode(record) };
  }

  /** Summaries of the records that are still kept. */
  summaries(seqs: readonly number[]): readonly RecordSummary[] {
    return seqs.flatMap((seq) => {
      const record = this.#recorder.get(seq);
      return record === undefined ? [] : [summaryOf(record)];
    });
  }

  /**
   * The sequence numbers of all kept records that match a filter, oldest first.
   * @throws ApiError `invalid-parameters` with the field `filter`
   */
  search(filter: string): readonly number[] {
    return this.#matching(filter).map(({ row }) => row.seq);
  }

  /**
   * Records that match a filter, decoded, newest first.
   * @param before a sequence number; null for the newest
   * @throws ApiError `invalid-parameters` with the field `filter`
   */
  page(filter: string, before: number | null, limit: number): readonly RecordDetail[] {
    return this.#matching(filter)
      .filter(({ row }) => before === null || row.seq < before)
      .slice(-limit)
      .reverse()
      .map((record) => ({ row: record.row, payload: bytesToHex(record.payload), decoded: decode(record) }));
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
        `Messages of ${protocol.slice(0, 64)} are not decoded.`,
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

  #matching(filter: string): readonly StoredRecord[] {
    const terms = termsOf(filter);
    return [...this.#recorder.from(0)].filter((record) => matches(record, terms));
  }
}

function termsOf(filter: string): readonly FilterTerm[] {
  const parsed = parseFilter(filter);
  if (parsed.ok) return parsed.terms;
  const at = String(parsed.at + 1);
  throw new ApiError(
    'invalid-parameters',
    `The filter is wrong at character ${at}: ${parsed.reason}.`,
    'filter',
  );
}

function matches(record: StoredRecord, terms: readonly FilterTerm[]): boolean {
  return matchesFilter(record.row, terms, (_, term) => payloadHas(record, term));
}

function payloadHas({ payload }: StoredRecord, term: FilterTerm): boolean {
  if (term.kind !== 'key') return false;
  return term.values.some((value) =>
    term.key === 'hash' ? indexOfBytes(payload, hexToBytes(value)) >= 0 : textOf(payload).includes(value),
  );
}

const latin1 = new TextDecoder('latin1');

/** Payload as lower-case text; the values of a filter are lower-case too. */
const textOf = (payload: Uint8Array): string => latin1.decode(payload).toLowerCase();

/** The schema of a record's payload; undefined for a record without a payload that is decoded. */
function schemaOf({ kind, protocol, code }: RecordRow): MessageSchema | undefined {
  return kind === 'bad-frame' || kind === 'end' ? undefined : protocolSchema(protocol)?.message(code);
}

function decode({ row, payload }: StoredRecord): DecodedMessage | null {
  const message = schemaOf(row);
  return message === undefined ? null : describeMessage(message, { bytes: payload, total: row.plainBytes });
}

function summaryOf(record: StoredRecord): RecordSummary {
  const { seq, kind, cause, plainBytes } = record.row;
  const message = schemaOf(record.row);
  if (message === undefined) {
    const summary = cause?.message ?? `${String(plainBytes)} bytes`;
    return { seq, summary, isBroken: kind === 'bad-frame' };
  }
  return { seq, ...summarizeMessage(message, { bytes: record.payload, total: plainBytes }) };
}
