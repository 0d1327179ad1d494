import { describe, expect, it } from 'vitest';
import { Scope } from '../../../src-main/base/lifecycle.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('A scope', () => {
  it('ends its timers, subscriptions and delays when it closes', async () => {
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
    const remove = scope.own(() => log.push('removed'));
    remove();
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

  it('starts no timer after it closed, and ends new subscriptions immediately', async () => {
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

  it('cancels single timers', async () => {
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
