/**
 * A recording as JSON lines: a header, then one record a line.
 * @see docs/recording.md
 */
import type { RecordRow } from '../../shared/model/recording.ts';
import type { WireFault, WireJson } from '../../shared/model/wire.ts';
import { bytesToHex } from '../base/bytes.ts';
import { fieldsOfRecord, type ExportedRecord } from './exported-record.ts';

/** Value of `format` in the header. */
export const JSON_LINES_FORMAT = 'enodeck-recording';
/** Version of the format. */
export const JSON_LINES_VERSION = 1;

/** The first line. */
export interface RecordingHeader {
  readonly format: typeof JSON_LINES_FORMAT;
  readonly version: typeof JSON_LINES_VERSION;
  /** When the file was written, Unix milliseconds. */
  readonly exportedAt: number;
  /** Whether addresses and node IDs were left out. */
  readonly anonymous: boolean;
}

/** A line of a record: its row, the kept bytes of the payload, and what they decode to. */
export interface RecordLine extends RecordRow {
  /** Hex without 0x. */
  readonly payload: string;
  /** Null for a message that is not decoded, was not kept whole, or is malformed. */
  readonly fields: WireJson | null;
  readonly fault: WireFault | null;
}

/** The header with its line end. */
export function headerLine(exportedAt: number, anonymous: boolean): string {
  const header: RecordingHeader = {
    format: JSON_LINES_FORMAT,
    version: JSON_LINES_VERSION,
    exportedAt,
    anonymous,
  };
  return `${JSON.stringify(header)}\n`;
}

/** A record with its line end. */
export function recordLine(record: ExportedRecord): string {
  const { json: fields, fault } = fieldsOfRecord(record);
  const line: RecordLine = { ...record.row, payload: bytesToHex(record.payload), fields, fault };
  return `${JSON.stringify(line)}\n`;
}
