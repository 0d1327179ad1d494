/** Reads a recording of JSON lines, which may come from anywhere. */
import { checkValue } from '../../shared/schema-check.ts';
import { z } from 'zod';
import { isCauseCode } from '../../shared/causes/catalogue.ts';
import {
  ANSWER_STATES,
  MAX_RECORD_BYTES,
  MAX_RECORDS,
  RECORD_KINDS,
  RECORD_PAYLOAD_BYTES,
  RECORD_SOURCES,
} from '../../shared/model/recording.ts';
import { hexToBytes } from '../base/bytes.ts';
import { EnodeckError } from '../base/errors.ts';
import type { Clock } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import type { ExportedRecord } from './exported-record.ts';
import { JSON_LINES_FORMAT, JSON_LINES_VERSION } from './json-lines.ts';

/** A file that is no recording; names the line. */
export class RecordingFileError extends EnodeckError<'invalid-parameters'> {
  readonly field = 'text';
  /** The first line is 1. */
  readonly line: number;

  constructor(line: number, reason: string) {
    super('api', 'invalid-parameters', `Line ${String(line)} ${reason}.`);
    this.line = line;
  }
}

const MAX_SEQ = Number.MAX_SAFE_INTEGER;
const count = z.int().min(0).max(MAX_SEQ);
const seq = z.int().min(1).max(MAX_SEQ);
const milliseconds = z.number().min(0).max(MAX_SEQ);
const shortText = z.string().max(256);
const causeCode = z.string().refine(isCauseCode, 'is no cause that this version knows');

const header = z.object({
  format: z.literal(JSON_LINES_FORMAT),
  version: z.literal(JSON_LINES_VERSION),
});

const timing = z.object({
  receivingMs: milliseconds.nullable(),
  waitingMs: milliseconds.nullable(),
  cipherMs: milliseconds.nullable(),
  snappyMs: milliseconds.nullable(),
});

/** The keys with a default are missing in files of earlier versions of the program. */
const recordLine = z.object({
  seq,
  at: milliseconds,
  monotonicMs: milliseconds,
  kind: z.enum(RECORD_KINDS),
  source: z.enum(RECORD_SOURCES),
  connection: count.nullable(),
  nodeId: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
    .nullable(),
  nodeName: z.string().max(2_048).nullable(),
  address: shortText,
  direction: z.enum(['in', 'out']),
  protocol: shortText,
  code: z.int().min(0).max(0xffff_ffff),
  name: shortText,
  wireBytes: count,
  compressedBytes: count.nullable().default(null),
  plainBytes: count,
  keptBytes: z.int().min(0).max(RECORD_PAYLOAD_BYTES),
  requestId: z
    .string()
    .regex(/^(\d{1,20}|([0-9a-f]{2}){1,32})$/, 'must be a decimal number of 64 bits, or 1 to 32 bytes of hex')
    .nullable(),
  pairSeq: seq.nullable(),
  role: z.enum(['request', 'answer', 'announcement']),
  latencyMs: milliseconds.nullable(),
  answerState: z.enum(ANSWER_STATES).nullable().default(null),
  timing: timing.nullable().default(null),
  cause: z.object({ code: causeCode, message: z.string().max(4_096) }).nullable(),
  frameFault: z
    .object({ frameStart: count, offset: count, frameBytes: count.nullable() })
    .nullable()
    .default(null),
  test: z
    .string()
    .regex(/^\d{1,12}$/, 'must be the ID of a test')
    .nullable()
    .default(null),
  payload: z
    .string()
    .max(2 * RECORD_PAYLOAD_BYTES)
    .regex(/^(?:[0-9a-f]{2})*$/, 'must be lower-case hex digits, two for each byte'),
});

/**
 * The records of a file, in its order. BOUNDED: MAX_RECORDS records, MAX_RECORD_BYTES bytes of payload.
 * @throws RecordingFileError for the first wrong line
 */
export async function readJsonLines(text: string, clock: Clock): Promise<readonly ExportedRecord[]> {
  const slices = new Slices(clock);
  const records: ExportedRecord[] = [];
  let [number, bytes, last] = [0, 0, 0];
  for (const line of linesOf(text)) {
    number += 1;
    if (number === 1) readHeader(line);
    else if (line.trim() !== '') {
      const record = readRecord(line, number);
      if (record.row.seq <= last) {
        throw new RecordingFileError(
          number,
          `has the number ${String(record.row.seq)} after ${String(last)}`,
        );
      }
      last = record.row.seq;
      bytes += record.payload.length;
      if (records.length >= MAX_RECORDS) {
        throw new RecordingFileError(number, `is beyond the limit of ${String(MAX_RECORDS)} records`);
      }
      if (bytes > MAX_RECORD_BYTES) {
        throw new RecordingFileError(number, `is beyond the limit of ${String(MAX_RECORD_BYTES)} bytes`);
      }
      records.push(record);
    }
    await slices.next();
  }
  return records;
}

/** Lines without their ends; none after the last line end. */
function* linesOf(text: string): Generator<string, void> {
  for (let at = 0; at < text.length || at === 0;) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    yield text.slice(at, text[stop - 1] === '\r' ? stop - 1 : stop);
    at = stop + 1;
  }
}

/** First character of a gzip file that was read as text. */
const GZIP = '\u001f';

function readHeader(line: string): void {
  if (line.startsWith(GZIP)) throw new RecordingFileError(1, 'is compressed: decompress the file first');
  // A byte order mark may precede the header.
  const json = parse(line.replace(/^\uFEFF/, ''), 1);
  const found = header.safeParse(json);
  if (found.success) return;
  const version = z.object({ format: z.literal(JSON_LINES_FORMAT), version: z.number() }).safeParse(json);
  throw new RecordingFileError(
    1,
    version.success
      ? `says format version ${String(version.data.version)}, this program reads ${String(JSON_LINES_VERSION)}`
      : `is no header of a recording: "format" must be "${JSON_LINES_FORMAT}"`,
  );
}

function readRecord(line: string, number: number): ExportedRecord {
  const checked = checkValue(recordLine, parse(line, number));
  if (!checked.ok) {
    const field = checked.path.map(String).join('.');
    throw new RecordingFileError(
      number,
      field === '' ? `is no record: it ${checked.reason}` : `has a wrong "${field}": it ${checked.reason}`,
    );
  }
  const { payload: hex, ...row } = checked.value;
  const payload = hexToBytes(hex);
  if (payload.length !== row.keptBytes) {
    const [kept, given] = [String(row.keptBytes), String(payload.length)];
    throw new RecordingFileError(number, `has a payload of ${given} bytes, "keptBytes" says ${kept}`);
  }
  if (row.plainBytes < row.keptBytes) {
    throw new RecordingFileError(number, 'keeps more bytes than the message has: "plainBytes" is too small');
  }
  return { row, payload };
}

function parse(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new RecordingFileError(number, 'is no JSON');
  }
}
