/*
 * The text form of ENRs: enr: and unpadded URL-safe base64. For browser and Node. src-main/node-record/enr.ts decodes
 * the content and verifies the signature.
 * @see https://eips.ethereum.org/EIPS/eip-778#text-encoding
 */
import { formatBase64Url, parseBase64Url } from './base64url.ts';
import { refuseNodeText, type NodeTextRefusal } from './enode.ts';
import { strayPartOf } from './node-texts.ts';

/** Maximum bytes of an encoded ENR. @see https://eips.ethereum.org/EIPS/eip-778#rlp-encoding */
export const MAX_ENR_BYTES = 300;

/** Why the text of an ENR is refused. */
export type EnrTextReason = 'missing-prefix' | 'too-large' | 'bad-base64' | 'truncated';

/** The outcome of reading the text of an ENR. */
export type EnrTextResult =
  { readonly ok: true; readonly bytes: Uint8Array } | NodeTextRefusal<EnrTextReason>;

const PREFIX = 'enr:';

/** BOUNDED: characters of the largest ENR; base64 encodes 3 bytes as 4 characters. */
const MAX_ENR_TEXT = PREFIX.length + (MAX_ENR_BYTES / 3) * 4;

/** The encoded bytes of an ENR's text; the content is not decoded. */
export function parseEnrText(text: string): EnrTextResult {
  const result = readEnrText(text);
  return result.ok ? result : { ...result, message: strayPartOf(text) ?? result.message };
}

function readEnrText(text: string): EnrTextResult {
  if (!text.startsWith(PREFIX)) return refuseNodeText('prefix', 'missing-prefix', 'An ENR starts with enr:');
  if (text.length > MAX_ENR_TEXT) {
    return refuseNodeText('record', 'too-large', `An ENR has at most ${String(MAX_ENR_BYTES)} bytes`);
  }
  const bytes = parseBase64Url(text.slice(PREFIX.length));
  if (bytes === undefined) {
    return refuseNodeText(
      'record',
      'bad-base64',
      'The text after enr: is not URL-safe base64 without padding',
    );
  }
  if (bytes.length === 0) return refuseNodeText('record', 'truncated', 'The text after enr: is empty');
  return { ok: true, bytes };
}

/** The text of an encoded ENR. */
export function formatEnrText(bytes: Uint8Array): string {
  return `${PREFIX}${formatBase64Url(bytes)}`;
}
