import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VIRTUAL_EPOCH_MS, VirtualClock } from '../../support/virtual-clock.ts';

describe('The virtual clock', () => {
  it('runs timers in the order of their times, and of their setting at the same time', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    for (const [name, delay] of [
      ['c', 30],
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
      ['never', 31],
    ] as const) {
      clock.after(delay, () => log.push(`${name}@${String(clock.monotonic())}`));
    }
    await clock.advance(30);
    expect(log).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
    expect(clock.now()).toBe(VIRTUAL_EPOCH_MS + 30);
    expect(clock.pendingTimers).toBe(1);
  });

  it('lets promises through between timers, and runs what they set within the time', async () => {
    const clock = new VirtualClock();
    const log: number[] = [];
    const tick = async (): Promise<void> => {
      await Promise.resolve();
      log.push(clock.monotonic());
      if (log.length < 5) clock.after(10, () => void tick());
    };
    clock.after(10, () => void tick());
    await clock.advance(35);
    expect(log).toEqual([10, 20, 30]);
    await clock.advance(100);
    expect(log).toEqual([10, 20, 30, 40, 50]);
  });

  it('does not run a cancelled timer', async () => {
    const clock = new VirtualClock();
    const timer = clock.after(5, () => {
      throw new Error('was cancelled');
    });
    timer.cancel();
    timer.cancel();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(10);
  });

  it('runs until an outcome, and says when there will be none', async () => {
    const clock = new VirtualClock();
    const outcome = new Promise<string>((resolve) =>
      clock.after(700, () => {
        resolve('done');
      }),
    );
    expect(await clock.runUntil(outcome)).toBe('done');
    expect(clock.monotonic()).toBe(700);
    const never = new Promise<never>(() => undefined);
    await expect(clock.runUntil(never)).rejects.toThrow('depends on no timer');
    clock.after(10_000, () => undefined);
    await expect(clock.runUntil(never, 5000)).rejects.toThrow('Not settled');
    await expect(clock.runUntil(Promise.reject(new Error('theirs')))).rejects.toThrow('theirs');
  });

  it('keeps the order of thousands of timers', async () => {
    const clock = new VirtualClock();
    const random = new SeededRandom(7);
    const ran: number[] = [];
    const delays = Array.from({ length: 2000 }, () => random.below(500));
    for (const delay of delays) clock.after(delay, () => ran.push(delay));
    await clock.advance(500);
    expect(ran).toEqual(delays.toSorted((a, b) => a - b));
  });
});

describe('Seeded randomness', () => {
  it('repeats itself by its seed, and differs by it', () => {
    expect(new SeededRandom(1).bytes(40)).toEqual(new SeededRandom(1).bytes(40));
    expect(new SeededRandom(1).bytes(40)).not.toEqual(new SeededRandom(2).bytes(40));
  });

  it('is spread evenly below its bound', () => {
    const random = new SeededRandom(3);
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 5000; draw++) counts[random.below(5)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(() => random.below(0)).toThrow(RangeError);
  });
});
