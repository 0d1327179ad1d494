/**
 * The text form of node records: enr: and unpadded URL-safe base64. Runs in browser and Node; what the record says and
 * whether its signature holds is src-main/node-record/enr.ts' to judge.
 * @see https://eips.ethereum.org/EIPS/eip-778#text-encoding
 */
import { formatBase64Url, parseBase64Url } from './base64url.ts';
import { refuseNodeText, type NodeTextRefusal } from './enode.ts';
import { strayPartOf } from './node-texts.ts';

/** Most bytes of an encoded record (EIP-778, "RLP Encoding"). */
export const MAX_ENR_BYTES = 300;

/** What a record's text can have wrong. */
export type EnrTextReason = 'missing-prefix' | 'too-large' | 'bad-base64' | 'truncated';

/** The outcome of reading a record's text. */
export type EnrTextResult =
  { readonly ok: true; readonly bytes: Uint8Array } | NodeTextRefusal<EnrTextReason>;

const PREFIX = 'enr:';

/** BOUNDED: text of the largest record; base64 spells three bytes with four characters. */
const MAX_ENR_TEXT = PREFIX.length + (MAX_ENR_BYTES / 3) * 4;

/** Reads the text of a record down to its bytes. */
export function parseEnrText(text: string): EnrTextResult {
  const result = readEnrText(text);
  return result.ok ? result : { ...result, message: strayPartOf(text) ?? result.message };
}

function readEnrText(text: string): EnrTextResult {
  if (!text.startsWith(PREFIX))
    return refuseNodeText('prefix', 'missing-prefix', 'A node record begins with enr:');
  if (text.length > MAX_ENR_TEXT) {
    return refuseNodeText('record', 'too-large', `A node record has at most ${String(MAX_ENR_BYTES)} bytes`);
  }
  const bytes = parseBase64Url(text.slice(PREFIX.length));
  if (bytes === undefined) {
    return refuseNodeText('record', 'bad-base64', 'After enr: stand only letters, digits, - and _');
  }
  if (bytes.length === 0) return refuseNodeText('record', 'truncated', 'After enr: stands no record');
  return { ok: true, bytes };
}

/** The text of an encoded record. */
export function formatEnrText(bytes: Uint8Array): string {
  return `${PREFIX}${formatBase64Url(bytes)}`;
}
