import type { RequestParams } from '../../../shared/api-contract.ts';
import type { KnownNode, KnownPage } from '../../../shared/model/known-node.ts';
import type { NodeSource } from '../../../shared/model/node-source.ts';
import { EXAMPLE_RECORD } from './fixture-record.ts';
import { address, CLIENTS, createDice, DAY, HOSTILE_NAMES, MINUTE, type Scenario } from './fixture-data.ts';

/* Made-up known nodes, the same from the same seed, with as much of the filter as tests of the window need. */

const COUNTS: Readonly<Record<Scenario, number>> = {
  ...{ typical: 412, empty: 0, many: 10_000, broken: 0, hostile: 60, off: 24, stopped: 288 },
};
const FOUND: readonly (readonly NodeSource[])[] = [
  ['v4'],
  ['v5'],
  ['v4', 'v5'],
  ['dns'],
  ['database'],
  ['v4', 'v5', 'dns'],
  ['database', 'v5'],
  ['inbound'],
  ['v4', 'v5', 'dns', 'bootnode', 'static', 'inbound'],
];

export function makeKnownNodes(scenario: Scenario, now: number): readonly KnownNode[] {
  const dice = createDice(211);
  const isStopped = scenario === 'stopped';
  return Array.from({ length: COUNTS[scenario] }, (_, at): KnownNode => {
    const isListed = at === 2 || at === 9;
    const fork = dice.pick(['ours', 'ours', 'ours', 'other', 'unknown', 'stale'] as const);
    const v6 = dice.next() < 0.12;
    const ip = v6
      ? `2001:db8:${dice.hex(4).replace(/^0+(?=.)/, '')}::${dice.hex(3).replace(/^0+(?=.)/, '')}`
      : address(dice);
    const hasRecord = dice.next() < 0.86;
    const isHello = dice.next() < (at < 40 ? 0.7 : 0.25);
    const name = scenario === 'hostile' && at % 3 === 0 ? dice.pick(HOSTILE_NAMES) : dice.pick(CLIENTS);
    const tcp = dice.next() < 0.06 ? 0 : dice.next() < 0.8 ? 30_303 : 30_000 + dice.below(9_000);
    const known = fork === 'unknown' ? null : fork === 'ours' ? '0x07c9462e' : `0x${dice.hex(8)}`;
    return {
      id: dice.hex(64),
      label: isListed ? (scenario === 'hostile' ? '<b>archive</b>\u202E2' : `archive-${String(at)}`) : null,
      client: isHello && name !== '' ? name : null,
      ip: dice.next() < 0.01 ? null : ip,
      hostname: null,
      udp: 30_303,
      tcp,
      enode: `enode://${dice.hex(128)}@${v6 ? `[${ip}]` : ip}:${String(tcp)}?discport=30303`,
      enr: hasRecord ? EXAMPLE_RECORD : null,
      seq: hasRecord ? String(1_747_000_000_000 + dice.below(90_000_000)) : null,
      forkHash: hasRecord ? known : null,
      forkName: hasRecord && fork === 'ours' ? 'BPO2' : null,
      fork: hasRecord ? fork : 'unknown',
      sources: isStopped ? ['database'] : isListed ? ['static'] : dice.pick(FOUND),
      tables: isStopped ? [] : at % 3 === 0 ? ['v4'] : [],
      lists: isListed ? ['static'] : [],
      connected: !isStopped && isHello && at < 40 && dice.next() < 0.6,
      lastPongAt: dice.next() < 0.05 ? null : now - (at < 60 ? dice.below(9 * MINUTE) : dice.below(DAY)),
    };
  });
}

type Query = RequestParams<'nodes.known'>;

export function knownPageOf(
  nodes: readonly KnownNode[],
  { filter, sort, limit, after }: Query,
  now: number,
): KnownPage {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = nodes.filter((node) => {
    const text =
      `${node.id} ${node.ip ?? ''}:${String(node.tcp)} ${node.label ?? ''} ${node.client ?? ''}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (filter.fork === null || node.fork === filter.fork) &&
      (filter.client === null ||
        (filter.client === ''
          ? node.client === null
          : node.client?.toLowerCase().includes(filter.client.toLowerCase()) === true)) &&
      (filter.source === null || node.sources.includes(filter.source)) &&
      (filter.family === null || (node.ip?.includes(':') ? 'ipv6' : 'ipv4') === filter.family) &&
      (filter.port === null || node.tcp === filter.port || node.udp === filter.port) &&
      (filter.maxAge === null || (node.lastPongAt !== null && now - node.lastPongAt <= filter.maxAge * 1_000))
    );
  });
  const keyOf = (node: KnownNode): string | number | null =>
    sort.by === 'lastPong'
      ? node.lastPongAt
      : sort.by === 'client'
        ? (node.client?.toLowerCase() ?? null)
        : node.id;
  const sign = sort.order === 'ascending' ? 1 : -1;
  const sorted = [...matching].sort((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    if (left === right) return a.id < b.id ? -1 : 1;
    if (left === null || right === null) return left === null ? 1 : -1;
    return left < right ? -sign : sign;
  });
  const start = after === null ? 0 : Number(after);
  const end = start + limit;
  return {
    nodes: sorted.slice(start, end),
    next: end < sorted.length ? String(end) : null,
    matching: matching.length,
    total: nodes.length,
  };
}
