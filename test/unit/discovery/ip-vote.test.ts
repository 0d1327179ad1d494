import { beforeEach, describe, expect, it } from 'vitest';
import { AddressVote, type VotedAddress } from '../../../src-main/discovery/ip-vote.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let outcomes: [string, VotedAddress][];
let vote: AddressVote;

beforeEach(() => {
  clock = new VirtualClock();
  outcomes = [];
  vote = new AddressVote(clock, (family, address) => outcomes.push([family, address]));
});

const OURS = { ip: '80.9.9.9', port: 30303 };

function statements(count: number, claimed: { ip: string | undefined; port: number }, firstHost = 0): void {
  for (let i = 0; i < count; i++)
    vote.statement({ ip: `81.0.${String(firstHost + i)}.1`, port: 30303 }, claimed);
}

describe('AddressVote', () => {
  it('has an outcome when ten hosts agree', () => {
    statements(9, OURS);
    expect(outcomes).toEqual([]);
    statements(1, OURS, 9);
    expect(outcomes).toEqual([['ipv4', { ...OURS, votes: 10 }]]);
    statements(5, OURS, 20);
    expect(outcomes.length).toBe(1);
    expect(vote.outcome('ipv4')?.votes).toBe(15);
  });

  it('counts one vote per host', () => {
    for (let i = 0; i < 30; i++) statements(1, OURS);
    expect(outcomes).toEqual([]);
  });

  it.each([
    ['IPv4 /24', (i: number) => `81.0.0.${String(i)}`, OURS],
    ['IPv6 /48', (i: number) => `2a02:1:1:${i.toString(16)}::1`, { ip: '2a01::1', port: 30303 }],
  ])('counts one vote per %s', (_, ipOf, claimed) => {
    for (let i = 0; i < 200; i++) vote.statement({ ip: ipOf(i), port: 30303 }, claimed);
    expect(outcomes).toEqual([]);
  });

  it('drops statements after five minutes, but keeps the outcome', async () => {
    statements(9, OURS);
    await clock.advance(300_001);
    statements(5, OURS, 50);
    expect(outcomes).toEqual([]);
    statements(5, OURS, 60);
    expect(outcomes.length).toBe(1);
    await clock.advance(600_000);
    expect(vote.outcome('ipv4')).toEqual({ ...OURS, votes: 0 });
  });

  it('lists the reported endpoints, most votes first, and forgets old ones', async () => {
    statements(2, { ip: '80.9.9.9', port: 4_000 });
    await clock.advance(200_000);
    statements(3, OURS, 10);
    expect(vote.reported('ipv4')).toEqual([
      { ...OURS, votes: 3 },
      { ip: '80.9.9.9', port: 4_000, votes: 2 },
    ]);
    expect(vote.reported('ipv6')).toEqual([]);
    await clock.advance(100_001);
    expect(vote.reported('ipv4')).toEqual([{ ...OURS, votes: 3 }]);
  });

  it('starts again after `forget`', () => {
    statements(10, OURS);
    vote.forget();
    expect(vote.outcome('ipv4')).toBeUndefined();
    const other = { ip: '80.1.1.1', port: 30303 };
    statements(9, other);
    expect(vote.outcome('ipv4')).toBeUndefined();
    statements(1, other, 9);
    expect(vote.outcome('ipv4')).toEqual({ ...other, votes: 10 });
  });

  it('changes to the address of a new majority', () => {
    statements(10, OURS);
    statements(10, { ip: '80.8.8.8', port: 30303 }, 100);
    expect(outcomes.length).toBe(1);
    statements(1, { ip: '80.8.8.8', port: 30303 }, 110);
    expect(outcomes.at(-1)?.[1].ip).toBe('80.8.8.8');
  });

  it('counts each address family separately; a host votes only on its own family', () => {
    statements(10, { ip: '2a01::1', port: 30303 });
    expect(outcomes).toEqual([]);
    for (let i = 0; i < 10; i++) {
      vote.statement({ ip: `2a02:0:${String(i + 1)}::1`, port: 30303 }, { ip: '2a01::1', port: 30304 });
    }
    expect(outcomes).toEqual([['ipv6', { ip: '2a01::1', port: 30304, votes: 10 }]]);
    expect(vote.outcome('ipv4')).toBeUndefined();
  });

  it('ignores statements that cannot be true', () => {
    statements(20, { ip: '127.0.0.1', port: 30303 });
    statements(20, { ip: '192.168.1.1', port: 30303 });
    statements(20, { ip: '0.0.0.0', port: 30303 });
    statements(20, { ip: '80.9.9.9', port: 0 });
    statements(20, { ip: undefined, port: 30303 });
    expect(outcomes).toEqual([]);
  });
});
