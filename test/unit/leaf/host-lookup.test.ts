import { describe, expect, it } from 'vitest';
import { withTimeout } from '../../../src-main/leaf/host-lookup.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('a host look-up with an end', () => {
  it('gives what the resolver found, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const lookUp = withTimeout((name) => Promise.resolve([`${name} is 192.0.2.1`]), clock);
    expect(await lookUp('node.example')).toEqual(['node.example is 192.0.2.1']);
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });

  it('fails as the resolver does', async () => {
    const lookUp = withTimeout(() => Promise.reject(new Error('no such name')), new VirtualClock());
    await expect(lookUp('node.example')).rejects.toThrow('no such name');
  });

  it('ends a resolver that does not answer after 5 s', async () => {
    const clock = new VirtualClock();
    const outcome = withTimeout(
      () => new Promise(() => undefined),
      clock,
    )('node.example').catch((error: unknown) => error);
    await clock.advance(5_000);
    expect(await outcome).toMatchObject({ code: 'timed-out' });
  });
});
