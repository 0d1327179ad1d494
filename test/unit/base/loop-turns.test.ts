import { describe, expect, it, vi } from 'vitest';
import { LoopShare, SHARE_BYTES, TURN_MS } from '../../../src-main/base/loop-turns.ts';
import { TurningClock } from '../../support/turning-clock.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const MESSAGE = 4_096;

/** A session with messages that take time. */
class Worker {
  done = 0;
  readonly share: LoopShare;
  readonly #clock: TurningClock;
  readonly #ms: number;
  #left: number;

  constructor(clock: TurningClock, messages: number, ms: number) {
    this.#clock = clock;
    this.#left = messages;
    this.#ms = ms;
    this.share = new LoopShare(clock, () => {
      this.run();
    });
  }

  arrive(messages: number): void {
    this.#left += messages;
    this.run();
  }

  run(): void {
    while (this.#left > 0 && !this.share.isSpent()) {
      this.#clock.work(this.#ms);
      this.share.spend(MESSAGE);
      this.done += 1;
      this.#left -= 1;
    }
  }
}

const workers = (clock: TurningClock, count: number, messages: number, ms: number): Worker[] =>
  Array.from({ length: count }, () => new Worker(clock, messages, ms));

describe('turns of the event loop', () => {
  it('do not take longer than their time, however many sessions have work', async () => {
    const clock = new TurningClock();
    const all = workers(clock, 100, 100, 0.25);
    const before = clock.monotonic();
    for (const worker of all) worker.run();
    expect(clock.monotonic() - before).toBeLessThanOrEqual(TURN_MS);
    let longest = 0;
    while (clock.isTurning) longest = Math.max(longest, await clock.turn());
    expect(longest).toBeLessThanOrEqual(TURN_MS);
    expect(all.map(({ done }) => done)).toEqual(Array<number>(100).fill(100));
  });

  it('give each waiting session the same share', async () => {
    const clock = new TurningClock();
    const all = workers(clock, 20, 1_000_000, 0.25);
    for (const worker of all) worker.run();
    for (let turn = 0; turn < 200; turn += 1) await clock.turn();
    const done = all.map((worker) => worker.done);
    expect(Math.min(...done)).toBeGreaterThan(0);
    expect(Math.max(...done) - Math.min(...done)).toBeLessThanOrEqual((3 * SHARE_BYTES) / MESSAGE);
  });

  it('let a quiet session go on at once while others wait', async () => {
    const clock = new TurningClock();
    for (const worker of workers(clock, 20, 1_000_000, 0.25)) worker.run();
    const quiet = new Worker(clock, 0, 0.25);
    for (let turn = 0; turn < 10; turn += 1) {
      await clock.turn();
      quiet.arrive(1);
      expect(quiet.done).toBe(turn + 1);
    }
  });

  it('let one session use all the time that no other needs', () => {
    const clock = new TurningClock();
    const [alone] = workers(clock, 1, 1_000_000, TURN_MS / 1_000);
    alone?.run();
    expect(alone?.done).toBe(1_000);
  });

  it('give no turn to a closed session', async () => {
    const clock = new TurningClock();
    const all = workers(clock, 20, 1_000, 0.25);
    for (const worker of all) worker.run();
    const [, closed] = all;
    const before = closed?.done;
    closed?.share.close();
    while (clock.isTurning) await clock.turn();
    expect(closed?.done).toBe(before);
    expect(all[2]?.done).toBe(1_000);
  });

  it('go on for all others when a session throws in its turn', async () => {
    const clock = new TurningClock();
    const all = workers(clock, 40, 100, 0.25);
    for (const worker of all) worker.run();
    const [, broken] = all;
    vi.spyOn(broken!, 'run').mockImplementation(() => {
      throw new Error('a bug of a protocol');
    });
    let thrown = 0;
    while (clock.isTurning) {
      await clock.turn().catch(() => {
        thrown += 1;
      });
    }
    expect(thrown).toBe(1);
    expect(all.filter(({ done }) => done < 100)).toEqual([broken]);
  });

  it('let a closed session not wait', () => {
    const clock = new TurningClock();
    const [first, other] = workers(clock, 2, 1_000, 0.25);
    first?.run();
    expect([first?.share.isSpent(), first?.share.isWaiting]).toEqual([true, true]);
    for (const worker of [first, other]) {
      worker?.share.close();
      expect([worker?.share.isSpent(), worker?.share.isWaiting]).toEqual([false, false]);
    }
  });

  it('come to rest when there is no work', async () => {
    const clock = new TurningClock();
    for (const worker of workers(clock, 3, 10, 0.25)) worker.run();
    for (let turn = 0; turn < 3; turn += 1) await clock.turn();
    expect(clock.isTurning).toBe(false);
  });

  it('have no limit by a clock without turns', () => {
    const share = new LoopShare(new VirtualClock(), () => undefined);
    share.spend(100 * SHARE_BYTES);
    expect(share.isSpent()).toBe(false);
  });
});
