/** A record as exports write it, and the file that an export is. */
import type { RecordRow } from '../../shared/model/recording.ts';
import type { DecodedMessage } from '../../shared/model/wire.ts';
import { EnodeckError } from '../base/errors.ts';
import type { Clock } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import { describeMessage, fieldsOf } from '../wire/message-schema.ts';
import { recordSchema } from '../wire/registry.ts';

/** A row and the kept bytes of its payload. */
export interface ExportedRecord {
  readonly row: RecordRow;
  readonly payload: Uint8Array;
}

/** BOUNDED: bytes of an export. */
export const MAX_EXPORT_BYTES = 256 * 1024 * 1024;

/** An export beyond MAX_EXPORT_BYTES. */
export class ExportTooLargeError extends EnodeckError<'invalid-parameters'> {
  /** The parameter to change. */
  readonly field = 'seqs';

  constructor() {
    const limit = String(MAX_EXPORT_BYTES / 1024 / 1024);
    super('api', 'invalid-parameters', `The export is larger than ${limit} MiB: choose fewer records.`);
  }
}

/** Decodes the payload of a record; null for one that has none, or whose protocol is not decoded. */
export function decodeRecord({ row, payload }: ExportedRecord): DecodedMessage | null {
  const message = recordSchema(row);
  return message === undefined ? null : describeMessage(message, { bytes: payload, total: row.plainBytes });
}

/** The fields of a record, or why it has none; both null for one that is not decoded. */
export function fieldsOfRecord({ row, payload }: ExportedRecord): Pick<DecodedMessage, 'json' | 'fault'> {
  const message = recordSchema(row);
  if (message === undefined) return { json: null, fault: null };
  return fieldsOf(message, { bytes: payload, total: row.plainBytes });
}

/**
 * The pieces that `write` makes of each record. Other work of the node runs between slices of the records.
 * @throws ExportTooLargeError
 */
export async function writeAll<Piece extends string | Uint8Array>(
  records: Iterable<ExportedRecord>,
  clock: Clock,
  write: (record: ExportedRecord) => Piece,
): Promise<Piece[]> {
  const slices = new Slices(clock);
  const pieces: Piece[] = [];
  let size = 0;
  for (const record of records) {
    const piece = write(record);
    size += piece.length;
    if (size > MAX_EXPORT_BYTES) throw new ExportTooLargeError();
    pieces.push(piece);
    await slices.next();
  }
  return pieces;
}
