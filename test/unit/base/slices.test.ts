import { describe, expect, it } from 'vitest';
import type { Clock, Timer } from '../../../src-main/base/runtime.ts';
import { SLICE_MS, Slices } from '../../../src-main/base/slices.ts';

/** A clock whose time passes with each step of work, and whose timers fire on request. */
class WorkClock implements Clock {
  #elapsed = 0;
  readonly timers: (() => void)[] = [];

  now = (): number => this.#elapsed;
  monotonic = (): number => this.#elapsed;

  work(ms: number): void {
    this.#elapsed += ms;
  }

  after(_delayMs: number, action: () => void): Timer {
    this.timers.push(action);
    return { cancel: () => undefined };
  }

  /** One turn of the event loop: the timers that are due when it begins, and the work that they resume. */
  async turn(): Promise<void> {
    for (const action of this.timers.splice(0)) action();
    for (let step = 0; step < 20; step++) await Promise.resolve();
  }
}

async function work(clock: WorkClock, steps: number, done: string[], name: string): Promise<void> {
  const slices = new Slices(clock);
  for (let step = 0; step < steps; step++) {
    clock.work(SLICE_MS / 2);
    await slices.next();
  }
  done.push(name);
}

describe('long work in slices', () => {
  it('goes on without a turn while a slice lasts', async () => {
    const clock = new WorkClock();
    const done: string[] = [];
    await work(clock, 1, done, 'short');
    expect(done).toEqual(['short']);
    expect(clock.timers).toHaveLength(0);
  });

  it('takes one slice in a turn of the event loop, however many works run', async () => {
    const clock = new WorkClock();
    const done: string[] = [];
    const names = Array.from({ length: 16 }, (_, index) => String(index));
    const all = Promise.all(names.map((name) => work(clock, 6, done, name)));
    // The first slice of each runs at once, as each request arrives.
    await clock.turn();
    let [turns, longest] = [0, 0];
    while (clock.timers.length > 0) {
      const before = clock.monotonic();
      await clock.turn();
      longest = Math.max(longest, clock.monotonic() - before);
      turns += 1;
      expect(turns).toBeLessThan(200);
    }
    await all;
    expect(longest).toBeLessThanOrEqual(SLICE_MS);
    expect(done).toEqual(names);
  });

  it('waits by the clock of the work', async () => {
    const [first, second] = [new WorkClock(), new WorkClock()];
    const done: string[] = [];
    const both = Promise.all([work(first, 2, done, 'first'), work(second, 2, done, 'second')]);
    // Both begin, then each goes on with a turn of its clock.
    await first.turn();
    await first.turn();
    expect(done).toEqual(['first']);
    await second.turn();
    await both;
    expect(done).toEqual(['first', 'second']);
  });
});
