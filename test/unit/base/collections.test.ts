import { describe, expect, it } from 'vitest';
import { Scope } from '../../../src-main/base/lifecycle.ts';
import { BoundedMap } from '../../../src-main/base/lru-map.ts';
import { TokenBucket } from '../../../src-main/base/token-bucket.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('A bounded map', () => {
  it('pushes out what was used longest ago', () => {
    const evicted: [string, number][] = [];
    const map = new BoundedMap<string, number>(2, (key, value) => evicted.push([key, value]));
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect(evicted).toEqual([['b', 2]]);
    expect([...map.keys()]).toEqual(['a', 'c']);
    expect(map.size).toBe(2);
  });

  it('does not count a peek as a use, nor a deletion or replacement as pushed out', () => {
    const evicted: string[] = [];
    const map = new BoundedMap<string, number>(2, (key) => evicted.push(key));
    map.set('a', 1);
    map.set('b', 2);
    expect(map.peek('a')).toBe(1);
    map.set('b', 3);
    expect(map.delete('b')).toBe(true);
    expect(map.delete('b')).toBe(false);
    map.set('c', 4);
    expect(evicted).toEqual([]);
    map.set('d', 5);
    expect(evicted).toEqual(['a']);
    expect([...map.entries()]).toEqual([
      ['c', 4],
      ['d', 5],
    ]);
    map.clear();
    expect(map.has('c')).toBe(false);
    expect([...map.values()]).toEqual([]);
  });

  it('has a capacity', () => {
    expect(() => new BoundedMap(0)).toThrow(RangeError);
  });
});

describe('A token bucket', () => {
  it('allows a burst, then the rate, and never saves up more than the burst', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket(clock, { burst: 3, perSecond: 2 });
    expect([bucket.take(), bucket.take(2), bucket.take()]).toEqual([true, true, false]);
    await clock.advance(500);
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
    await clock.advance(60_000);
    expect(bucket.available).toBe(3);
    expect(bucket.take(4)).toBe(false);
    expect(bucket.take(3)).toBe(true);
  });
});

describe('A scope', () => {
  it('takes its timers, subscriptions and waits along when it closes', async () => {
    const clock = new VirtualClock();
    const scope = new Scope(clock);
    const log: string[] = [];
    scope.after(10, () => log.push('once'));
    scope.every(
      () => 10,
      () => log.push('again'),
    );
    scope.after(1000, () => log.push('too late'));
    scope.own(() => log.push('ended'));
    const forget = scope.own(() => log.push('forgotten'));
    forget();
    const waited = scope.delay(5000).then(() => log.push('woken'));
    await clock.advance(25);
    expect(log).toEqual(['once', 'again', 'again']);
    scope.close();
    scope.close();
    await waited;
    await clock.advance(10_000);
    expect(log).toEqual(['once', 'again', 'again', 'ended', 'woken']);
    expect(clock.pendingTimers).toBe(0);
    expect(scope.signal.aborted).toBe(true);
  });

  it('takes nothing more once it is closed', async () => {
    const clock = new VirtualClock();
    const scope = new Scope(clock);
    scope.close();
    const log: string[] = [];
    scope.after(0, () => log.push('timer')).cancel();
    scope.every(
      () => 0,
      () => log.push('timer'),
    );
    scope.own(() => log.push('ended'))();
    await scope.delay(1000);
    await clock.advance(10);
    expect(log).toEqual(['ended']);
  });

  it('cancels what is no longer wanted', async () => {
    const clock = new VirtualClock();
    const scope = new Scope(clock);
    let runs = 0;
    scope.after(5, () => runs++).cancel();
    const repeated = scope.every(
      () => 5,
      () => {
        if (++runs === 2) repeated.cancel();
      },
    );
    await clock.advance(100);
    expect(runs).toBe(2);
    expect(clock.pendingTimers).toBe(0);
    scope.close();
  });
});
