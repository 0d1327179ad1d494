/** The position of an error in the text of a node, for people who have to correct it. */
import { MAX_ENR_BYTES } from '../../shared/enr-text.ts';
import type { NodeTextError } from './node-factory.ts';

/** What is wrong in a text that is neither an enode URL nor a record. */
export interface WrongText {
  /** Index of the character at fault, the length of the text where it ends too early; null where no single one is. */
  readonly at: number | null;
  readonly reason: string;
}

const HEX_START = /^(?:0x)?[0-9a-f]{16}/i;
const ENODE = 'enode://';
const ENR = 'enr:';
const KEY_DIGITS = 128;

/** Where a text that `parseNode` refused is wrong, and what is due there. @param error the refusal of `input` */
export function wrongTextOf(input: string, error: NodeTextError): WrongText {
  const { field, reason: code, message: reason } = error;
  if (/\s/.test(input)) return { at: input.search(/\s/), reason: 'a node has no white space' };
  switch (field) {
    case 'prefix':
      return prefixFault(input, reason);
    case 'public-key':
      return keyFault(input, code, reason);
    case 'host':
      return { at: hostAt(input), reason };
    case 'port':
      return { at: portAt(input), reason };
    case 'discport':
      return { at: input.indexOf('discport=') + 'discport='.length, reason };
    case 'record':
      return recordFault(input, code, reason);
  }
}

/** The first character that differs from the prefix that the text resembles. */
function prefixFault(input: string, reason: string): WrongText {
  if (HEX_START.test(input)) {
    const digits = input.replace(/^0x/i, '');
    const start = input.length - digits.length;
    const bad = digits.search(/[^0-9a-f]/i);
    const count = `a node ID has 64 hex digits, a public key ${String(KEY_DIGITS)}`;
    if (bad >= 0) return { at: start + bad, reason: `${count}; this is no hex digit` };
    return { at: input.length, reason: `${count}; these are ${String(digits.length)}` };
  }
  const prefix = /^enr/i.test(input) ? ENR : ENODE;
  let at = 0;
  while (at < prefix.length && input[at]?.toLowerCase() === prefix[at]) at++;
  return { at, reason };
}

function keyFault(input: string, code: string, reason: string): WrongText {
  const start = ENODE.length;
  const at = input.indexOf('@');
  const key = input.slice(start, at < 0 ? undefined : at);
  const bad = key.search(/[^0-9a-f]/i);
  if (code === 'missing-public-key') return { at: start, reason };
  if (bad >= 0) return { at: start + bad, reason };
  // Too short: the next digit is due; too long: the first digit too many; not on the curve: the key as a whole.
  const wrong = key.length === KEY_DIGITS ? 0 : Math.min(key.length, KEY_DIGITS);
  return { at: start + wrong, reason };
}

const hostAt = (input: string): number => {
  const at = input.lastIndexOf('@');
  return at < 0 ? input.length : at + 1;
};

/** After the last colon of the authority; its end where there is no port. */
function portAt(input: string): number {
  const host = hostAt(input);
  const rest = input.slice(host);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const colon = authority.lastIndexOf(':');
  return colon < 0 || colon < authority.lastIndexOf(']') ? host + authority.length : host + colon + 1;
}

function recordFault(input: string, code: string, reason: string): WrongText {
  const start = ENR.length;
  const text = input.slice(start);
  const bad = text.search(/[^0-9A-Za-z_-]/);
  if (bad >= 0)
    return { at: start + bad, reason: `${reason}; base64url has A to Z, a to z, 0 to 9, - and _` };
  if (code === 'truncated' || code === 'bad-base64') return { at: input.length, reason };
  if (code === 'too-large') return { at: start + Math.ceil((MAX_ENR_BYTES * 4) / 3), reason };
  return { at: null, reason };
}
