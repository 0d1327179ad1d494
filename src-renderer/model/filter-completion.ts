import { shortId } from '../../shared/format.ts';
import type { RecordRow } from '../../shared/model/recording.ts';
import { FILTER_FLAGS, FILTER_KEYS, FILTER_SIZES } from '../../shared/record-filter.ts';
import { hostOf, protocolTag } from './record-words.ts';

/** What the recording holds, for the completion of values. */
export interface FilterFacts {
  readonly names: readonly string[];
  readonly protocols: readonly string[];
  readonly peers: readonly string[];
}

/** BOUNDED: values of one kind, and suggestions that are shown. */
const MAX_VALUES = 200;
const MAX_SUGGESTIONS = 8;

/** The different names, protocols and peers of the rows, sorted. */
export function filterFacts(rows: readonly RecordRow[]): FilterFacts {
  const names = new Set<string>();
  const protocols = new Set<string>();
  const peers = new Set<string>();
  for (const row of rows) {
    names.add(row.name);
    protocols.add(row.source === 'session' ? protocolTag(row.protocol) : row.protocol);
    const label = row.nodeName ?? '';
    peers.add(label === '' || label.includes('/') ? hostOf(row.address) : label);
  }
  const sorted = (values: ReadonlySet<string>): string[] => [...values].sort().slice(0, MAX_VALUES);
  return { names: sorted(names), protocols: sorted(protocols), peers: sorted(peers) };
}

/** A completion of the word at the caret. */
export interface Completion {
  /** The characters that a suggestion replaces. */
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly string[];
}

/** What can complete the word before the caret; a suggestion that ends in `:`, `>` or `<` expects a value. */
export function completeFilter(text: string, caret: number, facts: FilterFacts): Completion {
  const start = text.lastIndexOf(' ', caret - 1) + 1;
  const from = text[start] === '-' ? start + 1 : start;
  const word = text.slice(from, caret);
  const colon = word.indexOf(':');
  if (colon > 0) {
    const valueFrom = from + Math.max(colon, word.lastIndexOf(',')) + 1;
    const values = valuesOf(word.slice(0, colon).toLowerCase(), facts).map(quoted);
    return { from: valueFrom, to: caret, suggestions: matching(values, text.slice(valueFrom, caret)) };
  }
  const keys = [
    ...FILTER_KEYS.map((key) => `${key}:`),
    ...FILTER_SIZES.map((key) => `${key}>`),
    ...FILTER_FLAGS,
    'not',
  ];
  const messages = word === '' ? [] : facts.names.map((name) => `msg:${quoted(name)}`);
  const named = messages.filter((term) => term.slice(4).toLowerCase().startsWith(word.toLowerCase()));
  return { from, to: caret, suggestions: [...matching(keys, word), ...named].slice(0, MAX_SUGGESTIONS) };
}

function valuesOf(key: string, facts: FilterFacts): readonly string[] {
  switch (key) {
    case 'peer':
      return facts.peers;
    case 'proto':
      return facts.protocols;
    case 'msg':
      return facts.names;
    case 'dir':
      return ['in', 'out'];
    default:
      return [];
  }
}

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

function matching(values: readonly string[], typed: string): readonly string[] {
  const wanted = typed.toLowerCase().replace('"', '');
  const plain = (value: string): string => value.toLowerCase().replace('"', '');
  const starts = values.filter((value) => plain(value).startsWith(wanted));
  const contains = values.filter(
    (value) => !plain(value).startsWith(wanted) && plain(value).includes(wanted),
  );
  return [...starts, ...contains]
    .filter((value) => plain(value) !== wanted || /[:<>]$/.test(value))
    .slice(0, MAX_SUGGESTIONS);
}

/** A term as a chip shows it: "not msg GetReceipts, Receipts"; long IDs are shortened. */
export function chipText(source: string): string {
  return source
    .replace(/^-/, 'not ')
    .replace(/[0-9a-f]{24,}/gi, (id) => shortId(id, 8, 6))
    .replace(/^((?:not )?\w+):/, '$1 ')
    .replaceAll(',', ', ');
}
