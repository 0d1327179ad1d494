import type { PeerRow } from '../../shared/model/peer.ts';

/*
 * The filter of peers: words (in client name, label, address, ID or capabilities) and conditions such as
 * `latency<260`, `client:geth`, `dir:in`, `type:static`, `eth:69`, `age>1h`, `in>5MB`, `in/s>10kB`, `head<23817402`.
 */

/** One condition, with the text of its chip. */
export interface PeerCondition {
  readonly text: string;
  /** `now` is Unix milliseconds. */
  readonly matches: (row: PeerRow, now: number) => boolean;
}

/** The result of reading one word: a plain word, a condition, or an incomplete or wrong condition with an example. */
export type ConditionResult =
  | { readonly kind: 'word' }
  | { readonly kind: 'condition'; readonly condition: PeerCondition }
  | { readonly kind: 'wrong'; readonly hint: string };

type Comparison = '<' | '<=' | '>' | '>=' | '=';

type Units = Readonly<Record<string, number>>;
const BYTES: Units = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

const NUMBERS: Readonly<
  Record<string, { readonly read: (row: PeerRow, now: number) => number | null; readonly units: Units }>
> = {
  latency: { read: (row) => row.latencyMs, units: { '': 1, ms: 1, s: 1_000 } },
  age: {
    read: (row, now) => now - row.connectedAt,
    units: { '': 1_000, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 },
  },
  in: { read: (row) => row.bytesIn, units: BYTES },
  out: { read: (row) => row.bytesOut, units: BYTES },
  'in/s': { read: (row) => row.rateIn, units: BYTES },
  'out/s': { read: (row) => row.rateOut, units: BYTES },
  head: { read: (row) => (row.latestBlock === null ? null : Number(row.latestBlock)), units: { '': 1 } },
  eth: { read: (row) => row.ethVersion, units: { '': 1 } },
  port: { read: (row) => row.port, units: { '': 1 } },
  reputation: { read: (row) => row.reputation, units: { '': 1 } },
  limited: { read: (row) => row.limited, units: { '': 1 } },
  dropped: { read: (row) => row.droppedOut, units: { '': 1 } },
};

const TEXTS: Readonly<Record<string, (row: PeerRow) => string>> = {
  client: (row) => row.name,
  name: (row) => row.label ?? '',
  id: (row) => row.id,
  ip: (row) => row.ip,
  cap: (row) => row.capabilities.join(' '),
  dir: (row) => (row.direction === 'inbound' ? 'inbound' : 'outbound'),
  type: (row) =>
    [
      row.kind.static ? 'static' : '',
      row.kind.trusted ? 'trusted' : '',
      isDynamic(row) ? 'dynamic' : '',
    ].join(' '),
  stage: (row) => row.stage,
  source: (row) => (row.sources ?? []).join(' '),
};

const isDynamic = (row: PeerRow): boolean => !row.kind.static && !row.kind.trusted;

/** The names of all conditions. */
export const CONDITION_NAMES: readonly string[] = [...Object.keys(NUMBERS), ...Object.keys(TEXTS)];

const compare = (a: number, comparison: Comparison, b: number): boolean => {
  switch (comparison) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '=':
      return a === b;
  }
};

/** Reads one word of the filter. */
export function readCondition(word: string): ConditionResult {
  const found = /^([a-z]+(?:\/s)?)(<=|>=|<|>|=|:)(.*)$/i.exec(word.trim());
  if (found === null) return { kind: 'word' };
  const [, rawName = '', operator = '', rawValue = ''] = found;
  const name = rawName.toLowerCase();
  const value = rawValue.trim().toLowerCase();
  const number = NUMBERS[name];
  if (number !== undefined) return readNumber(name, number, operator, value);
  const text = TEXTS[name];
  if (text === undefined) return { kind: 'word' };
  if (operator !== ':' && operator !== '=') return { kind: 'wrong', hint: `${name}:text` };
  if (value === '') return { kind: 'wrong', hint: `${name}:…` };
  const condition: PeerCondition = {
    text: `${name}: ${value}`,
    matches: (row) => text(row).toLowerCase().includes(value),
  };
  return { kind: 'condition', condition };
}

function readNumber(
  name: string,
  { read, units }: { readonly read: (row: PeerRow, now: number) => number | null; readonly units: Units },
  operator: string,
  value: string,
): ConditionResult {
  const comparison = (operator === ':' ? '=' : operator) as Comparison;
  const found = /^(-?\d+(?:\.\d+)?)([a-z]*)$/.exec(value.replace(/[\s,]/g, ''));
  const unit = units[found?.[2] ?? ''];
  if (found === null || unit === undefined) {
    return {
      kind: 'wrong',
      hint: `${name}${operator === ':' ? '=' : operator}${name === 'age' ? '10min' : '100'}`,
    };
  }
  const limit = Number(found[1]) * unit;
  const shownUnit =
    found[2] === '' ? (name === 'latency' ? ' ms' : name === 'age' ? ' s' : '') : ` ${found[2]}`;
  const condition: PeerCondition = {
    text: `${name} ${comparison.replace('<=', '≤').replace('>=', '≥')} ${found[1]}${shownUnit}`,
    matches: (row, now) => {
      const figure = read(row, now);
      return figure !== null && compare(figure, comparison, limit);
    },
  };
  return { kind: 'condition', condition };
}

/** Rows that match every condition and contain every word of `text`. */
export function filterPeers(
  rows: readonly PeerRow[],
  conditions: readonly PeerCondition[],
  text: string,
  now: number,
): readonly PeerRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && conditions.length === 0) return rows;
  return rows.filter((row) => {
    if (!conditions.every((condition) => condition.matches(row, now))) return false;
    if (words.length === 0) return true;
    const haystack =
      `${row.name} ${row.label ?? ''} ${row.ip}:${row.port} ${row.id} ${row.capabilities.join(' ')}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}
