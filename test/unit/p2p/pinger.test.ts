import { expect, test } from 'vitest';
import { Pinger, PING_INTERVAL_MS } from '../../../src-main/p2p/pinger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

test('a ping can be sent at once, after which the pings from time to time go on from there', async () => {
  const clock = new VirtualClock();
  const sentAt: number[] = [];
  const pinger = new Pinger(clock, () => sentAt.push(clock.monotonic()));
  pinger.pingNow();
  await clock.advance(10);
  expect(sentAt, 'before the session has begun').toEqual([]);
  pinger.start();
  await clock.advance(5_000);
  pinger.pingNow();
  await clock.advance(PING_INTERVAL_MS);
  expect(sentAt).toEqual([1_010, 5_010, 5_010 + PING_INTERVAL_MS]);
  pinger.stop();
  pinger.pingNow();
  expect(clock.pendingTimers).toBe(0);
});
