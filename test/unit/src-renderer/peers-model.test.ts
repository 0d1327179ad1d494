import { describe, expect, it } from 'vitest';
import type { PeerRow } from '../../../shared/model/peer.ts';
import { countClients, readClientName } from '../../../src-renderer/model/clients.ts';
import { fitColumns } from '../../../src-renderer/model/fit-columns.ts';
import {
  addressKey,
  PEER_COLUMN_TABLE,
  PEER_COLUMNS,
  readPeerColumns,
} from '../../../src-renderer/model/peer-columns.ts';
import { arrangeColumns, UNCHANGED } from '../../../src-renderer/model/table-columns.ts';
import { filterPeers, readCondition, type PeerCondition } from '../../../src-renderer/model/peer-filter.ts';
import {
  createPeerSorter,
  highestBlock,
  holdOrder,
  type PeerOrder,
} from '../../../src-renderer/model/peer-order.ts';
import { peerForecast } from '../../../src-renderer/model/peer-forecast.ts';
import { createDice, makePeer, makeSeries } from '../../support/window-preview/fixture-data.ts';

const NOW = 1_800_000_000_000;
const orderPeers = (rows: readonly PeerRow[], order: PeerOrder): readonly PeerRow[] =>
  createPeerSorter()(rows, order);
const peer = (part: Partial<PeerRow>): PeerRow => ({ ...makePeer(createDice(5), 9, NOW, false), ...part });

function condition(text: string): PeerCondition {
  const result = readCondition(text);
  if (result.kind !== 'condition') throw new Error(`${text} is ${result.kind}`);
  return result.condition;
}
const meets = (text: string, part: Partial<PeerRow>): boolean => condition(text).matches(peer(part), NOW);

describe('the filter of peers', () => {
  it('reads numbers with units', () => {
    expect(meets('latency<260', { latencyMs: 259 })).toBe(true);
    expect(meets('latency<260', { latencyMs: 260 })).toBe(false);
    expect(meets('latency>=0.2s', { latencyMs: 200 })).toBe(true);
    expect(meets('age>1h', { connectedAt: NOW - 3_600_001 })).toBe(true);
    expect(meets('in>5MB', { bytesIn: 5_000_001 })).toBe(true);
    expect(meets('in/s>10kB', { rateIn: 10_001, bytesIn: 0 })).toBe(true);
    expect(meets('out/s>10kB', { rateOut: 10_000, bytesOut: 1e9 })).toBe(false);
    expect(meets('head=23,817,402', { latestBlock: '23817402' })).toBe(true);
    expect(meets('eth:69', { ethVersion: 69 })).toBe(true);
  });

  it('does not match a peer whose value is unknown', () => {
    expect(meets('latency<260', { latencyMs: null })).toBe(false);
    expect(meets('head<9', { latestBlock: null })).toBe(false);
  });

  it('reads text conditions', () => {
    expect(meets('client:GETH', { name: 'Geth/v1.17.8' })).toBe(true);
    expect(meets('dir:in', { direction: 'inbound' })).toBe(true);
    expect(meets('dir:in', { direction: 'outbound' })).toBe(false);
    expect(meets('type:dynamic', { kind: { static: false, trusted: false } })).toBe(true);
    expect(meets('type:static', { kind: { static: true, trusted: true } })).toBe(true);
  });

  it('gives an example for an incomplete condition, and treats other text as words', () => {
    expect(readCondition('latency<')).toEqual({ kind: 'wrong', hint: 'latency<100' });
    expect(readCondition('latency<fast')).toMatchObject({ kind: 'wrong' });
    expect(readCondition('age>3parsecs')).toMatchObject({ kind: 'wrong' });
    expect(readCondition('client:')).toMatchObject({ kind: 'wrong' });
    expect(readCondition('203.0.113.7:30303')).toEqual({ kind: 'word' });
    expect(readCondition('colour:red')).toEqual({ kind: 'word' });
  });

  it('requires every word and every condition', () => {
    const rows = [
      peer({ name: 'Geth/v1', ip: '192.0.2.1', latencyMs: 20 }),
      peer({ name: 'Geth/v1', ip: '192.0.2.2', latencyMs: 300 }),
      peer({ name: 'reth/v1', ip: '192.0.2.1', latencyMs: 20 }),
    ];
    expect(filterPeers(rows, [condition('latency<260')], 'geth 192.0.2.1', NOW)).toEqual([rows[0]]);
    expect(filterPeers(rows, [], ' ', NOW)).toBe(rows);
  });
});

