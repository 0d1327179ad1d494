import { beforeEach, describe, expect, it } from 'vitest';
import { offenceOfEnd } from '../../../src-main/causes/policy.ts';
import { OFFENCES, type Offence } from '../../../shared/causes/offences.ts';
import { isCauseCode } from '../../../shared/causes/catalogue.ts';
import { BAN_AT, LOWEST_SCORE, OFFENCE_WEIGHTS } from '../../../src-main/server/reputation-weights.ts';
import { ReputationTracker } from '../../../src-main/server/reputation.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import type { EndCause, NodeEvent } from '../../../src-main/events/events.ts';
import { failure, numberedNode } from '../../support/dial-rounds.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const UNIT = 1_024;
const HOUR = 3_600_000;
const node = numberedNode(1);
const { idHex } = node;

let clock: VirtualClock;
let bus: EventBus;
let reputation: ReputationTracker;
let kind: 'static' | 'trusted' | 'dynamic';
let mayBan: boolean;
let banned: string[];
let seen: NodeEvent[];

beforeEach(() => {
  clock = new VirtualClock();
  bus = new EventBus(clock, silentLogger);
  kind = 'dynamic';
  mayBan = true;
  banned = [];
  seen = [];
  bus.subscribe((event) => seen.push(event));
  reputation = new ReputationTracker({
    events: bus,
    clock,
    mayBan: () => mayBan,
    kindOf: () => kind,
    ban: (_, offence, detail) => banned.push(`${offence}: ${detail}`),
  });
});

const offend = (offence: Offence): void => {
  bus.emit({ type: 'peer/offence', idHex, ip: '192.0.2.1', offence, detail: 'seen' });
};
const connect = (): void => {
  bus.emit({
    ...{ type: 'peer/added', idHex, name: 'x', direction: 'inbound', ip: '192.0.2.1', port: 1 },
    local: '192.0.2.2:30303',
  });
};
const drop = (cause: EndCause): void => {
  bus.emit({
    ...{ type: 'peer/dropped', idHex, name: 'x', direction: 'inbound', ip: '192.0.2.1', port: 1, cause },
    ...{ ageMs: 1, kind, capabilities: [], bytesIn: 0, bytesOut: 0 },
  });
};

