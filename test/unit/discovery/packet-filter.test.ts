import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FILTER_LIMITS, PacketFilter } from '../../../src-main/discovery/packet-filter.ts';
import { parseNetList } from '../../../src-main/leaf/ip.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let filter: PacketFilter;
let awaited: string | undefined;

beforeEach(() => {
  clock = new VirtualClock();
  awaited = undefined;
  filter = new PacketFilter({ clock, allows: () => true, expects: (ip) => ip === awaited });
});

/** How many of `count` packets pass. */
function passed(ip: string, count: number): number {
  let passing = 0;
  for (let i = 0; i < count; i++) if (filter.refusal({ ip, port: 1000 + i }) === undefined) passing++;
  return passing;
}

describe('the packet filter', () => {
  it('lets a host burst and then holds it to its rate, whatever ports it uses', async () => {
    const { burst, perSecond } = DEFAULT_FILTER_LIMITS.host;
    expect(passed('80.1.1.1', 1_000)).toBe(burst);
    expect(filter.refusal({ ip: '80.1.1.1', port: 1 })).toBe('host-rate-limit');
    expect(passed('80.1.1.2', 1)).toBe(1);
    await clock.advance(1_000);
    expect(passed('80.1.1.1', 1_000)).toBe(perSecond);
  });

  it('drops what comes from a banned address by that name, also where an answer is awaited', () => {
    awaited = '80.1.1.1';
    filter = new PacketFilter({
      clock,
      allows: () => true,
      expects: (ip) => ip === awaited,
      isBanned: (ip) => ip === '80.1.1.1',
    });
    expect(filter.refusal({ ip: '80.1.1.1', port: 1 })).toBe('banned');
    expect(filter.refusal({ ip: '80.1.1.2', port: 1 })).toBeUndefined();
  });

  it('counts an IPv6 /64 as one host', () => {
    const { burst } = DEFAULT_FILTER_LIMITS.host;
    expect(passed('2a01::1', burst)).toBe(burst);
    expect(filter.refusal({ ip: '2a01::2', port: 1 })).toBe('host-rate-limit');
    expect(filter.refusal({ ip: '2a01:0:0:1::2', port: 1 })).toBeUndefined();
  });

  it('gives the hosts of the local network more room', () => {
    expect(passed('127.0.0.1', 10_000)).toBe(DEFAULT_FILTER_LIMITS.localHost.burst);
  });

  it('lets awaited answers pass from a host that is over its rate', () => {
    passed('80.1.1.1', 1_000);
    awaited = '80.1.1.1';
    expect(filter.refusal({ ip: '80.1.1.1', port: 1 })).toBeUndefined();
  });

  it('holds all hosts together to a rate', () => {
    let passing = 0;
    for (let host = 0; host < 100; host++) passing += passed(`80.1.${String(host)}.1`, 100);
    expect(passing).toBe(DEFAULT_FILTER_LIMITS.total.burst);
    expect(filter.refusal({ ip: '81.1.1.1', port: 1 })).toBe('rate-limit');
  });

  it('drops what comes from outside the networks that are allowed', () => {
    const networks = parseNetList('127.0.0.0/8');
    filter = new PacketFilter({ clock, allows: (ip) => networks.contains(ip), expects: () => true });
    expect(filter.refusal({ ip: '80.1.1.1', port: 1 })).toBe('not-allowed');
    expect(filter.refusal({ ip: '127.0.0.5', port: 1 })).toBeUndefined();
  });
});
