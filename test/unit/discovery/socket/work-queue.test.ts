import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../../../src-main/discovery/socket/work-queue.ts';
import type { Clock } from '../../../../src-main/base/runtime.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const LIMITS = { share: 0.5, burstMs: 10, capacity: 100 };

/** A clock on which work takes time, though no timer runs meanwhile. */
class BusyClock extends VirtualClock implements Clock {
  #spent = 0;
  override monotonic(): number {
    return super.monotonic() + this.#spent;
  }
  spend(ms: number): void {
    this.#spent += ms;
  }
}

describe('the work queue', () => {
  it('runs work at once while its share of time lasts', () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue(clock, LIMITS);
    let ran = 0;
    for (let i = 0; i < 1_000; i++) expect(queue.add(() => ran++)).toBe(true);
    expect([ran, queue.size, clock.pendingTimers]).toEqual([1_000, 0, 0]);
  });

  it('has what is beyond its share wait, in order, and refuses what is beyond its capacity', async () => {
    const clock = new BusyClock();
    const queue = new WorkQueue(clock, LIMITS);
    const ran: number[] = [];
    let refused = 0;
    for (let i = 0; i < 200; i++) {
      const work = (): void => {
        clock.spend(1);
        ran.push(i);
      };
      if (!queue.add(work)) refused++;
    }
    // 10 ms of burst, of which half came back while it was used.
    expect(ran.length).toBeGreaterThanOrEqual(10);
    expect(ran.length).toBeLessThanOrEqual(21);
    expect([queue.size, refused]).toEqual([LIMITS.capacity, 200 - LIMITS.capacity - ran.length]);
    const before = ran.length;
    await clock.advance(20);
    // While 1 ms of work is done, another passes for all else.
    expect(ran.length - before).toBeGreaterThanOrEqual(10);
    expect(ran.length - before).toBeLessThanOrEqual(22);
    await clock.advance(1_000);
    expect(ran).toEqual(Array.from({ length: before + LIMITS.capacity }, (_, index) => index));
    expect([queue.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('does nothing more once stopped', async () => {
    const clock = new BusyClock();
    const queue = new WorkQueue(clock, LIMITS);
    let ran = 0;
    const work = (): void => {
      clock.spend(50);
      ran++;
    };
    queue.add(work);
    queue.add(work);
    queue.stop();
    await clock.advance(1_000);
    expect([ran, queue.size, clock.pendingTimers]).toEqual([1, 0, 0]);
  });
});
