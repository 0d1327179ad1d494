import { beforeEach, describe, expect, it } from 'vitest';
import { InboundLimits } from '../../../src-main/p2p/inbound-limits.ts';
import type { MessageClass } from '../../../src-main/p2p/message-class.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let limits: InboundLimits;

beforeEach(() => {
  clock = new VirtualClock();
  limits = new InboundLimits(clock);
});

/** Sends `count` messages at the same time. */
function send(
  kind: MessageClass,
  count: number,
  bytes = 100,
): { dropped: number; paused: number; reports: number } {
  const sum = { dropped: 0, paused: 0, reports: 0 };
  for (let index = 0; index < count; index++) {
    const verdict = limits.judge(kind, bytes);
    if (verdict.isDropped) sum.dropped++;
    if (verdict.isReported) sum.reports++;
    sum.paused = Math.max(sum.paused, verdict.pauseMs);
  }
  return sum;
}

describe('the traffic of an honest mainnet peer', () => {
  it('is within the limits for an hour', async () => {
    for (let second = 0; second < 3_600; second++) {
      const all = [send('announcement', 30, 4_000), send('request', 20), send('answer', 20, 500_000)];
      for (const { dropped, paused } of all) expect([dropped, paused]).toEqual([0, 0]);
      if (second % 5 === 0) expect(send('control', 2).dropped).toBe(0);
      await clock.advance(1_000);
    }
    expect(limits.exceeded).toBe(0);
  });

  it('may have a burst at the start of the session', () => {
    expect(send('announcement', 500, 1_000).dropped).toBe(0);
    expect(send('request', 200).paused).toBe(0);
  });
});

describe('messages above the limit', () => {
  it('are dropped if they need no answer, and pause reading if they continue', () => {
    expect(send('control', 20)).toEqual({ dropped: 0, paused: 0, reports: 0 });
    expect(send('control', 100)).toEqual({ dropped: 100, paused: 0, reports: 1 });
    expect(send('control', 200).paused).toBeGreaterThan(900);
  });

  it('are delivered if they need an answer, and pause reading until the rate is met', () => {
    const { dropped, paused, reports } = send('request', 350);
    expect(dropped).toBe(0);
    expect(paused).toBe(500);
    expect(reports).toBe(1);
  });

  it('count a large message several times', () => {
    expect(send('announcement', 10, 10 * 1024 * 1024).dropped).toBeGreaterThan(0);
  });

  it('are counted, and reported once per second', async () => {
    send('control', 20);
    for (let second = 0; second < 10; second++) {
      expect(send('control', 50).reports).toBe(1);
      await clock.advance(1_000);
    }
    expect(limits.exceeded).toBeGreaterThan(450);
  });

  it('of one class do not affect the others', () => {
    send('announcement', 5_000);
    expect(send('request', 10)).toEqual({ dropped: 0, paused: 0, reports: 0 });
  });
});
