import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../src-main/base/token-bucket.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('A token bucket', () => {
  it('allows a burst, then the rate, and never has more tokens than the burst', async () => {
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