describe('the order of peers', () => {
  const rows = [
    peer({ id: 'c', latencyMs: 30, ip: '10.0.0.9' }),
    peer({ id: 'a', latencyMs: null, ip: '9.0.0.1' }),
    peer({ id: 'b', latencyMs: 30, ip: '10.0.0.10' }),
  ];
  const ids = (ordered: readonly PeerRow[]): string => ordered.map(({ id }) => id).join('');

  it('sorts rows with equal keys by ID, so that they do not move', () => {
    expect(ids(orderPeers(rows, { column: 'latency', order: 'ascending' }))).toBe('bca');
    expect(ids(orderPeers([...rows].reverse(), { column: 'latency', order: 'ascending' }))).toBe('bca');
  });

  it('sorts addresses by their numbers', () => {
    expect(ids(orderPeers(rows, { column: 'address', order: 'ascending' }))).toBe('acb');
    expect(addressKey('255.255.255.255', 1) < addressKey('2001:db8::1', 1)).toBe(true);
  });

  it('keeps places while a menu is open: new values, no new rows, removed rows unchanged', () => {
    const fresh = peer({ id: 'c', latencyMs: 99 });
    const held = holdOrder(
      rows,
      new Map([
        ['c', fresh],
        ['z', peer({ id: 'z' })],
      ]),
    );
    expect(ids(held)).toBe('cab');
    expect(held[0]).toBe(fresh);
  });

  it('sorts 10,000 rows', () => {
    const dice = createDice(1);
    const many = Array.from({ length: 10_000 }, (_, at) => makePeer(dice, at, NOW, false));
    const ordered = orderPeers(many, { column: 'latency', order: 'ascending' });
    expect(ordered).toHaveLength(10_000);
    for (let at = 1; at < ordered.length; at++) {
      const [before, after] = [ordered[at - 1]!.latencyMs, ordered[at]!.latencyMs];
      expect(after ?? Infinity).toBeGreaterThanOrEqual(before ?? Infinity);
    }
  });
});

it('the highest block is the greatest number, not the greatest text', () => {
  const at = (...blocks: (string | null)[]): PeerRow[] => blocks.map((latestBlock) => peer({ latestBlock }));
  expect(highestBlock(at('99', null, '1000', '998'))).toBe(1000);
  expect(highestBlock(at(null))).toBe(0);
});

describe('the columns of peers', () => {
  const shown = (width: number): string[] =>
    fitColumns(arrangeColumns(PEER_COLUMN_TABLE, UNCHANGED), width).map(({ id }) => id);
  const DEFAULT = [
    ...['live', 'client', 'address', 'direction', 'type', 'eth', 'head', 'in', 'out', 'latency', 'age'],
  ];

  it('are hidden by importance, the client never', () => {
    expect(shown(2_000)).toEqual(DEFAULT);
    // Beside the panel of 300 px in a window of 1280 px.
    expect(shown(694)).toEqual([
      ...['live', 'client', 'address', 'direction', 'head', 'in', 'out', 'latency'],
    ]);
    expect(shown(10)).toEqual(['client']);
  });

  it('shrink before fewer than seven are left: six beside the panel in a window of 960 px', () => {
    expect(shown(520)).toEqual(['live', 'client', 'address', 'direction', 'in', 'out', 'latency']);
    expect(shown(374)).toEqual(['live', 'client', 'direction', 'in', 'out', 'latency']);
  });

  it('are read as an earlier version saved them; other text changes nothing', () => {
    const read = (text: string | null): string[] =>
      arrangeColumns(PEER_COLUMN_TABLE, readPeerColumns(text)).map(({ id }) => id);
    expect(read('["client","way","kind","found","age"]')).toEqual([
      ...['client', 'direction', 'type', 'source', 'age'],
    ]);
    expect(read(JSON.stringify(PEER_COLUMNS))).toEqual(PEER_COLUMNS);
    expect(read('["id","constructor",7,null]')).toEqual(['client', 'id']);
    for (const text of [null, '', '{"id":1}', '"id"', 'null']) expect(read(text)).toEqual(DEFAULT);
  });
});

