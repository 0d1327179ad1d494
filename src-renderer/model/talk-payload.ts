import { formatHex, parseHex } from '../../shared/hex.ts';

/** The format of a payload. */
export type PayloadForm = 'hex' | 'text';

/** The payload as hex without 0x, or what is wrong with it. */
export type PayloadResult =
  | { readonly ok: true; readonly hex: string; readonly bytes: number }
  | { readonly ok: false; readonly problem: 'not-hex' | 'half-byte' | 'too-long' };

/** Maximum bytes of a payload, as in the request `discovery.talk`. */
export const MAX_PAYLOAD_BYTES = 1_024;

/** Reads a payload: hex with or without 0x and white space, or text in UTF-8. */
export function readPayload(typed: string, form: PayloadForm): PayloadResult {
  const hex = form === 'text' ? formatHex(new TextEncoder().encode(typed)) : bareHex(typed);
  if (!/^[0-9a-f]*$/.test(hex)) return { ok: false, problem: 'not-hex' };
  if (hex.length % 2 === 1) return { ok: false, problem: 'half-byte' };
  const bytes = hex.length / 2;
  return bytes > MAX_PAYLOAD_BYTES ? { ok: false, problem: 'too-long' } : { ok: true, hex, bytes };
}

/** Converts a payload to the other format. Bytes that are not UTF-8 stay hex. */
export function convertPayload(typed: string, from: PayloadForm): string {
  const read = readPayload(typed, from);
  if (!read.ok) return typed;
  if (from === 'text') return read.hex;
  return textOf(read.hex) ?? typed;
}

/** Hex bytes as UTF-8 text; null if they are not UTF-8. */
export function textOf(hex: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(hex));
  } catch {
    return null;
  }
}

/** A hex dump: 16 bytes per line with offset and printable ASCII. */
export function hexLines(
  hex: string,
): readonly { readonly at: string; readonly bytes: string; readonly text: string }[] {
  const bytes = bytesOf(hex);
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => {
    const row = bytes.slice(line * 16, line * 16 + 16);
    return {
      at: (line * 16).toString(16).padStart(4, '0'),
      bytes: Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' '),
      text: Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(
        '',
      ),
    };
  });
}

const bareHex = (typed: string): string => typed.replaceAll(/\s+/g, '').toLowerCase().replace(/^0x/, '');
const bytesOf = (hex: string): Uint8Array => parseHex(hex) ?? new Uint8Array(0);
