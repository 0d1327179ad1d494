import type { PeerRow } from '../../shared/model/peer.ts';
import type { SortableColumn } from './row-order.ts';
import { sourceMarks } from './source-marks.ts';
import { UNCHANGED, type ColumnState, type TableColumn } from './table-columns.ts';

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
export interface PeerColumn extends TableColumn, SortableColumn<PeerRow> {
  readonly id: PeerColumnId;
  /** Bytes a second; a column without it shows something else. */
  readonly rate?: (row: PeerRow) => number;
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

/** In the order of the table. */
export const PEER_COLUMN_TABLE: readonly PeerColumn[] = [
  {
    id: 'live',
    most: '22px',
    need: 22,
    importance: 5,
    numeric: false,
    sortKey: null,
    firstOrder: null,
  },
  {
    id: 'client',
    most: '1.3fr',
    need: 150,
    least: 104,
    importance: 0,
    numeric: false,
    sortKey: (row) => (row.label ?? row.name).toLowerCase(),
    firstOrder: 'ascending',
  },
  {
    id: 'id',
    most: '128px',
    need: 128,
    importance: 11,
    optional: true,
    numeric: false,
    sortKey: (row) => row.id,
    firstOrder: 'ascending',
  },
  {
    id: 'address',
    most: '1.1fr',
    need: 156,
    least: 140,
    importance: 6,
    numeric: false,
    sortKey: (row) => addressKey(row.ip, row.port),
    firstOrder: 'ascending',
  },
  {
    id: 'direction',
    most: '.3fr',
    need: 62,
    least: 62,
    importance: 2,
    numeric: false,
    sortKey: (row) => row.direction,
    firstOrder: 'ascending',
  },
  {
    id: 'type',
    most: '.6fr',
    need: 72,
    importance: 8,
    numeric: false,
    sortKey: kindRank,
    firstOrder: 'descending',
  },
  {
    id: 'caps',
    most: '.8fr',
    need: 110,
    importance: 12,
    optional: true,
    numeric: false,
    sortKey: (row) => row.capabilities.join(' '),
    firstOrder: 'ascending',
  },
  {
    id: 'eth',
    most: '.3fr',
    need: 58,
    importance: 9,
    numeric: false,
    sortKey: (row) => row.ethVersion ?? -1,
    firstOrder: 'descending',
  },
  {
    id: 'head',
    most: '126px',
    need: 110,
    importance: 7,
    numeric: true,
    sortKey: (row) => (row.latestBlock === null ? -1 : Number(row.latestBlock)),
    firstOrder: 'descending',
  },
  {
    id: 'in',
    most: '66px',
    need: 66,
    least: 60,
    importance: 3,
    numeric: true,
    rate: (row) => row.rateIn,
    sortKey: (row) => row.rateIn,
    firstOrder: 'descending',
  },
  {
    id: 'out',
    most: '66px',
    need: 66,
    least: 60,
    importance: 4,
    numeric: true,
    rate: (row) => row.rateOut,
    sortKey: (row) => row.rateOut,
    firstOrder: 'descending',
  },
  {
    id: 'latency',
    most: '108px',
    need: 62,
    importance: 1,
    numeric: true,
    sortKey: (row) => row.latencyMs ?? LAST,
    firstOrder: 'ascending',
  },
  {
    id: 'reputation',
    most: '84px',
    need: 84,
    importance: 13,
    optional: true,
    numeric: true,
    sortKey: (row) => row.reputation,
    firstOrder: 'ascending',
  },
  {
    id: 'source',
    most: '.6fr',
    need: 136,
    importance: 14,
    optional: true,
    numeric: false,
    sortKey: (row) =>
      sourceMarks(row.sources ?? [])
        .map(({ key }) => key)
        .join(' '),
    firstOrder: 'ascending',
  },
  {
    id: 'age',
    most: '70px',
    need: 70,
    importance: 10,
    numeric: true,
    sortKey: (row) => -row.connectedAt,
    firstOrder: 'descending',
  },
];

/** Columns that had another ID in an earlier version. */
const RENAMED: Readonly<Record<string, PeerColumnId>> = {
  way: 'direction',
  kind: 'type',
  found: 'source',
};

/**
 * Reads the choice of columns that earlier versions saved.
 * @param text JSON as such a version saved it; null if none did
 * @returns the columns shown and hidden; nothing changed if the text is not a JSON array
 */
export function readPeerColumns(text: string | null): ColumnState {
  const saved = text === null ? undefined : parseArray(text);
  if (saved === undefined) return UNCHANGED;
  const ids = saved.map((id) => (typeof id === 'string' && Object.hasOwn(RENAMED, id) ? RENAMED[id] : id));
  return { ...UNCHANGED, shown: Object.fromEntries(PEER_COLUMNS.map((id) => [id, ids.includes(id)])) };
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
