/**
 * The filter language of the recording, for the window and for JSON-RPC: terms that all must hold, as in
 * `peer:archive msg:GetReceipts,Receipts -dir:in size>10k`. A word without a key matches names, addresses and messages.
 */
import type { RecordRow } from './model/recording.ts';

/** Keys of terms with `:`. */
export const FILTER_KEYS = ['peer', 'proto', 'msg', 'dir', 'id', 'hash', 'text', 'no', 'test'] as const;
/** Keys of terms with `>` or `<`. */
export const FILTER_SIZES = ['size', 'latency'] as const;
/** Terms without a value: faults and ends of connections; requests without an answer. */
export const FILTER_FLAGS = ['err', 'open'] as const;

type Key = (typeof FILTER_KEYS)[number];
type SizeKey = (typeof FILTER_SIZES)[number];
type Flag = (typeof FILTER_FLAGS)[number];

/** BOUNDED: characters of a filter, and terms. */
export const MAX_FILTER_LENGTH = 1_024;
const MAX_TERMS = 32;

/** One term. `source` is its text as it was entered. */
export type FilterTerm = { readonly source: string; readonly isNegated: boolean } & (
  | { readonly kind: 'key'; readonly key: Key; readonly values: readonly string[] }
  | { readonly kind: 'size'; readonly key: SizeKey; readonly above: boolean; readonly limit: number }
  | { readonly kind: 'flag'; readonly flag: Flag }
  | { readonly kind: 'word'; readonly word: string }
);

/** A filter that was read, or what is wrong with it. */
export type ParsedFilter =
  | { readonly ok: true; readonly terms: readonly FilterTerm[] }
  | { readonly ok: false; readonly at: number; readonly reason: string };

/** What is wrong with a filter, at a character. */
interface Problem {
  readonly at: number;
  readonly reason: string;
}

/** Reads a filter. */
export function parseFilter(text: string): ParsedFilter {
  const terms = text.length > MAX_FILTER_LENGTH ? tooLong() : termsOf(text);
  return 'reason' in terms ? { ok: false, ...terms } : { ok: true, terms };
}

function tooLong(): Problem {
  return { at: MAX_FILTER_LENGTH, reason: `a filter has at most ${String(MAX_FILTER_LENGTH)} characters` };
}

function termsOf(text: string): readonly FilterTerm[] | Problem {
  const words = wordsOf(text);
  if ('reason' in words) return words;
  const terms: FilterTerm[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const isNot = word.text.toLowerCase() === 'not';
    const term = isNot ? negatedTerm(word, words[index + 1]) : plainTerm(word);
    if ('reason' in term) return term;
    if (isNot) index += 1;
    terms.push(term);
    if (terms.length > MAX_TERMS) {
      return { at: word.at, reason: `a filter has at most ${String(MAX_TERMS)} terms` };
    }
  }
  return terms;
}

function negatedTerm(not: Word, next: Word | undefined): FilterTerm | Problem {
  if (next === undefined) return { at: not.at, reason: 'not needs a term behind it' };
  return termOf(next, `${not.text} ${next.text}`, true);
}

function plainTerm(word: Word): FilterTerm | Problem {
  if (!word.text.startsWith('-') || word.text.length === 1) return termOf(word, word.text, false);
  return termOf({ text: word.text.slice(1), at: word.at + 1 }, word.text, true);
}

/** Whether a term reads payloads, so that only the node can answer it. */
export function needsPayload(term: FilterTerm): boolean {
  return term.kind === 'key' && (term.key === 'hash' || term.key === 'text');
}

/**
 * Whether a row has everything that the terms ask for.
 * @param payloadHas answers a term for which `needsPayload` is true, negation left out
 */
export function matchesFilter(
  row: RecordRow,
  terms: readonly FilterTerm[],
  payloadHas: (row: RecordRow, term: FilterTerm) => boolean,
): boolean {
  return terms.every((term) => {
    const holds = needsPayload(term) ? payloadHas(row, term) : holdsFor(row, term);
    return holds !== term.isNegated;
  });
}

interface Word {
  readonly text: string;
  /** Character in the filter. */
  readonly at: number;
}

