import { beforeEach, describe, expect, it } from 'vitest';
import { EventLoopGauge } from '../../../src-main/stats/event-loop.ts';
import { TurningClock } from '../../support/turning-clock.ts';

describe('the event loop gauge', () => {
  let clock: TurningClock;
  let spent: number;
  let gauge: EventLoopGauge;

  beforeEach(() => {
    clock = new TurningClock();
    spent = 0;
    gauge = new EventLoopGauge(clock, () => spent);
  });

  /** A second in which the process takes `ms` of processor time. */
  const second = async (ms: number, lateMs = 0): Promise<void> => {
    await clock.advance(1_000);
    spent += ms;
    gauge.second(lateMs);
  };

  it('has no timer of its own while the process is quiet', async () => {
    await second(49, 3);
    expect(clock.pendingTimers).toBe(0);
    expect(gauge.read()).toEqual({ p99Ms: 3, maxMs: 3 });
  });

  it('has ten samples a second while the process works, and stops when it is quiet again', async () => {
    await second(100);
    clock.work(30);
    await clock.advance(300);
    expect(gauge.read().maxMs).toBe(30);
    await second(100);
    expect(clock.pendingTimers).toBe(1);
    await second(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('reads the 99th percentile and the maximum of the samples since the last reading', async () => {
    await second(500);
    gauge.read();
    for (const late of [400, 60, 60, ...Array<number>(17).fill(0)]) await second(500, late);
    expect(gauge.read()).toEqual({ p99Ms: 60, maxMs: 400 });
    expect(gauge.read()).toEqual({ p99Ms: 0, maxMs: 0 });
  });

  it('counts a timer that ran early as on time', async () => {
    await second(1, -0.4);
    expect(gauge.read()).toEqual({ p99Ms: 0, maxMs: 0 });
  });

  it('has no timer after its stop', async () => {
    await second(500);
    gauge.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
