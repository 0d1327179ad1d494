import { CAUSES, isCauseCode, type CauseCode } from '../../../shared/causes/catalogue.ts';
import { describe, expect, test } from 'vitest';
import { Counters } from '../../../src-main/stats/counters.ts';
import { TrafficHistory } from '../../../src-main/stats/traffic-history.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';

const message = (direction: 'in' | 'out', bytes: number): NodeEvent => ({
  type: 'peer/message',
  idHex: '',
  direction,
  protocol: 'eth/69',
  name: 'Status',
  code: 0,
  size: bytes,
  bytes,
});
const packet = (direction: 'in' | 'out', name: 'ping' | 'pong'): NodeEvent => ({
  type: 'discovery/packet',
  direction,
  packet: name,
  bytes: 100,
  ip: '192.0.2.1',
  port: 30303,
});
const dropped = (reason: CauseCode): NodeEvent & { type: 'discovery/dropped' } => ({
  type: 'discovery/dropped',
  reason,
  bytes: 1,
  ip: '192.0.2.1',
});

describe('the counters', () => {
  test('return the traffic of each second', () => {
    const counters = new Counters();
    counters.apply(message('in', 300));
    counters.apply(message('out', 20));
    counters.apply(packet('out', 'ping'));
    expect(counters.second()).toEqual({ bytesIn: 300, bytesOut: 20, packetsIn: 0, packetsOut: 1, peers: 0 });
    expect(counters.second()).toEqual({ bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0, peers: 0 });
  });

  test.each([
    ['starting', { phase: 'starting' }, 0],
    ['running', { phase: 'running' }, 300],
    ['stopping', { phase: 'stopping' }, 300],
    ['stopped', { phase: 'stopped' }, 0],
    ['failed', { phase: 'failed', code: 'port-in-use', reason: 'TCP port 30303 is in use.' }, 0],
  ] as const)('are zero when a start begins or fails and when the node is stopped: %s', (_, phase, bytes) => {
    const counters = new Counters();
    counters.apply(message('in', 300));
    counters.apply({ type: 'node/phase', ...phase });
    expect(counters.traffic().bytesInTotal).toBe(bytes);
  });

  test('return rates as means of the last five seconds', () => {
    const counters = new Counters();
    for (let second = 0; second < 10; second += 1) {
      counters.apply(message('in', second < 5 ? 5_000 : 100));
      counters.second();
    }
    expect(counters.traffic()).toMatchObject({
      bytesInPerSecond: 100,
      bytesInTotal: 25_500,
      bytesOutTotal: 0,
    });
  });

  test('return packets by name, and drops by reason with the most frequent first', () => {
    const counters = new Counters();
    counters.apply(packet('in', 'pong'));
    for (const reason of ['expired', 'bad-hash', 'bad-hash', 'unsolicited'] as const)
      counters.apply(dropped(reason));
    const { packets, dropped: drops } = counters.discovery();
    expect(packets.map((count) => count.packet)).toEqual([
      'ping',
      'pong',
      'findnode',
      'neighbors',
      'enrrequest',
      'enrresponse',
    ]);
    expect(packets[1]).toMatchObject({ in: 1, out: 0 });
    expect(drops).toEqual([
      { reason: 'bad-hash', count: 2 },
      { reason: 'expired', count: 1 },
      { reason: 'unsolicited', count: 1 },
    ]);
  });

  test('count the drops of each protocol, and drops of unknown protocol for both', () => {
    const counters = new Counters();
    counters.apply({ ...dropped('expired'), protocol: 'v4' });
    counters.apply({ ...dropped('no-challenge'), protocol: 'v5' });
    counters.apply(dropped('rate-limit'));
    const reasons = (protocol: 'v4' | 'v5'): string[] =>
      counters.discovery(protocol).dropped.map(({ reason }) => reason);
    expect(reasons('v4')).toEqual(['expired', 'rate-limit']);
    expect(reasons('v5')).toEqual(['no-challenge', 'rate-limit']);
  });

  test('keep a bounded number of drop reasons', () => {
    const counters = new Counters();
    const reasons = Object.keys(CAUSES).filter(isCauseCode);
    for (const reason of reasons) counters.apply(dropped(reason));
    const drops = counters.discovery().dropped;
    expect(drops).toHaveLength(65);
    expect(drops[0]).toMatchObject({ reason: 'other', count: reasons.length - 64 });
  });
});

describe('the traffic history', () => {
  const fill = (seconds: number): TrafficHistory => {
    const history = new TrafficHistory();
    for (let second = 1; second <= seconds; second += 1) {
      history.add(second * 1_000, {
        bytesIn: second,
        bytesOut: 0,
        packetsIn: 10,
        packetsOut: 0,
        peers: second,
      });
    }
    return history;
  };

  test('has one point per second for the last five minutes', () => {
    const { at, bytesIn } = fill(400).series('5m');
    expect(at).toHaveLength(300);
    expect([at[0], at.at(-1), bytesIn.at(-1)]).toEqual([101, 400, 400]);
  });

  test('has means of ten seconds for the last hour, and the number of peers at their end', () => {
    const { at, bytesIn, packetsIn, peers } = fill(25).series('1h');
    expect({ at, bytesIn, packetsIn, peers }).toEqual({
      at: [10, 20],
      bytesIn: [5.5, 15.5],
      packetsIn: [10, 10],
      peers: [10, 20],
    });
  });

  test('stays within its bounds over two days', () => {
    const history = fill(2 * 86_400);
    expect(history.series('6h').at).toHaveLength(360);
    expect(history.series('24h').at).toHaveLength(360);
    expect(history.series('24h').at.at(-1)).toBe(2 * 86_400);
  });
});
