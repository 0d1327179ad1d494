import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FILTER_LIMITS, PacketFilter } from '../../../../src-main/discovery/socket/packet-filter.ts';
import { PROOF_LIFETIME_MS } from '../../../../src-main/discovery/constants.ts';
import { parseNetList } from '../../../../src-main/base/ip.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const { host, localHost, subnet, total, reserved } = DEFAULT_FILTER_LIMITS;
const PROVEN = { ip: '81.1.1.1', port: 30303 };

let clock: VirtualClock;
let filter: PacketFilter;
let expected: string | undefined;

beforeEach(() => {
  clock = new VirtualClock();
  expected = undefined;
  filter = new PacketFilter({ clock, allows: () => true, expects: (ip) => ip === expected });
});

/** The lane of a packet that a protocol recognises, or why it is dropped. */
function outcomeOf(ip: string, port: number, isAnswer = false): string {
  const from = { ip, port };
  return filter.refusal(from) ?? filter.admit(from, isAnswer);
}

/** How many of the packets from one port have the outcome `wanted`. */
function count(wanted: string, ip: string, packets: number, isAnswer = false): number {
  let matches = 0;
  for (let i = 0; i < packets; i++) if (outcomeOf(ip, 30303, isAnswer) === wanted) matches++;
  return matches;
}

/** Uses up the shared lane with hosts of many subnets. */
function exhaust(): void {
  for (let index = 0; index < total.burst; index += host.burst)
    count('shared', `90.${String(index / host.burst)}.0.1`, host.burst);
  expect(outcomeOf('91.1.1.1', 1)).toBe('rate-limit');
}

describe('a host without proof', () => {
  it('may send a burst, and then packets at its rate, from all ports together', async () => {
    let passed = 0;
    for (let port = 1; port <= 1_000; port++) if (outcomeOf('80.1.1.1', port) === 'shared') passed++;
    expect(passed).toBe(host.burst);
    expect(outcomeOf('80.1.1.1', 1)).toBe('host-rate-limit');
    expect(outcomeOf('80.1.1.2', 1)).toBe('shared');
    await clock.advance(1_000);
    expect(count('shared', '80.1.1.1', 1_000)).toBe(host.perSecond);
  });

  it('is an IPv6 /64', () => {
    expect(count('shared', '2a01::1', host.burst)).toBe(host.burst);
    expect(outcomeOf('2a01::2', 1)).toBe('host-rate-limit');
    expect(outcomeOf('2a01:0:0:1::2', 1)).toBe('shared');
  });

  it('has a higher limit on the local network', () => {
    expect(count('shared', '127.0.0.1', 10_000)).toBe(localHost.burst);
  });

  it('has no higher limit for packets that are no answers while an answer is expected', () => {
    count('shared', '80.1.1.1', host.burst);
    expected = '80.1.1.1';
    expect(outcomeOf('80.1.1.1', 30303)).toBe('host-rate-limit');
    expect(outcomeOf('80.1.1.1', 30303, true)).toBe('reserved');
  });

  it('is charged for garbage, and then dropped unread', () => {
    for (let sent = 0; sent < host.burst; sent++) filter.chargeGarbage({ ip: '80.1.1.1', port: 1 });
    expect(filter.refusal({ ip: '80.1.1.1', port: 2 })).toBe('host-rate-limit');
    expect(filter.refusal({ ip: '80.1.1.2', port: 2 })).toBeUndefined();
  });
});

describe('the shared lane', () => {
  it('is not used up by garbage', () => {
    for (let index = 0; index < 2 * total.burst; index++)
      filter.chargeGarbage({ ip: `90.${String(index % 250)}.0.1`, port: 1 });
    expect(outcomeOf('91.1.1.1', 1)).toBe('shared');
  });

  it('limits the rate of all hosts together', async () => {
    exhaust();
    await clock.advance(100);
    let passed = 0;
    for (let index = 0; index < total.perSecond; index++)
      if (outcomeOf(`92.${String(index % 200)}.${String(index % 7)}.${String(index % 11)}`, 1) === 'shared')
        passed++;
    expect(passed).toBe(total.perSecond / 10);
  });

  it.each([
    ['IPv4 /24', (index: number) => `80.1.1.${String(index % 250)}`, '80.1.2.1'],
    ['IPv6 /48', (index: number) => `2a01:1:1:${(index % 500).toString(16)}::1`, '2a01:1:2::1'],
  ])('keeps half of its burst for other subnets than one %s', (_name, ipOf, neighbour) => {
    let passed = 0;
    for (let index = 0; index < 2 * total.burst; index++)
      if (outcomeOf(ipOf(index), 1) === 'shared') passed++;
    expect(passed).toBe(subnet.burst);
    expect(passed).toBeLessThanOrEqual(total.burst / 2);
    expect(outcomeOf(ipOf(7), 1)).toBe('subnet-rate-limit');
    expect(outcomeOf(neighbour, 1)).toBe('shared');
  });
});