describe('the reputation of a node', () => {
  it('is 0 without offences, with the threshold of a ban', () => {
    expect(reputation.view(idHex)).toEqual({ score: 0, banAt: -50 * UNIT, changes: [] });
  });

  it('falls by the weight of each offence, and has the last ten changes', () => {
    for (let times = 0; times < 11; times++) offend('bad-announcement');
    offend('timeout');
    expect(reputation.score(idHex)).toBe(-15 * UNIT);
    const { changes } = reputation.view(idHex);
    expect(changes).toHaveLength(10);
    expect(changes[0]).toEqual({
      at: clock.now(),
      code: 'timeout',
      change: -4 * UNIT,
    });
    expect(seen.filter(({ type }) => type === 'reputation/changed').at(-1)).toMatchObject({
      offence: 'timeout',
      change: -4 * UNIT,
      score: -15 * UNIT,
    });
  });

  it('is halved in an hour, and rises by one per second while the node is connected, up to 0', async () => {
    offend('bad-message');
    await clock.advance(HOUR);
    expect(reputation.score(idHex)).toBe(-8 * UNIT);
    connect();
    await clock.advance(HOUR);
    expect(reputation.score(idHex)).toBe(-4 * UNIT + 3_600);
    await clock.advance(HOUR);
    expect(reputation.score(idHex)).toBe(0);
    drop(failure('too-many-peers', { by: 'remote', stage: 'running', disconnectReason: 'too many peers' }));
    expect(reputation.score(idHex)).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leads to a ban at the threshold, with the cause', () => {
    for (let times = 0; times < 3; times++) offend('bad-message');
    expect(banned).toEqual([]);
    offend('bad-message');
    expect(banned).toEqual(['bad-message: seen']);
  });

  it('leads to a ban for one protocol violation, and is reset when the ban ends', () => {
    offend('bad-protocol');
    expect(reputation.score(idHex)).toBe(LOWEST_SCORE);
    expect(banned).toHaveLength(1);
    const target = { kind: 'node' as const, value: idHex };
    const ban = { id: `node:${idHex}`, target, reason: '', offence: null, by: 'score' as const, name: null };
    bus.emit({ type: 'ban/removed', ban: { ...ban, createdAt: 0, until: 1 }, how: 'expired' });
    expect(reputation.view(idHex)).toMatchObject({ score: 0, changes: [] });
  });

  it('never leads to a ban of a trusted node, and decreases less for trusted and static nodes', () => {
    kind = 'trusted';
    for (let times = 0; times < 30; times++) offend('bad-protocol');
    expect(reputation.view(idHex).changes[0]?.change).toBe(-2_048);
    expect(reputation.score(idHex)).toBeLessThan(BAN_AT);
    expect(banned).toEqual([]);
    offend('timeout');
    expect(reputation.score(idHex)).toBe(-30 * 2_048);
    kind = 'static';
    offend('bad-message');
    expect(banned).toHaveLength(1);
  });

  it('does not lead to a ban while the setting is off', () => {
    mayBan = false;
    offend('bad-protocol');
    expect(reputation.score(idHex)).toBe(LOWEST_SCORE);
    expect(banned).toEqual([]);
  });

  it('counts an offence and the end that it causes once', async () => {
    connect();
    offend('does-not-read');
    drop(failure('connection-lost', { stage: 'running' }));
    expect(reputation.view(idHex).changes).toHaveLength(1);
    await clock.advance(1_000);
    drop(failure('connection-lost', { stage: 'running' }));
    expect(reputation.view(idHex).changes.map(({ code }) => code)).toEqual(['dropped', 'does-not-read']);
  });

  it('includes dials, and inbound connections with a known node ID', async () => {
    bus.emit({
      ...{ type: 'dial/ended', node, kind: 'dynamic', durationMs: 1 },
      cause: failure('handshake-malformed', { by: 'local', stage: 'encryption' }),
    });
    await clock.advance(1_000);
    bus.emit({
      ...{ type: 'inbound/ended', ip: '192.0.2.1', port: 1, idHex },
      cause: failure('hello-missing', { by: 'local', stage: 'hello' }),
    });
    expect(reputation.view(idHex).changes.map(({ code }) => code)).toEqual([
      'bad-protocol',
      'failed-to-connect',
    ]);
    bus.emit({
      type: 'inbound/ended',
      ip: '192.0.2.1',
      port: 1,
      idHex: undefined,
      cause: failure('hello-missing'),
    });
    reputation.close();
    offend('timeout');
    expect(reputation.view(idHex).changes).toHaveLength(2);
  });

  it('is kept for 10,000 nodes', () => {
    for (let number = 2; number < 10_100; number++) {
      const other = numberedNode(number).idHex;
      bus.emit({ type: 'peer/offence', idHex: other, ip: undefined, offence: 'timeout', detail: '' });
    }
    expect(reputation.score(numberedNode(2).idHex)).toBe(0);
    expect(reputation.score(numberedNode(10_099).idHex)).toBe(-4 * UNIT);
  });
});

describe('the weights', () => {
  it('are all negative, have a title in the catalogue, and are those of reth where it has one', () => {
    for (const offence of OFFENCES) {
      expect(OFFENCE_WEIGHTS[offence].change).toBeLessThan(0);
      expect(isCauseCode(offence)).toBe(true);
    }
    expect(OFFENCE_WEIGHTS['failed-to-connect'].change).toBe(-25_600);
    expect(BAN_AT).toBe(-51_200);
  });
});

describe('the end of a connection', () => {
  it.each([
    ['too-many-peers', 'remote', 'hello', 'too many peers'],
    ['too-many-peers', 'local', 'encryption', 'too many peers'],
    ['already-connected', 'remote', 'running', 'already connected'],
    ['client-quitting', 'remote', 'running', 'client quitting'],
    ['disconnect-requested', 'local', 'running', 'disconnect requested'],
    ['useless-peer', 'remote', 'hello', 'useless peer'],
    ['no-shared-protocol', 'local', 'hello', 'useless peer'],
    ['wrong-network', 'local', 'status', 'subprotocol error'],
    ['connection-refused', 'network', 'connect', undefined],
    ['timed-out', 'network', 'connect', undefined],
    ['auth-unanswered', 'remote', 'encryption', undefined],
    ['handshake-timeout', 'network', 'encryption', undefined],
    ['peer-churn', 'local', 'running', 'useless peer'],
    ['banned', 'local', 'running', 'disconnect requested'],
  ] as const)('is no offence: %s by %s at %s', (code, by, stage, disconnectReason) => {
    for (const dialed of [true, false]) {
      expect(offenceOfEnd(failure(code, { by, stage, disconnectReason }), dialed)).toBeUndefined();
    }
  });
});
