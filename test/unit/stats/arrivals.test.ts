import { beforeEach, describe, expect, test } from 'vitest';
import { Arrivals } from '../../../src-main/stats/arrivals.ts';
import { ClockDrift } from '../../../src-main/health/clock-drift.ts';
import { Counters } from '../../../src-main/stats/counters.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import { OutsideContacts } from '../../../src-main/health/outside-contacts.ts';
import { DialOutcomes } from '../../../src-main/stats/outcomes.ts';
import { causeOf, ProgressWorld, numbered } from '../../support/progress-world.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let arrivals: Arrivals;
beforeEach(() => {
  arrivals = new Arrivals();
});

const added = (id: string, direction: 'inbound' | 'outbound' = 'inbound'): NodeEvent => ({
  ...{ type: 'peer/added', idHex: id, name: 'Geth/v1.17.8', direction, ip: '81.0.0.1', port: 30303 },
});
const dropped = (id: string): NodeEvent => ({
  ...{ type: 'peer/dropped', idHex: id, name: 'Geth/v1.17.8', direction: 'inbound', ip: '81.0.0.1' },
  ...{ port: 30303, cause: causeOf('disconnect-requested'), ageMs: 1_000, kind: 'dynamic', capabilities: [] },
  ...{ bytesIn: 0, bytesOut: 0 },
});
const phase = (name: 'starting' | 'running' | 'stopping' | 'stopped'): NodeEvent => ({
  type: 'node/phase',
  phase: name,
});

describe('the inbound sessions', () => {
  test('are counted by session and by node; connected nodes count in every time range', () => {
    arrivals.apply(added('a'), 1_000);
    arrivals.apply(dropped('a'), 2_000);
    arrivals.apply(added('a'), 3_000);
    arrivals.apply(dropped('a'), 4_000);
    arrivals.apply(added('b'), 5_000);
    arrivals.apply(added('c', 'outbound'), 6_000);
    expect([arrivals.sessions, arrivals.newestAt]).toEqual([3, 5_000]);
    expect([0, 4_000, 4_001, 1e12].map((since) => arrivals.nodesSince(since))).toEqual([2, 2, 1, 1]);
  });

  test('of a node still count after we dial the node', () => {
    arrivals.apply(added('a'), 1_000);
    arrivals.apply(dropped('a'), 2_000);
    arrivals.apply(added('a', 'outbound'), 3_000);
    arrivals.apply(dropped('a'), 4_000);
    expect([arrivals.sessions, arrivals.nodesSince(1_000)]).toEqual([1, 1]);
  });

  test('are the same figure in “Why no peer?” and in the health list', () => {
    const world = new ProgressWorld();
    const node = numbered(1, 'ours');
    world.keep(node, 'inbound');
    world.tell(dropped(node.idHex));
    world.dial(node, causeOf('too-many-peers'));
    for (const span of ['10m', '1h', '24h'] as const) {
      const { statements } = world.funnel.why(span, 'hello', null);
      const inbound = statements.filter(({ code }) => code === 'inbound');
      expect(inbound).toMatchObject([{ params: { nodes: 1 } }]);
    }
    expect(world.arrivals.sessions).toBe(1);
  });
});

describe('the statistics of a run', () => {
  test('are reset when the node stops and when it starts', () => {
    const clock = new VirtualClock();
    const [counters, outside, drift, dials] = [
      new Counters(),
      new OutsideContacts(),
      new ClockDrift(clock),
      new DialOutcomes(),
    ];
    const emit = (event: NodeEvent): void => {
      for (const part of [counters, drift]) part.apply(event);
      outside.apply(event, 1_000);
      arrivals.apply(event, 1_000);
      dials.apply(event, 1_000);
    };
    emit(phase('starting'));
    emit(added('a'));
    emit({
      type: 'peer/message',
      idHex: 'a',
      direction: 'in',
      bytes: 500,
      protocol: 'eth',
      name: 'x',
      code: 1,
    } as never);
    emit({ type: 'discovery/packet', direction: 'in', packet: 'ping', bytes: 100, ip: '81.0.0.1', port: 1 });
    emit({ type: 'discovery/dropped', reason: 'expired', bytes: 100, ip: '81.0.0.1' });
    emit({
      type: 'connection/passed',
      idHex: 'a',
      direction: 'inbound',
      stage: 'encryption',
      ip: '81.0.0.1',
    });
    for (let node = 0; node < 5; node++)
      emit({
        ...{ type: 'discovery/clock', idHex: 'a', ip: `81.0.${String(node)}.1`, port: 1, offsetMs: 0 },
        evidence: 'proven',
      });
    counters.second();
    expect(counters.traffic()).toMatchObject({ bytesInTotal: 500, bytesInPerSecond: 500 });
    expect([outside.count, drift.status?.samples]).toEqual([1, 5]);
    emit(dropped('a'));
    emit(phase('stopped'));
    const zero = { bytesInTotal: 0, bytesInPerSecond: 0, packetsInPerSecond: 0 };
    expect(counters.traffic()).toMatchObject(zero);
    expect(counters.second()).toMatchObject({ bytesIn: 0, packetsIn: 0, peers: 0 });
    expect(counters.discovery().dropped).toEqual([]);
    expect(drift.status).toBeNull();
    emit(phase('starting'));
    expect([arrivals.sessions, arrivals.newestAt, arrivals.nodesSince(0), outside.count]).toEqual([
      0,
      null,
      0,
      0,
    ]);
    expect(dials.list(1_000)).toEqual([]);
  });
});