/** Splits at spaces outside double quotes; the quotes stay. */
function wordsOf(text: string): readonly Word[] | Problem {
  const words: Word[] = [];
  for (const match of text.matchAll(/(?:"[^"]*"|[^\s"])+|"/g)) {
    const isUnclosed = (match[0].match(/"/g) ?? []).length % 2 === 1;
    if (isUnclosed) return { at: match.index, reason: 'the quotation mark is not closed' };
    words.push({ text: match[0], at: match.index });
  }
  return words;
}

function termOf({ text, at }: Word, source: string, isNegated: boolean): FilterTerm | Problem {
  const common = { source, isNegated };
  const lower = text.toLowerCase();
  if (isOneOf(FILTER_FLAGS, lower)) return { ...common, kind: 'flag', flag: lower };
  const size = /^(\w+)([<>])(.*)$/.exec(lower);
  if (size !== null) return sizeTerm(common, size, at);
  const colon = text.indexOf(':');
  const key = lower.slice(0, colon);
  if (colon > 0 && isOneOf(FILTER_KEYS, key)) return keyTerm(common, key, text.slice(colon + 1), at + colon);
  if (colon > 0 && /^[a-z]+$/.test(key)) {
    const known = FILTER_KEYS.map((each) => `${each}:`).join(' ');
    return { at, reason: `${key}: is not known; known are ${known}` };
  }
  return { ...common, kind: 'word', word: unquoted(text).toLowerCase() };
}

type Common = Pick<FilterTerm, 'source' | 'isNegated'>;

/** @param at character of the colon */
function keyTerm(common: Common, key: Key, text: string, at: number): FilterTerm | Problem {
  const values = text
    .split(',')
    .map((value) => unquoted(value).toLowerCase())
    .filter((value) => value !== '');
  if (values.length === 0) return { at, reason: `${key}: needs a value` };
  if (key === 'dir' && values.some((value) => value !== 'in' && value !== 'out')) {
    return { at: at + 1, reason: 'dir: is in or out' };
  }
  if (key === 'hash' && values.some((value) => !/^(0x)?([0-9a-f]{2}){2,32}$/.test(value))) {
    return { at: at + 1, reason: 'hash: needs 2 to 32 bytes as hex digits' };
  }
  return { ...common, kind: 'key', key, values };
}

function sizeTerm(
  common: Common,
  [, key = '', sign, value = '']: readonly string[],
  at: number,
): FilterTerm | Problem {
  if (!isOneOf(FILTER_SIZES, key)) {
    return { at, reason: `${key} cannot be compared; ${FILTER_SIZES.join(' and ')} can` };
  }
  const number = /^(\d+(?:\.\d+)?)(k|m|kb|mb|b|ms|s)?$/.exec(value);
  if (number === null) return { at: at + key.length + 1, reason: `${key} needs a number, as in ${key}>100` };
  const factor = FACTORS[number[2] ?? ''] ?? 1;
  return { ...common, kind: 'size', key, above: sign === '>', limit: Number(number[1]) * factor };
}

/** Decimal units; latency is in milliseconds. */
const FACTORS: Readonly<Record<string, number>> = {
  k: 1_000,
  kb: 1_000,
  m: 1_000_000,
  mb: 1_000_000,
  s: 1_000,
};

function holdsFor(row: RecordRow, term: FilterTerm): boolean {
  switch (term.kind) {
    case 'word':
      return [row.name, row.protocol, row.nodeName ?? '', row.address, row.nodeId ?? ''].some((text) =>
        text.toLowerCase().includes(term.word),
      );
    case 'flag':
      return term.flag === 'err' ? row.cause !== null : row.role === 'request' && row.pairSeq === null;
    case 'size': {
      const value = term.key === 'size' ? row.plainBytes : row.latencyMs;
      return value !== null && (term.above ? value > term.limit : value < term.limit);
    }
    case 'key':
      return term.values.some((value) => hasValue(row, term.key, value));
  }
}

function hasValue(row: RecordRow, key: Key, value: string): boolean {
  switch (key) {
    case 'peer':
      return [row.nodeName ?? '', row.address, row.nodeId ?? ''].some((text) =>
        text.toLowerCase().includes(value),
      );
    case 'proto':
      return row.protocol === value || row.protocol.startsWith(`${value}/`);
    case 'msg':
      return row.name.toLowerCase() === value;
    case 'dir':
      return row.direction === value;
    case 'id':
      return row.requestId === value;
    case 'no':
      return String(row.seq) === value;
    case 'test':
      return row.test === value;
    case 'hash':
    case 'text':
      return false;
  }
}

const unquoted = (text: string): string => text.replaceAll('"', '');

function isOneOf<One extends string>(all: readonly One[], text: string): text is One {
  return (all as readonly string[]).includes(text);
}
