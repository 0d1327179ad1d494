/** Filter, order and pages of known nodes. */
import type { KnownFilter, KnownSort, NodeFamily } from '../../shared/model/known-node.ts';
import { ApiError } from '../api/api-error.ts';
import { bytesToHex } from '../base/bytes.ts';
import { ipFamily, ipToBytes } from '../base/ip.ts';
import type { ForkFilter } from '../chain/fork-id.ts';
import { nodeSetCheck } from '../crawl/filter.ts';
import type { CrawledNode } from '../crawl/node-set.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { KnownEntry } from './known-nodes.ts';

/** A known node as an entry of a node set. The first answer is not stored: both times are those of the last Pong. */
export function crawledOf({ node, checks, lastPong }: KnownEntry): CrawledNode {
  const at = Math.floor(lastPong / 1_000) * 1_000;
  return { node, score: checks, firstResponse: at, lastResponse: at, lastCheck: at };
}

/**
 * Whether a known node matches a filter.
 * @param own fork filter of the network `own`
 * @param now Unix milliseconds
 * @throws IpError for an invalid CIDR network
 */
export function knownNodeCheck(
  filter: KnownFilter,
  own: ForkFilter,
  now: number,
): (entry: KnownEntry) => boolean {
  const { fork, client, port, family, source, table, maxAge, ip, ethNetwork, snap, dialable } = filter;
  const inSet = nodeSetCheck({ ip, minAge: null, ethNetwork, snap, dialable, limit: null }, own);
  const hasText = textCheck(filter.text.trim());
  return (entry) =>
    (fork === null || entry.fork === fork) &&
    (client === null || hasClient(entry, client.trim().toLowerCase())) &&
    (port === null || entry.node.tcp === port || entry.node.udp === port) &&
    (family === null || familyOf(entry.node) === family) &&
    (source === null || entry.sources.includes(source)) &&
    (table === null || entry.tables.includes(table)) &&
    (maxAge === null || (entry.lastPong > 0 && now - entry.lastPong <= maxAge * 1_000)) &&
    hasText(entry) &&
    inSet(crawledOf(entry));
}

const hasClient = ({ client }: KnownEntry, wanted: string): boolean =>
  wanted === '' ? client === null : client?.toLowerCase().includes(wanted) === true;

const familyOf = ({ ip }: Node): NodeFamily => (ip === undefined ? 'none' : ipFamily(ip));

/** An enode URL or record finds its node; other text is words that all must occur. */
function textCheck(text: string): (entry: KnownEntry) => boolean {
  const idHex = idIn(text);
  if (idHex !== undefined) return ({ node }) => node.idHex === idHex;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return ({ node, label, client }) => {
    const at = `${node.ip ?? node.hostname ?? ''}:${String(node.tcp || node.udp)}`;
    const haystack = `${node.idHex} ${at} ${label ?? ''} ${client ?? ''}`.toLowerCase();
    return words.every((word) => haystack.includes(word.replace(/^0x/, '')));
  };
}

function idIn(text: string): string | undefined {
  if (!/^(enode:\/\/|enr:)/i.test(text)) return undefined;
  try {
    return parseNode(text).idHex;
  } catch (error) {
    if (error instanceof NodeTextError) return undefined;
    throw error;
  }
}

/** What an entry is sorted by; null if it is not known. */
type SortKey = string | number | null;

/** BOUNDED: characters of a text that a node has chosen, in a key. */
const MAX_KEY_TEXT = 64;

const SORT_KEYS: Readonly<Record<KnownSort['by'], (entry: KnownEntry) => SortKey>> = {
  lastPong: ({ lastPong }) => lastPong || null,
  id: ({ node }) => node.idHex,
  client: ({ client }) => client?.toLowerCase().slice(0, MAX_KEY_TEXT) ?? null,
  address: ({ node }) => addressKey(node),
  fork: (entry) => forkKey(entry),
  seq: ({ node }) => (node.record === undefined ? null : node.seq.toString().padStart(20, '0')),
};

/** IPv4 before IPv6, both by number, then DNS names. */
function addressKey({ ip, hostname, tcp, udp }: Node): SortKey {
  const port = String(tcp || udp).padStart(5, '0');
  if (ip !== undefined) return `${ipFamily(ip)} ${bytesToHex(ipToBytes(ip))} ${port}`;
  return hostname === undefined ? null : `name ${hostname.toLowerCase().slice(0, MAX_KEY_TEXT)} ${port}`;
}

const FORK_RANKS = { ours: '0', stale: '1', other: '2', unknown: '3' } as const;

function forkKey({ fork, forkName, forkHash }: KnownEntry): SortKey {
  return fork === 'unknown' ? null : `${FORK_RANKS[fork]} ${forkName ?? forkHash ?? ''}`;
}

/** An entry with its place in an order. */
interface Placed {
  readonly entry: KnownEntry;
  readonly key: SortKey;
}

/** Entries in an order: those without a key last, and equal ones by ID. */
export function sortKnownNodes(entries: readonly KnownEntry[], { by, order }: KnownSort): readonly Placed[] {
  const keyOf = SORT_KEYS[by];
  return entries
    .map((entry) => ({ entry, key: keyOf(entry) }))
    .sort((a, b) => compare(a.key, a.entry.node.idHex, b.key, b.entry.node.idHex, order));
}

function compare(a: SortKey, aId: string, b: SortKey, bId: string, order: KnownSort['order']): number {
  if (a !== b) {
    if (a === null) return 1;
    if (b === null) return -1;
    return a < b === (order === 'ascending') ? -1 : 1;
  }
  return aId < bId ? -1 : aId > bId ? 1 : 0;
}

/** The entries after a cursor, at most `limit`, and the cursor of the next page; null at the end. @throws ApiError `invalid-parameters` */
export function pageOf(
  placed: readonly Placed[],
  { by, order }: KnownSort,
  after: string | null,
  limit: number,
): { readonly entries: readonly KnownEntry[]; readonly next: string | null } {
  let start = 0;
  if (after !== null) {
    const cursor = cursorOf(after, by);
    const isAfter = ({ entry, key }: Placed): boolean =>
      compare(key, entry.node.idHex, cursor.key, cursor.idHex, order) > 0;
    const found = placed.findIndex(isAfter);
    start = found < 0 ? placed.length : found;
  }
  const page = placed.slice(start, start + limit);
  const last = page.at(-1);
  const isEnd = last === undefined || start + page.length >= placed.length;
  return {
    entries: page.map(({ entry }) => entry),
    next: isEnd ? null : `${last.entry.node.idHex}${last.key === null ? '' : `=${String(last.key)}`}`,
  };
}

/** A cursor is the ID and the key of the last entry, so that a page follows although nodes came and left. */
function cursorOf(text: string, by: KnownSort['by']): { readonly idHex: string; readonly key: SortKey } {
  const found = /^([0-9a-f]{64})(?:=(.*))?$/s.exec(text);
  const [, idHex, value] = found ?? [];
  const key = value === undefined ? null : by === 'lastPong' ? Number(value) : value;
  if (idHex !== undefined && !Number.isNaN(key)) return { idHex, key };
  throw new ApiError('invalid-parameters', '"after" must be the "next" of a page in this order.', 'after');
}
