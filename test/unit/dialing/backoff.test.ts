import { describe, expect, it } from 'vitest';
import { backoffClassOf } from '../../../src-main/causes/policy.ts';
import { BackoffTracker } from '../../../src-main/dialing/backoff.ts';
import type { Random } from '../../../src-main/base/runtime.ts';
import { MID_RANDOM } from '../../support/mid-random.ts';
import { failure } from '../../support/dial-rounds.ts';

const drawing = (draw: (bound: number) => number): Random => ({ ...MID_RANDOM, below: draw });

describe('the backoff', () => {
  it.each([
    ['too-many-peers', 'remote', 'low'],
    ['too-many-peers', 'local', 'none'],
    ['already-connected', 'remote', 'none'],
    ['connection-refused', 'network', 'low'],
    ['unreachable', 'network', 'medium'],
    ['useless-peer', 'remote', 'high'],
    ['wrong-genesis', 'local', 'high'],
    ['wrong-fork', 'local', 'high'],
    ['wrong-version', 'local', 'high'],
    ['fork-refused', 'remote', 'high'],
    ['aborted', 'local', 'none'],
  ] as const)('of %s by %s is %s', (code, by, kind) => {
    expect(backoffClassOf(failure(code, { by }))).toBe(kind);
  });

  it('grows with each consecutive failure, up to an hour with jitter', () => {
    const backoff = new BackoffTracker(MID_RANDOM);
    const waits = Array.from(
      { length: 6 },
      () => backoff.fail('a', failure('useless-peer'), 'dynamic', 0)?.until,
    );
    expect(waits).toEqual([900_000, 1_800_000, 2_700_000, 3_000_000, 3_000_000, 3_000_000]);
    expect(backoff.isWaiting('a', 2_999_999)).toBe(true);
    expect(backoff.isWaiting('a', 3_000_000)).toBe(false);
    backoff.forget('a');
    expect(backoff.fail('a', failure('useless-peer'), 'dynamic', 0)?.failures).toBe(1);
  });

  it('has a jitter of a fifth in both directions, and never exceeds the longest backoff', () => {
    const shortest = new BackoffTracker(drawing(() => 0));
    const longest = new BackoffTracker(drawing((bound) => bound - 1));
    expect(shortest.fail('a', failure('timed-out'), 'dynamic', 0)?.until).toBe(24_000);
    expect(longest.fail('a', failure('timed-out'), 'dynamic', 0)?.until).toBe(36_000);
    for (let times = 1; times < 5; times++) longest.fail('b', failure('useless-peer'), 'dynamic', 0);
    expect(longest.get('b')?.until).toBe(3_600_000);
  });

  it('has jitter after many failures too', () => {
    let draw = 0;
    const backoff = new BackoffTracker(drawing(() => draw));
    const waits = Array.from({ length: 5 }, (_, index) => {
      draw = index * 100;
      for (let times = 0; times < 50; times++)
        backoff.fail(String(index), failure('useless-peer'), 'dynamic', 0);
      return backoff.get(String(index))?.until;
    });
    expect(waits).toEqual([2_400_000, 2_700_000, 3_000_000, 3_300_000, 3_600_000]);
  });

  it('is shorter for static nodes', () => {
    const backoff = new BackoffTracker(MID_RANDOM);
    expect(backoff.fail('a', failure('connection-refused'), 'static', 0)?.until).toBe(15_000);
    expect(backoff.fail('b', failure('useless-peer'), 'static', 0)?.until).toBe(120_000);
  });

  it('is kept for at most 10,000 nodes', () => {
    const backoff = new BackoffTracker(MID_RANDOM);
    for (let number = 0; number <= 10_000; number++)
      backoff.fail(String(number), failure('timed-out'), 'dynamic', 0);
    expect(backoff.size).toBe(10_000);
    expect(backoff.get('0')).toBeUndefined();
  });
});
