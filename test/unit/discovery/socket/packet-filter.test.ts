import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FILTER_LIMITS, PacketFilter } from '../../../../src-main/discovery/socket/packet-filter.ts';
import { PROOF_LIFETIME_MS } from '../../../../src-main/discovery/constants.ts';
import { parseNetList } from '../../../../src-main/base/ip.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const { host, localHost, subnet, total, reserved } = DEFAULT_FILTER_LIMITS;
const FRIEND = { ip: '81.1.1.1', port: 30303 };

let clock: VirtualClock;
let filter: PacketFilter;
let awaited: string | undefined;

beforeEach(() => {
  clock = new VirtualClock();
  awaited = undefined;
  filter = new PacketFilter({ clock, allows: () => true, expects: (ip) => ip === awaited });
});

/** What becomes of a packet that a protocol recognises. */
function fate(ip: string, port: number, isAnswer = false): string {
  const from = { ip, port };
  return filter.refusal(from) ?? filter.admit(from, isAnswer);
}

/** How many of `count` packets from one port end up as `wanted`. */
function count(wanted: string, ip: string, packets: number, isAnswer = false): number {
  let met = 0;
  for (let i = 0; i < packets; i++) if (fate(ip, 30303, isAnswer) === wanted) met++;
  return met;
}

/** Uses up the shared lane by hosts of many subnets. */
function exhaust(): void {
  for (let index = 0; index < total.burst; index += host.burst)
    count('shared', `90.${String(index / host.burst)}.0.1`, host.burst);
  expect(fate('91.1.1.1', 1)).toBe('rate-limit');
}

describe('a host without proof', () => {
  it('may burst and is then held to its rate, whatever ports it uses', async () => {
    let passed = 0;
    for (let port = 1; port <= 1_000; port++) if (fate('80.1.1.1', port) === 'shared') passed++;
    expect(passed).toBe(host.burst);
    expect(fate('80.1.1.1', 1)).toBe('host-rate-limit');
    expect(fate('80.1.1.2', 1)).toBe('shared');
    await clock.advance(1_000);
    expect(count('shared', '80.1.1.1', 1_000)).toBe(host.perSecond);
  });

  it('is an IPv6 /64', () => {
    expect(count('shared', '2a01::1', host.burst)).toBe(host.burst);
    expect(fate('2a01::2', 1)).toBe('host-rate-limit');
    expect(fate('2a01:0:0:1::2', 1)).toBe('shared');
  });

  it('has more room on the local network', () => {
    expect(count('shared', '127.0.0.1', 10_000)).toBe(localHost.burst);
  });

  it('gains nothing by being asked something: what is no answer counts as before', () => {
    count('shared', '80.1.1.1', host.burst);
    awaited = '80.1.1.1';
    expect(fate('80.1.1.1', 30303)).toBe('host-rate-limit');
    expect(fate('80.1.1.1', 30303, true)).toBe('reserved');
  });

  it('pays for garbage, and is then not looked at any more', () => {
    for (let sent = 0; sent < host.burst; sent++) filter.chargeGarbage({ ip: '80.1.1.1', port: 1 });
    expect(filter.refusal({ ip: '80.1.1.1', port: 2 })).toBe('host-rate-limit');
    expect(filter.refusal({ ip: '80.1.1.2', port: 2 })).toBeUndefined();
  });
});

describe('the shared lane', () => {
  it('is used up by no garbage', () => {
    for (let index = 0; index < 2 * total.burst; index++)
      filter.chargeGarbage({ ip: `90.${String(index % 250)}.0.1`, port: 1 });
    expect(fate('91.1.1.1', 1)).toBe('shared');
  });

  it('holds all hosts together to a rate', async () => {
    exhaust();
    await clock.advance(100);
    let passed = 0;
    for (let index = 0; index < total.perSecond; index++)
      if (fate(`92.${String(index % 200)}.${String(index % 7)}.${String(index % 11)}`, 1) === 'shared')
        passed++;
    expect(passed).toBe(total.perSecond / 10);
  });

  it.each([
    ['IPv4 /24', (index: number) => `80.1.1.${String(index % 250)}`, '80.1.2.1'],
    ['IPv6 /48', (index: number) => `2a01:1:1:${(index % 500).toString(16)}::1`, '2a01:1:2::1'],
  ])('leaves half of itself to others than one %s', (_name, ipOf, neighbour) => {
    let passed = 0;
    for (let index = 0; index < 2 * total.burst; index++) if (fate(ipOf(index), 1) === 'shared') passed++;
    expect(passed).toBe(subnet.burst);
    expect(passed).toBeLessThanOrEqual(total.burst / 2);
    expect(fate(ipOf(7), 1)).toBe('subnet-rate-limit');
    expect(fate(neighbour, 1)).toBe('shared');
  });
});