describe('client names', () => {
  it('have a known family, and a version at any place', () => {
    expect(readClientName('Geth/v1.17.8-stable-9d2f/linux-amd64/go1.25')).toMatchObject({
      family: 'Geth',
      version: 'v1.17.8',
    });
    expect(readClientName('Geth/my-node/v1.16.7-stable/linux')).toMatchObject({
      family: 'Geth',
      version: 'v1.16.7',
    });
    expect(readClientName('reth/v1.11.2')).toMatchObject({ family: 'reth', version: 'v1.11.2' });
  });

  it('are truncated, with hidden characters made visible', () => {
    expect(readClientName('').family).toBe('Unnamed');
    expect(readClientName('x'.repeat(5_000)).family).toHaveLength(24);
    expect(readClientName('a\u202Eb\u0000/1.0')).toMatchObject({ family: 'a\ufffdb\ufffd', version: '1.0' });
  });

  it('are counted by family, with the sum of the rest', () => {
    const names = ['Geth/v1', 'Geth/v2', 'reth/v1', 'Besu/v1', 'erigon/v1'];
    expect(countClients(names, 3, 'Others').map(({ family, count }) => `${family} ${count}`)).toEqual([
      'Geth 2',
      'Besu 1',
      'Others 2',
    ]);
  });
});

describe('the forecast of peers', () => {
  /** Five minutes of samples; `peersAt` gives the number of peers. */
  const seriesOf = (peersAt: (second: number) => number) => {
    const at = Array.from({ length: 60 }, (_, index) => NOW / 1_000 - 300 + index * 5);
    return { ...makeSeries('typical', '5m', NOW), at, peers: at.map((_, index) => peersAt(index * 5)) };
  };
  const steady = seriesOf((second) => 10 + Math.floor(second / 12));
  const free = { kind: 'steady', free: 15 } as const;

  it('gives the time until all slots are taken at a stable rate with enough candidates', () => {
    expect(peerForecast(steady, { total: 35, known: 500 }, 50)).toEqual({ kind: 'filling', minutes: 3 });
    expect(peerForecast(steady, { total: 35, known: 80 }, 50)).toEqual({ kind: 'filling', minutes: 3 });
  });

  it('is not made with few candidates, or after a burst', () => {
    expect(peerForecast(steady, { total: 35, known: 79 }, 50)).toEqual(free);
    expect(peerForecast(steady, { total: 20, known: 30 }, 50)).toEqual({ kind: 'steady', free: 30 });
    const burst = seriesOf((second) => (second < 60 ? second / 2 : 35));
    expect(peerForecast(burst, { total: 35, known: 500 }, 50)).toEqual(free);
    const late = seriesOf((second) => (second < 240 ? 10 : 10 + (second - 240) / 2));
    expect(peerForecast(late, { total: 35, known: 500 }, 50)).toEqual(free);
  });

  it('is full, or the number of free slots', () => {
    const peers = { total: 10, known: 900 };
    expect(peerForecast(steady, { total: 50, known: 900 }, 50)).toEqual({ kind: 'full' });
    expect(peerForecast(null, peers, 50)).toEqual({ kind: 'steady', free: 40 });
    expect(peerForecast(makeSeries('empty', '5m', NOW), peers, 50)).toEqual({ kind: 'steady', free: 40 });
  });
});
