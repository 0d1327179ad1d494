import { describe, expect, it } from 'vitest';
import { PacketCounters } from '../../../../src-main/discovery/socket/packet-counters.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

describe('PacketCounters', () => {
  it('counts packets by direction, and per second over the last ten seconds', async () => {
    const clock = new VirtualClock();
    const counters = new PacketCounters(clock, ['ping', 'pong']);
    for (let i = 0; i < 50; i++) counters.packet('in', 'ping');
    counters.packet('out', 'pong');
    counters.packet('in', 'unknown');
    expect(counters.packets).toEqual([
      { packet: 'ping', in: 50, out: 0, inPerSecond: 5, outPerSecond: 0 },
      { packet: 'pong', in: 0, out: 1, inPerSecond: 0, outPerSecond: 0.1 },
    ]);
    await clock.advance(11_000);
    expect(counters.packets[0]).toMatchObject({ in: 50, inPerSecond: 0 });
  });

  it('counts drops by reason, most frequent first', () => {
    const counters = new PacketCounters(new VirtualClock(), []);
    counters.dropped('expired');
    for (let i = 0; i < 3; i++) counters.dropped('bad-hash');
    expect(counters.drops).toEqual([
      { reason: 'bad-hash', count: 3 },
      { reason: 'expired', count: 1 },
    ]);
  });

  it('computes the share of answered pings of the last ten minutes', async () => {
    const clock = new VirtualClock();
    const counters = new PacketCounters(clock, []);
    expect(counters.pingsAnswered).toBeNull();
    for (let first = 0; first < 20; first++) counters.pinged('first', first === 0);
    expect(counters.pingsAnswered).toBeNull();
    for (const answered of [true, true, true, false]) counters.pinged('proven', answered);
    expect(counters.pingsAnswered).toBe(0.75);
    expect(counters.pings).toEqual({
      proven: { sent: 4, answered: 3 },
      first: { sent: 20, answered: 1 },
    });
    await clock.advance(660_000);
    expect(counters.pingsAnswered).toBeNull();
    expect(counters.pings.first).toEqual({ sent: 0, answered: 0 });
  });
});
