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

/** What becomes of `count` messages in one moment. */
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

describe('what an honest peer of mainnet sends', () => {
  it('passes, hour after hour', async () => {
    for (let second = 0; second < 3_600; second++) {
      const all = [send('announcement', 30, 4_000), send('request', 20), send('answer', 20, 500_000)];
      for (const { dropped, paused } of all) expect([dropped, paused]).toEqual([0, 0]);
      if (second % 5 === 0) expect(send('control', 2).dropped).toBe(0);
      await clock.advance(1_000);
    }
    expect(limits.exceeded).toBe(0);
  });

  it('may come in a burst when the session begins', () => {
    expect(send('announcement', 500, 1_000).dropped).toBe(0);
    expect(send('request', 200).paused).toBe(0);
  });
});

describe('what is over the limit', () => {
  it('is dropped where nobody waits for it, and reading stops when it does not end', () => {
    expect(send('control', 20)).toEqual({ dropped: 0, paused: 0, reports: 0 });
    expect(send('control', 100)).toEqual({ dropped: 100, paused: 0, reports: 1 });
    expect(send('control', 200).paused).toBeGreaterThan(900);
  });

  it('is handed on where somebody waits, and slows the peer down to the limit', () => {
    const { dropped, paused, reports } = send('request', 350);
    expect(dropped).toBe(0);
    expect(paused).toBe(500);
    expect(reports).toBe(1);
  });

  it('counts a large message as many', () => {
    expect(send('announcement', 10, 10 * 1024 * 1024).dropped).toBeGreaterThan(0);
  });

  it('is counted, and told of once a second', async () => {
    send('control', 20);
    for (let second = 0; second < 10; second++) {
      expect(send('control', 50).reports).toBe(1);
      await clock.advance(1_000);
    }
    expect(limits.exceeded).toBeGreaterThan(450);
  });

  it('of one class leaves the others alone', () => {
    send('announcement', 5_000);
    expect(send('request', 10)).toEqual({ dropped: 0, paused: 0, reports: 0 });
  });
});
