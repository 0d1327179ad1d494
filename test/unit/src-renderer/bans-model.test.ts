import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { BAN_DURATIONS, type BanDuration } from '../../../shared/model/ban.ts';
import { checkBanTarget, renewedDuration, filterBans } from '../../../src-renderer/model/ban-target.ts';
import { sessionTone } from '../../../src-renderer/model/session-list.ts';
import { makeBans, makeSessions, pageOf } from '../../support/window-preview/fixture-records.ts';

const NOW = 1_800_000_000_000;
const KEY =
  '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';

describe('the target of a ban', () => {
  it('is a node, an address or a network', () => {
    expect(checkBanTarget('a'.repeat(64))).toMatchObject({ state: 'good', kind: 'node' });
    expect(checkBanTarget(` enode://${KEY}@192.0.2.1:30303 `)).toMatchObject({ state: 'good', kind: 'node' });
    expect(checkBanTarget('192.0.2.7')).toMatchObject({ state: 'good', kind: 'ip' });
    expect(checkBanTarget('2001:db8::7')).toMatchObject({ state: 'good', kind: 'ip' });
    expect(checkBanTarget('192.0.2.0/24')).toMatchObject({ state: 'good', kind: 'cidr', wide: false });
    expect(checkBanTarget('2001:db8::/32')).toMatchObject({ state: 'good', kind: 'cidr', wide: false });
  });

  it('warns about a very large network', () => {
    expect(checkBanTarget('0.0.0.0/0')).toMatchObject({ state: 'good', wide: true });
    expect(checkBanTarget('2000::/3')).toMatchObject({ state: 'good', wide: true });
  });

  it('names what is wrong with any other text', () => {
    expect(checkBanTarget('')).toEqual({ state: 'empty' });
    expect(checkBanTarget('192.0.2.0/33')).toMatchObject({ state: 'bad', problem: 'prefix' });
    expect(checkBanTarget('192.0.2.0/-1')).toMatchObject({ state: 'bad', problem: 'prefix' });
    expect(checkBanTarget('192.0.2.0/24/8')).toMatchObject({ state: 'bad', problem: 'unknown' });
    expect(checkBanTarget('enode://12@192.0.2.1:30303')).toMatchObject({ state: 'bad', problem: 'enode' });
    expect(checkBanTarget('enr:!')).toMatchObject({ state: 'bad', problem: 'record' });
    expect(checkBanTarget('geth')).toMatchObject({ state: 'bad', problem: 'unknown' });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        checkBanTarget(text);
      }),
    );
  });
});

describe('a removed ban that is set again', () => {
  it('gets its original duration', () => {
    for (const name of Object.keys(BAN_DURATIONS) as BanDuration[]) {
      const length = BAN_DURATIONS[name];
      const until = length === null ? null : NOW - 5_000 + length;
      expect(renewedDuration({ createdAt: NOW - 5_000, until }, NOW)).toBe(name);
    }
  });

  it('never ends before the original ban', () => {
    fc.assert(
      fc.property(fc.nat(1e10), fc.nat(1e10), (age, length) => {
        const until = NOW - age + length;
        const given = BAN_DURATIONS[renewedDuration({ createdAt: NOW - age, until }, NOW)];
        expect(given === null || NOW + given >= until).toBe(true);
      }),
    );
  });
});

describe('lists of bans and past sessions', () => {
  it('filters bans by target, name, reason and source', () => {
    const bans = makeBans('typical', NOW);
    expect(filterBans(bans, 'port SCANS').map(({ target }) => target.value)).toEqual(['2001:db8::bad:1']);
    expect(filterBans(bans, 'score')).toHaveLength(2);
    expect(filterBans(bans, ' ')).toBe(bans);
  });

  it('colours the end of a session by the kind of its cause', () => {
    expect(sessionTone('breach-of-protocol')).toBe('var(--bad)');
    expect(sessionTone('hello-missing')).toBe('var(--bad)');
    expect(sessionTone('read-timeout')).toBe('var(--warn)');
    expect(sessionTone('too-many-peers')).toBe('var(--line-strong)');
    expect(sessionTone('client-quitting')).toBe('var(--line-strong)');
  });

  it('pages through all past sessions', () => {
    const records = makeSessions('typical', NOW, undefined);
    let next: string | null = null;
    let joined = 0;
    do {
      const page = pageOf(records, next, 500, '');
      joined += page.records.length;
      next = page.next;
    } while (next !== null);
    expect(joined).toBe(records.length);
  });
});
