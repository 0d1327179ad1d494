import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BYTE_RATE_SECONDS, ByteRate } from '../../../src-main/p2p/byte-rate.ts';

test('the rate is the mean of the last ten complete seconds', () => {
  const rate = new ByteRate(500);
  for (let second = 0; second < 20; second++) rate.count(500 + second * 1_000, second < 10 ? 7 : 1_000);
  // The twentieth second is not complete: nine of 1,000 bytes and one of 7 count.
  expect(rate.perSecond(20_499)).toBe(Math.round((9 * 1_000 + 7) / 10));
  expect(rate.perSecond(20_500)).toBe(1_000);
});

test('the rate of a young session is the mean of its complete seconds', () => {
  const rate = new ByteRate(0);
  rate.count(10, 600);
  expect(rate.perSecond(999)).toBe(0);
  expect(rate.perSecond(1_000)).toBe(600);
  expect(rate.perSecond(3_000)).toBe(200);
});

test('the rate falls to 0 after ten quiet seconds, and stays there however long it is quiet', () => {
  const rate = new ByteRate(0);
  rate.count(0, 1_000);
  expect(rate.perSecond(10_999)).toBe(100);
  expect(rate.perSecond(11_000)).toBe(0);
  rate.count(1e12, 50);
  expect(rate.perSecond(1e12 + 1_000)).toBe(5);
});

test('the rate does not change within a second', () => {
  const rate = new ByteRate(0);
  rate.count(0, 990);
  rate.count(2_000, 30);
  const at = [2_100, 2_400, 2_999].map((now) => {
    rate.count(now, 17);
    return rate.perSecond(now);
  });
  expect(new Set(at).size).toBe(1);
});

test('the rate is the sum of the bytes of the complete seconds in the window', () => {
  const steps = fc.array(fc.tuple(fc.nat(4_000), fc.nat(1e6)), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.nat(15_000), (sent, after) => {
      const rate = new ByteRate(0);
      let now = 0;
      const all = sent.map(([wait, bytes]) => {
        now += wait;
        rate.count(now, bytes);
        return [Math.floor(now / 1_000), bytes] as const;
      });
      const second = Math.floor((now + after) / 1_000);
      const inWindow = all.filter(([at]) => at < second && at >= second - BYTE_RATE_SECONDS);
      const sum = inWindow.reduce((total, [, bytes]) => total + bytes, 0);
      const seconds = Math.min(BYTE_RATE_SECONDS, second);
      expect(rate.perSecond(now + after)).toBe(seconds === 0 ? 0 : Math.round(sum / seconds));
    }),
  );
});
