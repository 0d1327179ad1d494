import type { PeerRow } from '../../shared/model/peer.ts';
import { fitColumns } from './fit-columns.ts';
import { sourceMarks } from './source-marks.ts';

/** The columns of the peers table. */
export const PEER_COLUMNS = [
  'live',
  'client',
  'id',
  'address',
  'direction',
  'type',
  'caps',
  'eth',
  'head',
  'in',
  'out',
  'latency',
  'reputation',
  'source',
  'age',
] as const;

/** One of PEER_COLUMNS. */
export type PeerColumnId = (typeof PEER_COLUMNS)[number];

/** A column: its width, when it is hidden, and its sort order. */
export interface PeerColumn {
  readonly id: PeerColumnId;
  /** The track of the CSS grid. */
  readonly track: string;
  /** Minimum width, pixels. */
  readonly need: number;
  /** When the table is narrow, the column with the highest number is hidden first; 0 is never hidden. */
  readonly importance: number;
  readonly numeric: boolean;
  /** Bytes a second; a column without it shows something else. */
  readonly rate?: (row: PeerRow) => number;
  /** The key that rows are sorted by; null if the column is not sortable. */
  readonly sortKey: ((row: PeerRow) => number | string) | null;
  /** The order after the first click. */
  readonly firstOrder: 'ascending' | 'descending';
}

const LAST = Number.MAX_SAFE_INTEGER;

/** A sort key for numeric order, IPv4 before IPv6: each number is padded to a fixed width. */
export function addressKey(ip: string, port: number): string {
  const numbers = ip.includes(':')
    ? `6${ip
        .split(':')
        .map((part) => part.padStart(4, '0'))
        .join(':')}`
    : `4${ip
        .split('.')
        .map((part) => part.padStart(3, '0'))
        .join('.')}`;
  return `${numbers} ${String(port).padStart(5, '0')}`;
}

const kindRank = (row: PeerRow): number => (row.kind.trusted ? 2 : 0) + (row.kind.static ? 1 : 0);

/** Every column, in the order of the table. */
export const PEER_COLUMN_TABLE: readonly PeerColumn[] = [
  {
    id: 'live',
    track: '26px',
    need: 26,
    importance: 3,
    numeric: false,
    sortKey: null,
    firstOrder: 'descending',
  },
  {
    id: 'client',
    track: 'minmax(150px, 1.3fr)',
    need: 150,
    importance: 0,
    numeric: false,
    sortKey: (row) => (row.label ?? row.name).toLowerCase(),
    firstOrder: 'ascending',
  },
  {
    id: 'id',
    track: '128px',
    need: 128,
    importance: 11,
    numeric: false,
    sortKey: (row) => row.id,
    firstOrder: 'ascending',
  },
  {
    id: 'address',
    track: 'minmax(156px, 1.1fr)',
    need: 156,
    importance: 2,
    numeric: false,
    sortKey: (row) => addressKey(row.ip, row.port),
    firstOrder: 'ascending',
  },
  {
    id: 'direction',
    track: 'minmax(58px, .3fr)',
    need: 58,
    importance: 4,
    numeric: false,
    sortKey: (row) => row.direction,
    firstOrder: 'ascending',
  },
  {
    id: 'type',
    track: 'minmax(72px, .6fr)',
    need: 72,
    importance: 8,
    numeric: false,
    sortKey: kindRank,
    firstOrder: 'descending',
  },
  {
    id: 'caps',
    track: 'minmax(110px, .8fr)',
    need: 110,
    importance: 12,
    numeric: false,
    sortKey: (row) => row.capabilities.join(' '),
    firstOrder: 'ascending',
  },
  {
    id: 'eth',
    track: 'minmax(58px, .3fr)',
    need: 58,
    importance: 9,
    numeric: false,
    sortKey: (row) => row.ethVersion ?? -1,
    firstOrder: 'descending',
  },
  {
    id: 'head',
    track: 'minmax(110px, 126px)',
    need: 110,
    importance: 5,
    numeric: true,
    sortKey: (row) => (row.latestBlock === null ? -1 : Number(row.latestBlock)),
    firstOrder: 'descending',
  },
  {
    id: 'in',
    track: '66px',
    need: 66,
    importance: 6,
    numeric: true,
    rate: (row) => row.rateIn,
    sortKey: (row) => row.rateIn,
    firstOrder: 'descending',
  },
  {
    id: 'out',
    track: '66px',
    need: 66,
    importance: 7,
    numeric: true,
    rate: (row) => row.rateOut,
    sortKey: (row) => row.rateOut,
    firstOrder: 'descending',
  },
  {
    id: 'latency',
    track: 'minmax(62px, 108px)',
    need: 62,
    importance: 1,
    numeric: true,
    sortKey: (row) => row.latencyMs ?? LAST,
    firstOrder: 'ascending',
  },
  {
    id: 'reputation',
    track: '84px',
    need: 84,
    importance: 13,
    numeric: true,
    sortKey: (row) => row.reputation,
    firstOrder: 'ascending',
  },
  {
    id: 'source',
    track: 'minmax(116px, .6fr)',
    need: 116,
    importance: 14,
    numeric: false,
    sortKey: (row) =>
      sourceMarks(row.sources ?? [])
        .map(({ key }) => key)
        .join(' '),
    firstOrder: 'ascending',
  },
  {
    id: 'age',
    track: '70px',
    need: 70,
    importance: 10,
    numeric: true,
    sortKey: (row) => -row.connectedAt,
    firstOrder: 'descending',
  },
];

/** The columns shown by default. */
export const DEFAULT_PEER_COLUMNS: readonly PeerColumnId[] = [
  'live',
  'client',
  'address',
  'direction',
  'type',
  'eth',
  'head',
  'in',
  'out',
  'latency',
  'age',
];

/** The chosen columns that fit into `width` pixels. */
export function fittingColumns(chosen: readonly PeerColumnId[], width: number): readonly PeerColumn[] {
  const selected = PEER_COLUMN_TABLE.filter(({ id, importance }) => importance === 0 || chosen.includes(id));
  return fitColumns(selected, width);
}

/** Columns that had another ID in an earlier version. */
const RENAMED: Readonly<Record<string, PeerColumnId>> = {
  way: 'direction',
  kind: 'type',
  found: 'source',
};

/**
 * Reads a saved choice of columns.
 * @param text JSON as this version or an earlier one saved it
 * @returns the known columns of it; the default if the text is not a JSON array
 */
export function readPeerColumns(text: string): PeerColumnId[] {
  const saved = parseArray(text);
  if (saved === undefined) return [...DEFAULT_PEER_COLUMNS];
  const ids = saved.map((id) => (typeof id === 'string' && Object.hasOwn(RENAMED, id) ? RENAMED[id] : id));
  return PEER_COLUMNS.filter((id) => ids.includes(id));
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
