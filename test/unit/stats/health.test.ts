import { describe, expect, test } from 'vitest';
import type { HealthCheck } from '../../../shared/model/node.ts';
import { healthOf, type HealthFacts } from '../../../src-main/stats/health.ts';

const WELL: HealthFacts = {
  running: true,
  uptimeMs: 3_600_000,
  demo: false,
  networkPresent: true,
  tcpPort: 30303,
  udpPort: 30303,
  external: [{ ip: '203.0.113.7', source: 'votes', votes: 41 }],
  discoveryEnabled: true,
  pingsAnswered: 0.957,
  peers: {
    total: 12,
    inbound: 4,
    outbound: 8,
    static: 0,
    trusted: 0,
    dialing: 0,
    dialSlots: 8,
    waiting: 0,
    known: 1_240,
  },
  limits: { maxPeers: 50, maxPendingPeers: 50, dialRatio: 3, maxDialed: 16, maxInbound: 34 },
  inboundSessions: 12,
  table: { entries: 130, live: 112, replacements: 43 },
  database: { nodes: 1_240, failure: undefined },
  eventLoop: { p99Ms: 4.2, maxMs: 31 },
};

const check = (id: string, change: Partial<HealthFacts> = {}): HealthCheck =>
  healthOf({ ...WELL, ...change }).find((candidate) => candidate.id === id)!;

describe('the health list', () => {
  test('says that all is well, with the evidence', () => {
    expect(healthOf(WELL).map(({ title, state, evidence }) => [title, state, evidence])).toEqual([
      ['Peers connected', 'good', '12 of 50 · 4 in, 8 out'],
      ['Discovery answering', 'good', '96% of pings, last 10 min'],
      ['Table filled', 'good', '130 nodes, 112 live, 43 replacements'],
      ['External address agreed', 'good', '203.0.113.7 · 41 votes'],
      ['Port 30303 reachable from outside', 'good', '12 inbound since the start'],
      ['Database', 'good', '1,240 nodes known'],
      ['Keeps up with its work', 'good', '4.2 ms late at p99, 31 at most'],
    ]);
  });

  test('says nothing of a node that does not run', () => {
    expect(healthOf({ ...WELL, running: false })).toEqual([]);
  });

  test('waits before it calls something missing', () => {
    const young = { uptimeMs: 5_000, peers: { ...WELL.peers, total: 0 }, inboundSessions: 0, external: [] };
    for (const id of ['peers', 'inbound', 'external-address']) {
      expect(check(id, young)).toMatchObject({ state: 'pending', advice: null });
      expect(check(id, { ...young, uptimeMs: 3_600_000 })).toMatchObject({ state: 'look' });
      expect(check(id, { ...young, uptimeMs: 3_600_000 }).advice).not.toBeNull();
    }
  });

  test('does not claim that the demo can be reached from outside', () => {
    expect(check('inbound', { demo: true }).title).toBe('Port 30303 takes connections');
  });

  test('says where an address comes from that nobody voted for', () => {
    const external = [{ ip: '203.0.113.7', source: 'flag' as const, votes: 0 }];
    expect(check('external-address', { external })).toMatchObject({
      title: 'External address',
      evidence: '203.0.113.7 · set by --nat',
    });
  });

  test('judges discovery by the pings that were answered', () => {
    expect(check('discovery', { pingsAnswered: 0.2 })).toMatchObject({ state: 'look' });
    expect(check('discovery', { pingsAnswered: 0 })).toMatchObject({ state: 'bad' });
    expect(check('discovery', { pingsAnswered: 0, uptimeMs: 1_000 })).toMatchObject({ state: 'pending' });
    expect(check('discovery', { discoveryEnabled: false })).toMatchObject({ title: 'Discovery is off' });
  });

  test('says that the machine has no network, and offers the demo', () => {
    expect(check('network', { networkPresent: false })).toMatchObject({
      state: 'bad',
      advice: expect.stringContaining('--demo') as string,
    });
    expect(check('network', { networkPresent: false, demo: true })).toBeUndefined();
  });

  test('says that the database cannot be written', () => {
    expect(check('database', { database: { nodes: 0, failure: 'disk full' } })).toMatchObject({
      state: 'bad',
      evidence: 'disk full',
    });
  });

  test('says that the machine falls behind', () => {
    expect(check('event-loop', { eventLoop: { p99Ms: 80, maxMs: 400 } })).toMatchObject({ state: 'look' });
    expect(check('event-loop', { eventLoop: undefined })).toMatchObject({ state: 'pending' });
  });
});
