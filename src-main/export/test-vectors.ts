/** Messages as test vectors: one JSON document, as the vectors of the specifications and clients are. */
import { to0x } from '../base/bytes.ts';
import { fieldsOfRecord, type ExportedRecord } from './exported-record.ts';

/** The start of the document. */
export const VECTORS_START = '{\n  "source": "recorded by Enodeck",\n  "messages": [\n';
/** The end of the document. */
export const VECTORS_END = '\n  ]\n}\n';

/** Whether a record makes a vector: a message or packet that was kept whole. */
export function isVector({ row }: ExportedRecord): boolean {
  const hasPayload = row.kind !== 'bad-frame' && row.kind !== 'end';
  return hasPayload && row.keptBytes === row.plainBytes;
}

/** One vector, indented; without a comma. */
export function vectorOf(record: ExportedRecord): string {
  const { protocol, name, code, direction } = record.row;
  const { json: fields, fault } = fieldsOfRecord(record);
  const vector = {
    protocol,
    name,
    code,
    direction,
    payload: to0x(record.payload),
    size: record.payload.length,
    fields,
    ...(fault === null ? {} : { fault }),
  };
  return JSON.stringify(vector, null, 2).replace(/^/gm, '    ');
}
