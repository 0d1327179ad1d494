import { expect, test } from 'vitest';
import { Pinger, PING_INTERVAL_MS } from '../../../src-main/p2p/pinger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

test('pingNow sends a ping immediately and restarts the interval', async () => {
  const clock = new VirtualClock();
  const sentAt: number[] = [];
  const pinger = new Pinger(clock, () => sentAt.push(clock.monotonic()));
  pinger.pingNow();
  await clock.advance(10);
  expect(sentAt, 'before start').toEqual([]);
  pinger.start();
  await clock.advance(5_000);
  pinger.pingNow();
  await clock.advance(PING_INTERVAL_MS);
  expect(sentAt).toEqual([1_010, 5_010, 5_010 + PING_INTERVAL_MS]);
  pinger.stop();
  pinger.pingNow();
  expect(clock.pendingTimers).toBe(0);
});
