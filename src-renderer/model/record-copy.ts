import type { RecordDetail } from '../../shared/model/recording.ts';
import type { WireNode } from '../../shared/model/wire.ts';
import { formatHex } from '../../shared/hex.ts';
import { rlpParts } from './hex-lines.ts';

/** Ways to copy a message or the chosen field. */
export const COPY_FORMS = ['json', 'payload', 'vector', 'value', 'bytes', 'rlp'] as const;

/** One of COPY_FORMS. */
export type CopyForm = (typeof COPY_FORMS)[number];

/**
 * The text to copy; null where there is none.
 * `payload` is the message's bytes; `bytes` are the field's without its RLP header, `rlp` those with it.
 */
export function copyTextOf(
  form: CopyForm,
  detail: RecordDetail,
  bytes: Uint8Array,
  field: WireNode | null,
): string | null {
  switch (form) {
    case 'json':
      return detail.decoded?.json == null ? null : JSON.stringify(detail.decoded.json, null, 2);
    case 'payload':
      return `0x${detail.payload}`;
    case 'vector':
      return JSON.stringify(vectorOf(detail), null, 2);
    case 'value':
      return field?.value ?? null;
    case 'bytes':
    case 'rlp':
      return field === null ? null : hexOf(form, bytes, field);
  }
}

function hexOf(form: 'bytes' | 'rlp', bytes: Uint8Array, field: WireNode): string | null {
  if (field.start === field.end || field.end > bytes.length) return null;
  const header = form === 'rlp' ? 0 : (rlpParts(bytes, field)?.header ?? 0);
  return `0x${formatHex(bytes.subarray(field.start + header, field.end))}`;
}

/** A message as a test vector: its bytes, and what they decode to or where they are wrong. */
function vectorOf({ row, payload, decoded }: RecordDetail) {
  const fault = decoded?.fault ?? null;
  const common = { protocol: row.protocol, code: row.code, name: row.name, payload: `0x${payload}` };
  if (fault === null) return { ...common, fields: decoded?.json ?? null };
  const { code, offset, path, message } = fault;
  return { ...common, fault: { code, offset, path, message } };
}