describe('a proven endpoint', () => {
  beforeEach(() => filter.proven.add(FRIEND));

  it('is served while a flood from everywhere else uses up all that is shared', () => {
    exhaust();
    expect(count('reserved', FRIEND.ip, host.burst)).toBe(host.burst);
  });

  it('is an address with its port: others of that address are strangers, and cannot use up what is its', () => {
    for (let port = 1; port <= 1_000; port++) fate(FRIEND.ip, port);
    expect(fate(FRIEND.ip, 1)).toBe('host-rate-limit');
    expect(count('reserved', FRIEND.ip, host.burst)).toBe(host.burst);
  });

  it('has its part of the shared lane when packets are forged in its name', () => {
    expect(count('reserved', FRIEND.ip, host.burst)).toBe(host.burst);
    expect(count('shared', FRIEND.ip, subnet.burst)).toBe(subnet.burst);
  });

  it('is still looked at when garbage is forged in its name', () => {
    for (let sent = 0; sent < 10_000; sent++) filter.chargeGarbage(FRIEND);
    expect(fate(FRIEND.ip, FRIEND.port)).toBe('reserved');
  });

  it('is proven for as long as a proof of discovery v4 holds', async () => {
    await clock.advance(PROOF_LIFETIME_MS - 1);
    expect(fate(FRIEND.ip, FRIEND.port)).toBe('reserved');
    await clock.advance(1);
    expect(fate(FRIEND.ip, FRIEND.port)).toBe('shared');
    filter.proven.add(FRIEND);
    expect(fate(FRIEND.ip, FRIEND.port)).toBe('reserved');
  });

  it.each([
    ['IPv4 /24', (index: number) => `80.1.1.${String(index % 250)}`],
    ['IPv6 /48', (index: number) => `2a01:1:1:${(index % 5_000).toString(16)}::1`],
  ])('is forgotten for none of another subnet, however many there are in one %s', (_name, ipOf) => {
    for (let index = 0; index < 20_000; index++) filter.proven.add({ ip: ipOf(index), port: index });
    expect(fate(FRIEND.ip, FRIEND.port)).toBe('reserved');
    const kept = Array.from({ length: 20_000 }, (_, index) => ({ ip: ipOf(index), port: index }));
    expect(kept.filter((endpoint) => filter.proven.bucketOf(endpoint) !== undefined)).toHaveLength(16);
  });

  it('leaves the others something where very many are proven', () => {
    const endpoints = Array.from({ length: 300 }, (_, index) => ({
      ip: `80.${String(index >> 8)}.${String(index & 255)}.1`,
      port: 1,
    }));
    for (const endpoint of endpoints) filter.proven.add(endpoint);
    const fates = endpoints.flatMap(({ ip, port }) => Array.from({ length: 10 }, () => fate(ip, port)));
    expect(fates.filter((lane) => lane === 'reserved')).toHaveLength(reserved.burst);
    expect(fates.filter((lane) => lane === 'shared')).toHaveLength(fates.length - reserved.burst);
    awaited = '82.1.1.1';
    expect(fate('82.1.1.1', 1, true)).toBe('reserved');
  });
});

describe('an answer that is awaited', () => {
  beforeEach(() => {
    awaited = '80.1.1.1';
  });

  it('passes from a host that is over its rate, in a flood from elsewhere, up to a rate of its own', () => {
    exhaust();
    for (let sent = 0; sent < host.burst; sent++) filter.chargeGarbage({ ip: '80.1.1.1', port: 1 });
    expect(count('reserved', '80.1.1.1', 1_000, true)).toBe(host.burst);
    expect(fate('80.1.1.1', 1, true)).toBe('rate-limit');
  });

  it('is not in the way of another host’s', () => {
    count('reserved', '80.1.1.1', 10_000, true);
    expect(fate('80.1.1.2', 1, true)).toBe('reserved');
  });
});

describe('whoever is kept out', () => {
  it('is dropped by that name, also where an answer is awaited or the endpoint is proven', () => {
    awaited = '80.1.1.1';
    filter = new PacketFilter({
      clock,
      allows: () => true,
      expects: (ip) => ip === awaited,
      isBanned: (ip) => ip === '80.1.1.1',
    });
    filter.proven.add({ ip: '80.1.1.1', port: 1 });
    expect(fate('80.1.1.1', 1, true)).toBe('banned');
    expect(fate('80.1.1.2', 1)).toBe('shared');
  });

  it('is whoever sends from outside the networks that are allowed', () => {
    const networks = parseNetList('127.0.0.0/8');
    filter = new PacketFilter({ clock, allows: (ip) => networks.contains(ip), expects: () => true });
    expect(fate('80.1.1.1', 1, true)).toBe('not-allowed');
    expect(fate('127.0.0.5', 1)).toBe('shared');
  });
});
