import { describe, expect, it } from 'vitest';
import { INBOUND_THROTTLE_MS, InboundThrottle } from '../../../src-main/server/inbound-throttle.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('the inbound throttle', () => {
  it('admits an internet address once per 30 seconds', async () => {
    const clock = new VirtualClock();
    const throttle = new InboundThrottle(clock);
    expect(throttle.admit('8.8.8.8')).toBe(true);
    expect(throttle.admit('8.8.8.8')).toBe(false);
    expect(throttle.admit('2001:4860::8888')).toBe(true);
    await clock.advance(INBOUND_THROTTLE_MS - 1);
    expect(throttle.admit('8.8.8.8')).toBe(false);
    await clock.advance(1);
    expect(throttle.admit('8.8.8.8')).toBe(true);
  });

  it.each(['127.0.0.1', '::1', '192.168.1.5', '10.0.0.1', 'fe80::1'])('does not limit %s', (ip) => {
    const throttle = new InboundThrottle(new VirtualClock());
    for (let attempt = 0; attempt < 3; attempt++) expect(throttle.admit(ip)).toBe(true);
  });

  it('keeps at most 10,000 addresses', () => {
    const throttle = new InboundThrottle(new VirtualClock());
    for (let number = 0; number < 10_002; number++) {
      throttle.admit(`8.${String(number >> 16)}.${String((number >> 8) & 255)}.${String(number & 255)}`);
    }
    expect(throttle.admit('8.0.39.17')).toBe(false);
    expect(throttle.admit('8.0.0.0')).toBe(true);
  });
});
