import { recordedSentence } from '../../../shared/causes/sentences.ts';
import { BAN_DURATIONS, type Ban, type BanDuration } from '../../../shared/model/ban.ts';
import type { PeerRow } from '../../../shared/model/peer.ts';
import type { SessionPage, SessionRecord } from '../../../shared/model/session.ts';
import { address, CLIENTS, createDice, DAY, MINUTE, type Scenario } from './fixture-data.ts';

/* Bans and past sessions. */

const HOUR = 60 * MINUTE;

export function makeBans(scenario: Scenario, now: number): readonly Ban[] {
  if (scenario === 'empty' || scenario === 'broken') return [];
  const dice = createDice(71);
  const ban = (
    kind: Ban['target']['kind'],
    value: string,
    by: Ban['by'],
    reason: string,
    age: number,
    length: number | null,
    name: string | null = null,
  ): Ban => ({
    id: `${kind}:${value}`,
    target: { kind, value },
    reason,
    offence: by === 'score' ? 'bad-message' : null,
    by,
    createdAt: now - age,
    until: length === null ? null : now - age + length,
    name,
  });
  const some = [
    ban(
      'node',
      dice.hex(64),
      'score',
      'Invalid transactions announced again and again',
      3 * HOUR,
      12 * HOUR,
      CLIENTS[1],
    ),
    ban('node', dice.hex(64), 'score', 'Message over 10 MiB', 11.9 * HOUR, 12 * HOUR, CLIENTS[4]),
    ban('ip', '198.51.100.77', 'user', 'Dials every second', 2 * DAY, 7 * DAY),
    ban('cidr', '203.0.113.0/24', 'user', '', 9 * DAY, null),
    ban('node', dice.hex(64), 'user', 'Wrong chain, keeps asking', 20 * MINUTE, HOUR, 'old-archive'),
    ban('ip', '2001:db8::bad:1', 'user', 'Port scans', 5 * MINUTE, DAY),
  ];
  if (scenario === 'hostile')
    return [
      ban(
        'node',
        dice.hex(64),
        'score',
        '<img src=x> \u202Eevil '.repeat(10),
        HOUR,
        12 * HOUR,
        `<script>${'x'.repeat(150)}`,
      ),
      ...some,
    ];
  const many = Array.from({ length: scenario === 'many' ? 5_000 : 0 }, () =>
    ban('ip', address(dice), 'score', 'Handshake flood', dice.below(6 * HOUR), 12 * HOUR),
  );
  return [...some, ...new Map(many.map((entry) => [entry.id, entry])).values()];
}

/** What the node answers to a ban by hand. */
export function makeBan(params: Readonly<Record<string, unknown>>, now: number): Ban {
  const value = String(params['target']);
  const kind = /^[0-9a-f]{64}$/.test(value) ? 'node' : value.includes('/') ? 'cidr' : 'ip';
  const length = BAN_DURATIONS[params['duration'] as BanDuration];
  return {
    id: `${kind}:${value}`,
    target: { kind, value },
    reason: String(params['reason']),
    offence: null,
    by: 'user',
    createdAt: now,
    until: length === null ? null : now + length,
    name: null,
  };
}

const ENDS = [
  ['too-many-peers', {}, 'remote', 'too many peers'],
  ['client-quitting', {}, 'remote', 'client quitting'],
  ['read-timeout', {}, 'network', null],
  ['connection-reset', {}, 'network', null],
  ['no-shared-version', { versions: 'eth/66, eth/67' }, 'local', 'useless peer'],
  ['peer-churn', {}, 'local', 'useless peer'],
  ['read-timeout', {}, 'local', 'read timeout'],
  [
    'malformed-message',
    { detail: 'Invalid RLP in NewPooledTransactionHashes' },
    'local',
    'subprotocol error',
  ],
  ['disconnect-requested', {}, 'local', 'disconnect requested'],
] as const;
const HOSTILE = `<script>alert(1)</script>\r\n=cmd|' /C calc'!A0`;

/** @param again the peer of the second one, which is connected again; undefined for none */
export function makeSessions(
  scenario: Scenario,
  now: number,
  again: PeerRow | undefined,
): readonly SessionRecord[] {
  const counts: Readonly<Record<Scenario, number>> = {
    typical: 5_000,
    empty: 0,
    many: 50_000,
    broken: 0,
    stopped: 300,
    hostile: 40,
    off: 0,
  };
  const dice = createDice(83);
  let endedAt = now;
  return Array.from({ length: counts[scenario] }, (_, at) => {
    endedAt -= 1_000 + dice.below(8 * MINUTE);
    const [code, params, by, disconnectReason] = ENDS[Math.min(dice.below(9), dice.below(9))]!;
    const length = dice.pick([4_000, 40_000, 7 * MINUTE, HOUR, 9 * HOUR, 2 * DAY]) * (0.3 + dice.next());
    const hostile = scenario === 'hostile';
    const nodeId = dice.hex(64);
    const connected = at === 1 ? again : undefined;
    return {
      key: String(1_000_000 - at).padStart(8, '0'),
      nodeId: connected?.id ?? nodeId,
      name: hostile ? dice.pick(['<b>x</b>/v1', '\u202Eevil', 'A'.repeat(300), '']) : dice.pick(CLIENTS),
      label: at % 41 === 0 ? 'archive-1' : (connected?.label ?? null),
      ip: dice.next() < 0.05 ? `2001:db8::${dice.hex(4)}` : address(dice),
      port: 30_303,
      direction: dice.next() < 0.4 ? 'inbound' : 'outbound',
      kind: at % 41 === 0 ? 'static' : 'dynamic',
      capabilities: ['eth/68', 'eth/69'],
      startedAt: endedAt - length,
      endedAt,
      code,
      params,
      stage: 'running',
      // As an earlier version stored it.
      message: hostile ? `It sent ${HOSTILE}` : null,
      by,
      disconnectReason,
      bytesIn: Math.round(length * dice.below(400)),
      bytesOut: Math.round(length * dice.below(160)),
      reputation: code === 'malformed-message' ? -16_384 : dice.next() < 0.1 ? -dice.below(5_000) : 0,
    };
  });
}

/** A page as the node gives it. */
export function pageOf(
  records: readonly SessionRecord[],
  before: string | null,
  limit: number,
  text: string,
): SessionPage {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = records.filter((record) =>
    words.every((word) =>
      `${record.name} ${record.ip} ${record.nodeId} ${recordedSentence(record)} ${record.code}`
        .toLowerCase()
        .includes(word),
    ),
  );
  const from = before === null ? 0 : found.findIndex(({ key }) => key === before) + 1;
  const page = found.slice(from, from + limit);
  const isLast = from + limit >= found.length;
  return { records: page, next: isLast ? null : (page[page.length - 1]?.key ?? null), total: records.length };
}

/** The end of the session of a peer that the user disconnected. */
export function makeEnd(row: PeerRow, now: number): SessionRecord {
  const { id: nodeId, name, label, ip, port, direction, capabilities, bytesIn, bytesOut, reputation } = row;
  return {
    ...{ key: String(now), nodeId, name, label, ip, port, direction, capabilities },
    ...{ bytesIn, bytesOut, reputation, startedAt: row.connectedAt, endedAt: now },
    kind: row.kind.static ? 'static' : row.kind.trusted ? 'trusted' : 'dynamic',
    ...{ code: 'disconnect-requested', params: {}, stage: 'running', message: null, by: 'local' },
    disconnectReason: 'disconnect requested',
  };
}
