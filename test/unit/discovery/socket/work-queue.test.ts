import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../../../src-main/discovery/socket/work-queue.ts';
import type { Clock } from '../../../../src-main/base/runtime.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const LIMITS = { share: 0.5, burstMs: 10, capacity: 100 };

/** A clock that work advances without running timers. */
class BusyClock extends VirtualClock implements Clock {
  #spent = 0;
  override monotonic(): number {
    return super.monotonic() + this.#spent;
  }
  spend(ms: number): void {
    this.#spent += ms;
  }
}

describe('WorkQueue', () => {
  it('runs work immediately until its share of time is used up', () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue(clock, LIMITS);
    let ran = 0;
    for (let i = 0; i < 1_000; i++) expect(queue.add(() => ran++)).toBe(true);
    expect([ran, queue.size, clock.pendingTimers]).toEqual([1_000, 0, 0]);
  });

  it('queues work above its share of time, in order, and refuses work above its capacity', async () => {
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
    // A burst of 10 ms, of which half was refilled while it was used.
    expect(ran.length).toBeGreaterThanOrEqual(10);
    expect(ran.length).toBeLessThanOrEqual(21);
    expect([queue.size, refused]).toEqual([LIMITS.capacity, 200 - LIMITS.capacity - ran.length]);
    const before = ran.length;
    await clock.advance(20);
    // Half of the 20 ms is for work.
    expect(ran.length - before).toBeGreaterThanOrEqual(10);
    expect(ran.length - before).toBeLessThanOrEqual(22);
    await clock.advance(1_000);
    expect(ran).toEqual(Array.from({ length: before + LIMITS.capacity }, (_, index) => index));
    expect([queue.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('runs nothing after `stop`', async () => {
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
