import { describe, expect, it } from 'vitest';
import { backoffClassOf } from '../../../src-main/causes/policy.ts';
import { BackoffBook } from '../../../src-main/dialing/backoff.ts';
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

  it('grows with each failure in a row and stops below an hour', () => {
    const book = new BackoffBook(MID_RANDOM);
    const waits = Array.from(
      { length: 6 },
      () => book.fail('a', failure('useless-peer'), 'dynamic', 0)?.until,
    );
    expect(waits).toEqual([900_000, 1_800_000, 2_700_000, 3_000_000, 3_000_000, 3_000_000]);
    expect(book.isWaiting('a', 2_999_999)).toBe(true);
    expect(book.isWaiting('a', 3_000_000)).toBe(false);
    book.forget('a');
    expect(book.fail('a', failure('useless-peer'), 'dynamic', 0)?.failures).toBe(1);
  });

  it('is up to a fifth shorter or longer, by lot, and never longer than the longest', () => {
    const shortest = new BackoffBook(drawing(() => 0));
    const longest = new BackoffBook(drawing((bound) => bound - 1));
    expect(shortest.fail('a', failure('timed-out'), 'dynamic', 0)?.until).toBe(24_000);
    expect(longest.fail('a', failure('timed-out'), 'dynamic', 0)?.until).toBe(36_000);
    for (let times = 1; times < 5; times++) longest.fail('b', failure('useless-peer'), 'dynamic', 0);
    expect(longest.get('b')?.until).toBe(3_600_000);
  });

  it('is drawn by lot for who failed many times too, so that all of them do not come back at once', () => {
    let draw = 0;
    const book = new BackoffBook(drawing(() => draw));
    const waits = Array.from({ length: 5 }, (_, index) => {
      draw = index * 100;
      for (let times = 0; times < 50; times++)
        book.fail(String(index), failure('useless-peer'), 'dynamic', 0);
      return book.get(String(index))?.until;
    });
    expect(waits).toEqual([2_400_000, 2_700_000, 3_000_000, 3_300_000, 3_600_000]);
  });

  it('is shorter for static nodes', () => {
    const book = new BackoffBook(MID_RANDOM);
    expect(book.fail('a', failure('connection-refused'), 'static', 0)?.until).toBe(15_000);
    expect(book.fail('b', failure('useless-peer'), 'static', 0)?.until).toBe(120_000);
  });

  it('remembers 10,000 nodes at most', () => {
    const book = new BackoffBook(MID_RANDOM);
    for (let number = 0; number <= 10_000; number++)
      book.fail(String(number), failure('timed-out'), 'dynamic', 0);
    expect(book.size).toBe(10_000);
    expect(book.get('0')).toBeUndefined();
  });
});
