import { visibleText } from './format.ts';

/** The parts of a client name, and the colour of its family. */
export interface ClientName {
  readonly family: string;
  readonly version: string;
  /** The name that the operator has set, as in `Geth/my-node/v1.17.8`; usually empty. */
  readonly nickname: string;
  /** A colour of tokens.css. */
  readonly colour: string;
}

const FAMILIES: readonly (readonly [pattern: RegExp, family: string, colour: string])[] = [
  [/^geth/i, 'Geth', 'geth'],
  [/^nethermind/i, 'Nethermind', 'nethermind'],
  [/^besu/i, 'Besu', 'besu'],
  [/^reth/i, 'reth', 'reth'],
  [/^erigon/i, 'erigon', 'erigon'],
  [/^ethrex/i, 'ethrex', 'ethrex'],
  [/^enodeck/i, 'Enodeck', 'enodeck'],
];

/** The families that are recognised, by name. */
export const CLIENT_FAMILIES: readonly string[] = FAMILIES.map(([, family]) => family);

const LONGEST_NAME = 24;

/** Reads the client name in Hello, `Geth/v1.17.8-stable/linux-amd64/go1.25`. Any other text is its own family. */
export function readClientName(name: string): ClientName {
  const parts = visibleText(name).split('/');
  const first = parts[0]?.trim() ?? '';
  const known = FAMILIES.find(([pattern]) => pattern.test(first));
  // The operator's name precedes the version: Geth/my-node/v1.17.8-stable/…
  const version = parts.find((part, at) => at > 0 && /^v?\d+\.\d+/.test(part)) ?? '';
  const family = known?.[1] ?? (first === '' ? 'Unnamed' : first.slice(0, LONGEST_NAME));
  const second = parts[1]?.trim() ?? '';
  return {
    family,
    nickname:
      known === undefined || version === '' || second === version ? '' : second.slice(0, LONGEST_NAME),
    version: /^v?\d+(\.\d+)*/.exec(version)?.[0] ?? '',
    colour: `var(--client-${known?.[2] ?? 'other'})`,
  };
}

/** A short form of the client name: "reth v1.11.2", "Geth my-node". */
export function shortClientName(name: string): string {
  const { family, nickname, version } = readClientName(name);
  return [family, nickname === '' ? version : nickname].filter(Boolean).join(' ');
}

/** The client name without commit and toolchain: "Geth v1.17.8, linux-amd64". Text of another form is unchanged. */
export function shortAgent(name: string): string {
  const { family, version } = readClientName(name);
  const parts = visibleText(name).split('/');
  const system = parts.find((part) =>
    /^(linux|windows|darwin|freebsd|x86_64|aarch64|macos)/i.test(part.trim()),
  );
  if (version === '') return visibleText(name);
  return system === undefined ? `${family} ${version}` : `${family} ${version}, ${system}`;
}

/** Number of clients by family, most frequent first, in at most `limit` entries: the last is the sum of the rest. */
export function countClients(
  names: Iterable<string>,
  limit: number,
  othersTitle: string,
): readonly { readonly family: string; readonly colour: string; readonly count: number }[] {
  const byFamily = new Map<string, { family: string; colour: string; count: number }>();
  for (const name of names) {
    const { family, colour } = readClientName(name);
    const entry = byFamily.get(family);
    if (entry === undefined) byFamily.set(family, { family, colour, count: 1 });
    else entry.count += 1;
  }
  const sorted = [...byFamily.values()].sort((a, b) => b.count - a.count || a.family.localeCompare(b.family));
  if (sorted.length <= limit) return sorted;
  const rest = sorted.slice(limit - 1).reduce((sum, entry) => sum + entry.count, 0);
  return [...sorted.slice(0, limit - 1), { family: othersTitle, colour: 'var(--client-other)', count: rest }];
}
