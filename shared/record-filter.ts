/**
 * The filter language of the recording, for the window and for JSON-RPC: terms that all must hold, as in
 * `peer:archive msg:GetReceipts,Receipts -dir:in size>10k`. A word without a key matches names, addresses and messages.
 */
import type { RecordRow } from './model/recording.ts';

/** Keys of terms with `:`. */
export const FILTER_KEYS = ['peer', 'proto', 'msg', 'dir', 'id', 'hash', 'text', 'no'] as const;
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

/** Thrown and caught within this file. */
class FilterFault extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

/** Reads a filter. */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > MAX_FILTER_LENGTH) {
    return {
      ok: false,
      at: MAX_FILTER_LENGTH,
      reason: `a filter has at most ${String(MAX_FILTER_LENGTH)} characters`,
    };
  }
  try {
    const words = wordsOf(text);
    const terms: FilterTerm[] = [];
    for (let index = 0; index < words.length; index++) {
      const word = words[index];
      if (word === undefined) break;
      const next = words[index + 1];
      if (word.text.toLowerCase() === 'not') {
        if (next === undefined) throw new FilterFault(word.at, 'not needs a term behind it');
        terms.push(termOf(next, `${word.text} ${next.text}`, true));
        index += 1;
      } else if (word.text.startsWith('-') && word.text.length > 1) {
        terms.push(termOf({ text: word.text.slice(1), at: word.at + 1 }, word.text, true));
      } else {
        terms.push(termOf(word, word.text, false));
      }
      if (terms.length > MAX_TERMS)
        throw new FilterFault(word.at, `a filter has at most ${String(MAX_TERMS)} terms`);
    }
    return { ok: true, terms };
  } catch (error) {
    if (!(error instanceof FilterFault)) throw error;
    return { ok: false, at: error.at, reason: error.message };
  }
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
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(/(?:"[^"]*"|[^\s"])+|"/g)) {
    const unclosed = (match[0].match(/"/g) ?? []).length % 2 === 1;
    if (unclosed) throw new FilterFault(match.index, 'the quotation mark is not closed');
    words.push({ text: match[0], at: match.index });
  }
  return words;
}

function termOf({ text, at }: Word, source: string, isNegated: boolean): FilterTerm {
  const common = { source, isNegated };
  const lower = text.toLowerCase();
  if (isOneOf(FILTER_FLAGS, lower)) return { ...common, kind: 'flag', flag: lower };
  const size = /^(\w+)([<>])(.*)$/.exec(lower);
  if (size !== null) return { ...common, ...sizeTerm(size, at) };
  const colon = text.indexOf(':');
  const key = lower.slice(0, colon);
  if (colon > 0 && isOneOf(FILTER_KEYS, key)) {
    const values = text
      .slice(colon + 1)
      .split(',')
      .map(unquoted)
      .filter((value) => value !== '');
    if (values.length === 0) throw new FilterFault(at + colon, `${key}: needs a value`);
    return {
      ...common,
      kind: 'key',
      key,
      values: values.map((value) => checkedValue(key, value, at + colon + 1)),
    };
  }
  if (colon > 0 && /^[a-z]+$/.test(key)) {
    throw new FilterFault(
      at,
      `${key}: is not known; known are ${FILTER_KEYS.map((each) => `${each}:`).join(' ')}`,
    );
  }
  return { ...common, kind: 'word', word: unquoted(text).toLowerCase() };
}

function sizeTerm(
  [, key = '', sign, value = '']: readonly string[],
  at: number,
): Pick<Extract<FilterTerm, { kind: 'size' }>, 'kind' | 'key' | 'above' | 'limit'> {
  if (!isOneOf(FILTER_SIZES, key)) {
    throw new FilterFault(at, `${key} cannot be compared; ${FILTER_SIZES.join(' and ')} can`);
  }
  const number = /^(\d+(?:\.\d+)?)(k|m|kb|mb|b|ms|s)?$/.exec(value);
  if (number === null) throw new FilterFault(at + key.length + 1, `${key} needs a number, as in ${key}>100`);
  const factor = FACTORS[number[2] ?? ''] ?? 1;
  return { kind: 'size', key, above: sign === '>', limit: Number(number[1]) * factor };
}

/** Decimal units; latency is in milliseconds. */
const FACTORS: Readonly<Record<string, number>> = {
  k: 1_000,
  kb: 1_000,
  m: 1_000_000,
  mb: 1_000_000,
  s: 1_000,
};

function checkedValue(key: Key, value: string, at: number): string {
  const lower = value.toLowerCase();
  if (key === 'dir' && lower !== 'in' && lower !== 'out') throw new FilterFault(at, 'dir: is in or out');
  if (key === 'hash' && !/^(0x)?([0-9a-f]{2}){2,32}$/.test(lower)) {
    throw new FilterFault(at, 'hash: needs 2 to 32 bytes as hex digits');
  }
  return lower;
}

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
    case 'hash':
    case 'text':
      return false;
  }
}

const unquoted = (text: string): string => text.replaceAll('"', '');

function isOneOf<One extends string>(all: readonly One[], text: string): text is One {
  return (all as readonly string[]).includes(text);
}
