import { beforeEach, describe, expect, it } from 'vitest';
import { HandshakeSlots } from '../../../src-main/server/handshake-slots.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const CAPACITY = 50;
const QUARTER = 12;

let clock: VirtualClock;
let slots: HandshakeSlots;
let displaced: string[];

beforeEach(() => {
  clock = new VirtualClock();
  slots = new HandshakeSlots(clock, () => CAPACITY);
  displaced = [];
});

const take = (ip: string) => slots.take(ip, () => displaced.push(ip));
const fill = (count: number, ip: (number: number) => string): number => {
  let taken = 0;
  for (let number = 0; number < count; number++) if (take(ip(number)) !== undefined) taken++;
  return taken;
};

describe('the slots of inbound handshakes', () => {
  it.each([
    ['one address', '192.0.2.7', (): string => '192.0.2.7'],
    ['loopback', '127.0.0.1', (): string => '127.0.0.1'],
    ['the LAN', '10.0.0.7', (): string => '10.0.0.7'],
    ['one IPv6 host', '2001:db8::1', (number: number): string => `2001:db8::${(number + 1).toString(16)}`],
  ])('give a quarter to %s', (_name, again, ip) => {
    expect(fill(100, ip)).toBe(QUARTER);
    expect(slots.size).toBe(QUARTER);
    expect(slots.refusal(again)).toBe('network-share-taken');
    expect(displaced).toEqual([]);
  });

  it.each([
    ['an IPv4 /24', (number: number): string => `192.0.2.${String(number)}`],
    ['an IPv6 /48 of many /64', (number: number): string => `2001:db8:1:${number.toString(16)}::1`],
  ])('give a quarter to %s, and a new address takes the slot that was inactive longest', async (_, ip) => {
    for (let number = 0; number < 20; number++) {
      expect(take(ip(number))).toBeDefined();
      await clock.advance(1);
    }
    expect(slots.size).toBe(QUARTER);
    expect(displaced).toEqual(Array.from({ length: 8 }, (_unused, number) => ip(number)));
  });

  it('are taken over by a new address of any network when all are in use', async () => {
    for (let number = 0; number < CAPACITY; number++) {
      take(`10.${String(number)}.0.1`);
      await clock.advance(1);
    }
    expect(take('127.0.0.1')).toBeDefined();
    expect(displaced).toEqual(['10.0.0.1']);
    expect(slots.size).toBe(CAPACITY);
  });

  it('count only a completed step as activity', async () => {
    const first = take('10.0.0.1')!;
    await clock.advance(1);
    for (let number = 1; number < CAPACITY; number++) take(`10.${String(number)}.0.1`);
    await clock.advance(1);
    slots.stepped(first, false);
    await clock.advance(1);
    take('127.0.0.1');
    expect(displaced).toEqual(['10.1.0.1']);
  });

  it('keep the slot of a trusted peer that has proven its identity', async () => {
    const trusted = take('10.0.0.1')!;
    slots.stepped(trusted, true);
    await clock.advance(5_000);
    for (let number = 1; number < 200; number++) take(`10.${String(number)}.0.1`);
    expect(displaced).not.toContain('10.0.0.1');
    expect(displaced).toHaveLength(199 - (CAPACITY - 1));
  });

  it('give an address no second slot until the other connection has been inactive for a second', async () => {
    fill(QUARTER, () => '127.0.0.1');
    await clock.advance(999);
    expect(take('127.0.0.1')).toBeUndefined();
    await clock.advance(1);
    expect(take('127.0.0.1')).toBeDefined();
    expect(displaced).toEqual(['127.0.0.1']);
    expect(slots.size).toBe(QUARTER);
  });

  it('are free again after release, and a second release has no effect', () => {
    const held = Array.from({ length: QUARTER }, () => take('127.0.0.1')!);
    slots.release(held[0]!);
    slots.release(held[0]!);
    expect(slots.size).toBe(QUARTER - 1);
    expect(take('127.0.0.1')).toBeDefined();
    expect(take('127.0.0.1')).toBeUndefined();
  });

  it.each([
    [0, 0, 'all-taken'],
    [1, 1, 'network-share-taken'],
    [3, 1, 'network-share-taken'],
    [8, 2, 'network-share-taken'],
  ])('with capacity %i give %i to one address', (capacity, share, refusal) => {
    slots = new HandshakeSlots(clock, () => capacity);
    expect(fill(20, () => '127.0.0.1')).toBe(share);
    expect(slots.refusal('127.0.0.1')).toBe(refusal);
    expect(slots.refusal('::1')).toBe(capacity > 1 ? undefined : capacity === 0 ? 'all-taken' : undefined);
  });
});