describe('a proven endpoint', () => {
  beforeEach(() => filter.proven.add(PROVEN));

  it('is served while a flood from other addresses uses up the shared lane', () => {
    exhaust();
    expect(count('reserved', PROVEN.ip, host.burst)).toBe(host.burst);
  });

  it('is an address with its port: other ports of the address cannot use up its capacity', () => {
    for (let port = 1; port <= 1_000; port++) outcomeOf(PROVEN.ip, port);
    expect(outcomeOf(PROVEN.ip, 1)).toBe('host-rate-limit');
    expect(count('reserved', PROVEN.ip, host.burst)).toBe(host.burst);
  });

  it('can use the shared lane when packets with its address are forged', () => {
    expect(count('reserved', PROVEN.ip, host.burst)).toBe(host.burst);
    expect(count('shared', PROVEN.ip, subnet.burst)).toBe(subnet.burst);
  });

  it('is not dropped unread when garbage with its address is forged', () => {
    for (let sent = 0; sent < 10_000; sent++) filter.chargeGarbage(PROVEN);
    expect(outcomeOf(PROVEN.ip, PROVEN.port)).toBe('reserved');
  });

  it('is proven as long as an endpoint proof of discovery v4 is valid', async () => {
    await clock.advance(PROOF_LIFETIME_MS - 1);
    expect(outcomeOf(PROVEN.ip, PROVEN.port)).toBe('reserved');
    await clock.advance(1);
    expect(outcomeOf(PROVEN.ip, PROVEN.port)).toBe('shared');
    filter.proven.add(PROVEN);
    expect(outcomeOf(PROVEN.ip, PROVEN.port)).toBe('reserved');
  });

  it.each([
    ['IPv4 /24', (index: number) => `80.1.1.${String(index % 250)}`],
    ['IPv6 /48', (index: number) => `2a01:1:1:${(index % 5_000).toString(16)}::1`],
  ])('is not evicted by the endpoints of another %s, of which 16 are kept', (_name, ipOf) => {
    for (let index = 0; index < 20_000; index++) filter.proven.add({ ip: ipOf(index), port: index });
    expect(outcomeOf(PROVEN.ip, PROVEN.port)).toBe('reserved');
    const kept = Array.from({ length: 20_000 }, (_, index) => ({ ip: ipOf(index), port: index }));
    expect(kept.filter((endpoint) => filter.proven.bucketOf(endpoint) !== undefined)).toHaveLength(16);
  });

  it('shares the reserved lane with very many others, and not that of answers', () => {
    const endpoints = Array.from({ length: 300 }, (_, index) => ({
      ip: `80.${String(index >> 8)}.${String(index & 255)}.1`,
      port: 1,
    }));
    for (const endpoint of endpoints) filter.proven.add(endpoint);
    const outcomes = endpoints.flatMap(({ ip, port }) =>
      Array.from({ length: 10 }, () => outcomeOf(ip, port)),
    );
    expect(outcomes.filter((lane) => lane === 'reserved')).toHaveLength(reserved.burst);
    expect(outcomes.filter((lane) => lane === 'shared')).toHaveLength(outcomes.length - reserved.burst);
    expected = '82.1.1.1';
    expect(outcomeOf('82.1.1.1', 1, true)).toBe('reserved');
  });
});

describe('an expected answer', () => {
  beforeEach(() => {
    expected = '80.1.1.1';
  });

  it('passes from a host above its rate limit, during a flood from other addresses, up to a limit of its own', () => {
    exhaust();
    for (let sent = 0; sent < host.burst; sent++) filter.chargeGarbage({ ip: '80.1.1.1', port: 1 });
    expect(count('reserved', '80.1.1.1', 1_000, true)).toBe(host.burst);
    expect(outcomeOf('80.1.1.1', 1, true)).toBe('rate-limit');
  });

  it('does not use up the limit of another host', () => {
    count('reserved', '80.1.1.1', 10_000, true);
    expect(outcomeOf('80.1.1.2', 1, true)).toBe('reserved');
  });
});

describe('an excluded host', () => {
  it('is dropped as banned, also if an answer is expected or the endpoint is proven', () => {
    expected = '80.1.1.1';
    filter = new PacketFilter({
      clock,
      allows: () => true,
      expects: (ip) => ip === expected,
      isBanned: (ip) => ip === '80.1.1.1',
    });
    filter.proven.add({ ip: '80.1.1.1', port: 1 });
    expect(outcomeOf('80.1.1.1', 1, true)).toBe('banned');
    expect(outcomeOf('80.1.1.2', 1)).toBe('shared');
  });

  it('is any host outside the allowed networks', () => {
    const networks = parseNetList('127.0.0.0/8');
    filter = new PacketFilter({ clock, allows: (ip) => networks.contains(ip), expects: () => true });
    expect(outcomeOf('80.1.1.1', 1, true)).toBe('not-allowed');
    expect(outcomeOf('127.0.0.5', 1)).toBe('shared');
  });
});
