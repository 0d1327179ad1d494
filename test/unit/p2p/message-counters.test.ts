import { expect, test } from 'vitest';
import { MessageCounters } from '../../../src-main/p2p/message-counters.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const HEADERS = { protocol: 'eth/69', name: 'GetBlockHeaders' };

test('messages are counted by direction, with bytes and the time of the last one', async () => {
  const clock = new VirtualClock();
  const counters = new MessageCounters(clock);
  counters.count(0x13, HEADERS, 'in', 10);
  await clock.advance(500);
  counters.count(0x13, HEADERS, 'in', 20);
  const [counter] = counters.list();
  expect(counter).toMatchObject({ ...HEADERS, in: 2, out: 0, bytesIn: 30, bytesOut: 0, lastOutAt: null });
  expect(counter?.lastInAt).toBe(clock.now());
});

test('the rate is of the last 10 seconds, and of the age of a younger session', async () => {
  const clock = new VirtualClock();
  const counters = new MessageCounters(clock);
  const rate = (): number | undefined => counters.list()[0]?.rateIn;
  for (let index = 0; index < 8; index++) {
    counters.count(0x13, HEADERS, 'in', 1);
    await clock.advance(500);
  }
  expect(rate()).toBe(2);
  for (let index = 0; index < 60; index++) {
    counters.count(0x13, HEADERS, 'in', 1);
    await clock.advance(500);
  }
  expect(rate()).toBeCloseTo(2, 0);
  await clock.advance(10_000);
  expect(rate()).toBeLessThan(2);
  await clock.advance(20_000);
  expect(rate()).toBe(0);
});
