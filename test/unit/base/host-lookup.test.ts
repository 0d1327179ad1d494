import { describe, expect, it } from 'vitest';
import { usableAddresses, withTimeout } from '../../../src-main/base/host-lookup.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('a host lookup with a timeout', () => {
  it('returns the result of the resolver, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const lookUp = withTimeout((name) => Promise.resolve([`${name} is 192.0.2.1`]), clock);
    expect(await lookUp('node.example')).toEqual(['node.example is 192.0.2.1']);
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });

  it('rejects with the error of the resolver', async () => {
    const lookUp = withTimeout(() => Promise.reject(new Error('no such name')), new VirtualClock());
    await expect(lookUp('node.example')).rejects.toThrow('no such name');
  });

  it('rejects after 5 s when the resolver does not answer', async () => {
    const clock = new VirtualClock();
    const outcome = withTimeout(
      () => new Promise(() => undefined),
      clock,
    )('node.example').catch((error: unknown) => error);
    await clock.advance(5_000);
    expect(await outcome).toMatchObject({
      code: 'timed-out',
      message: 'The DNS lookup of node.example timed out after 5 s',
    });
  });
});

describe('the usable addresses of a name', () => {
  it('are allowed, of an available family, without duplicates, and IPv4 first', () => {
    const found = ['2a01::1', '81.0.0.2', '::ffff:81.0.0.2', '81.0.0.1', 'fe80::1%eth0', '', '10.0.0.1'];
    const allows = (ip: string): boolean => ip !== '10.0.0.1';
    expect(usableAddresses(found, allows)).toEqual(['81.0.0.2', '81.0.0.1', '2a01::1']);
    expect(usableAddresses(found, allows, ['ipv6'])).toEqual(['2a01::1']);
    expect(usableAddresses([], allows)).toEqual([]);
  });

  it('are bounded', () => {
    const many = Array.from({ length: 100 }, (_, at) => `81.0.0.${String(at)}`);
    expect(usableAddresses(many, () => true)).toHaveLength(16);
  });
});
