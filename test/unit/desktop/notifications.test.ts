import { beforeEach, describe, expect, test } from 'vitest';
import type { HealthCheck } from '../../../shared/model/node.ts';
import type { Ban } from '../../../shared/model/ban.ts';
import { check } from '../../../src-main/health/health-facts.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import type { NoticeKind, Notification } from '../../../src-main/desktop/notice.ts';
import { NOTICE_INTERVAL_MS } from '../../../src-main/desktop/notice-outbox.ts';
import { FORK, NO_PEERS, Notifications, type NoticeFacts } from '../../../src-main/desktop/notifications.ts';
import { STATIC_LOST_MS, STATIC_REPEAT_MS } from '../../../src-main/desktop/static-node-notices.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const ID = 'ab'.repeat(32);
/** As the application polls. */
const POLL_MS = 5_000;

let clock: VirtualClock;
let shown: Notification[];
let off: Set<NoticeKind>;
let statics: Map<string, { label: string | null }>;
let facts: NoticeFacts;
let notifications: Notifications;

beforeEach(() => {
  clock = new VirtualClock();
  shown = [];
  off = new Set();
  statics = new Map([[ID, { label: 'archive' }]]);
  facts = running();
  notifications = new Notifications({
    clock,
    isOn: (kind) => !off.has(kind),
    isSeen: () => false,
    show: (notification) => shown.push(notification),
    staticNode: (idHex) => statics.get(idHex),
  });
  notifications.apply({ type: 'node/phase', phase: 'running' });
});

/** Lets the time pass with polls, as the application does. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += POLL_MS) {
    await clock.advance(POLL_MS);
    notifications.observe(facts);
  }
}

const titles = (): string[] => shown.map(({ title }) => title);

interface Situation {
  readonly peers?: number;
  readonly health?: readonly HealthCheck[];
  readonly phase?: NoticeFacts['phase'];
}

function running({ peers = 5, health = [], phase = 'running' }: Situation = {}): NoticeFacts {
  return {
    phase,
    health: [
      peers === 0
        ? check('peers-out', 'warning', 'No outbound peers yet', 'none after 12 min')
        : check('peers-out', 'good', 'Outbound peers', '5 of 17 slots'),
      ...health,
    ],
    peers: {
      ...{ total: peers, inbound: 0, outbound: peers, static: 0, trusted: 0 },
      ...{ dialing: 3, dialSlots: 16, waiting: 12, known: 90, stored: 80 },
    },
    limits: {
      ...{ maxPeers: 50, maxPendingInbound: 50, maxPendingOutbound: 50 },
      ...{ dialRatio: 3, maxDialed: 17, maxInbound: 33 },
    },
    listening: [{ protocol: 'tcp', ip: '0.0.0.0', port: 30_303 }],
  };
}

describe('no peers', () => {
  test('is told once after ten minutes, with the figures of the dials', async () => {
    facts = running({ peers: 0 });
    await pass(NO_PEERS.onsetMs - POLL_MS);
    expect(shown).toEqual([]);
    await pass(3 * POLL_MS);
    expect(shown).toEqual([
      {
        title: 'No peers for 10 min',
        body: '0 of 50 slots taken; 3 dials in progress, 12 nodes wait for a dial.',
        place: { view: 'why', id: null },
      },
    ]);
    await pass(8 * NO_PEERS.onsetMs);
    expect(shown).toHaveLength(1);
  });

  test('is not told while peers come and go', async () => {
    for (let round = 0; round < 20; round += 1) {
      facts = running({ peers: round % 2 });
      await pass(NO_PEERS.onsetMs / 2);
    }
    expect(shown).toEqual([]);
  });

  test('is told once for a node whose only peer comes and goes', async () => {
    for (let round = 0; round < 5; round += 1) {
      facts = running({ peers: 0 });
      await pass(NO_PEERS.onsetMs + 3 * POLL_MS);
      facts = running({ peers: 1 });
      await pass(60_000);
    }
    expect(titles()).toEqual(['No peers for 10 min']);
    await pass(NO_PEERS.resetMs);
    facts = running({ peers: 0 });
    await pass(NO_PEERS.onsetMs + 3 * POLL_MS);
    expect(shown).toHaveLength(2);
  });

  test('is not told when the settings leave no outbound peer, or the node does not run', async () => {
    facts = { ...running({ peers: 0 }), health: [check('peers-out', 'good', 'No dials, by setting', 'so')] };
    await pass(3 * NO_PEERS.onsetMs);
    facts = running({ peers: 0, phase: 'stopped' });
    await pass(3 * NO_PEERS.onsetMs);
    expect(shown).toEqual([]);
  });

  test('counts from the end of a sleep of the machine', async () => {
    facts = running({ peers: 0 });
    await pass(NO_PEERS.onsetMs - POLL_MS);
    notifications.apply({ type: 'node/woke', sleptMs: 3_600_000 });
    await pass(NO_PEERS.onsetMs - POLL_MS);
    expect(shown).toEqual([]);
    await pass(3 * POLL_MS);
    expect(shown).toHaveLength(1);
  });
});

describe('the port', () => {
  const unreached = check(
    'inbound',
    'warning',
    'No inbound connection from outside',
    'none in 15 min',
    'Forward it.',
  );

  test('is told with its number and what helps, once a day', async () => {
    facts = running({ health: [unreached] });
    await pass(2 * POLL_MS);
    expect(shown).toEqual([
      {
        title: 'No inbound connection from outside',
        body: 'Port 30303: none in 15 min. Forward it.',
        place: { view: 'doctor', tab: 'own' },
      },
    ]);
    for (let round = 0; round < 10; round += 1) {
      facts = running({ health: round % 2 === 0 ? [] : [unreached] });
      await pass(1_200_000);
    }
    expect(shown).toHaveLength(1);
  });
});

describe('an unknown fork', () => {
  const fork = check(
    'unknown-fork',
    'warning',
    'This version does not know the fork',
    'fork hash 0x01',
    'Update it.',
  );

  test('is told when the list has had it for five minutes', async () => {
    facts = running({ health: [fork] });
    await pass(FORK.onsetMs - POLL_MS);
    facts = running();
    await pass(POLL_MS);
    facts = running({ health: [fork] });
    await pass(FORK.onsetMs - POLL_MS);
    expect(shown).toEqual([]);
    await pass(3 * POLL_MS);
    expect(shown).toMatchObject([{ body: 'fork hash 0x01. Update it.', place: { key: 'forkOverrides' } }]);
  });
});

describe('a static node', () => {
  test('that is lost is told after two minutes with the cause, and then that it is back', async () => {
    notifications.apply(dropped());
    await pass(STATIC_LOST_MS - POLL_MS);
    expect(shown).toEqual([]);
    await pass(2 * POLL_MS);
    expect(shown).toEqual([
      {
        title: 'Static node archive is disconnected',
        body: '10.0.0.7:30303, for 2 min, after a session of 3 h: too many peers.',
        place: { view: 'why', id: ID },
      },
    ]);
    await pass(600_000);
    notifications.apply(added());
    await pass(2 * POLL_MS);
    expect(shown[1]).toEqual({
      title: 'Static node archive is connected again',
      body: '10.0.0.7:30303, after 12 min.',
      place: { view: 'peers', id: ID },
    });
  });

  test('that is back within two minutes is never told', async () => {
    for (let round = 0; round < 30; round += 1) {
      notifications.apply(dropped());
      await pass(STATIC_LOST_MS - POLL_MS);
      notifications.apply(added());
      await pass(30_000);
    }
    expect(shown).toEqual([]);
  });

  test('that flaps slowly is told at most every half hour', async () => {
    const rounds = 12;
    for (let round = 0; round < rounds; round += 1) {
      notifications.apply(dropped());
      await pass(STATIC_LOST_MS + 60_000);
      notifications.apply(added());
      await pass(120_000);
    }
    const lost = titles().filter((title) => title.endsWith('is disconnected'));
    expect(lost).toHaveLength(Math.ceil((rounds * 300_000) / STATIC_REPEAT_MS));
  });

  test('without a label has its client and its ID; a node of no list is not told', async () => {
    statics.set(ID, { label: null });
    notifications.apply(dropped());
    notifications.apply({ ...dropped(), idHex: 'cd'.repeat(32), kind: 'dynamic' });
    await pass(STATIC_LOST_MS + POLL_MS);
    expect(titles()).toEqual(['Static node Geth abab…abab is disconnected']);
  });

  test('is not told when the node stops, nor when it has left the list', async () => {
    notifications.apply({ type: 'node/phase', phase: 'stopping' });
    notifications.apply(dropped());
    notifications.apply({ type: 'node/phase', phase: 'running' });
    await pass(2 * STATIC_LOST_MS);
    notifications.apply(dropped());
    statics.clear();
    await pass(2 * STATIC_LOST_MS);
    expect(shown).toEqual([]);
  });
});

describe('a ban by score', () => {
  test('is told with the offence; a ban by the user is not', async () => {
    notifications.apply({ type: 'ban/added', ban: { ...ban(1), by: 'user', offence: null } });
    notifications.apply({ type: 'ban/added', ban: ban(2) });
    await pass(2 * POLL_MS);
    expect(shown).toEqual([
      {
        title: 'Banned by score: Geth 0202…0202',
        body: 'Unrequested response: twice; banned for 1 d.',
        place: { view: 'bans' },
      },
    ]);
  });

  test('of many nodes is one text every ten minutes, and none is lost', async () => {
    for (let node = 1; node <= 50; node += 1) {
      notifications.apply({ type: 'ban/added', ban: ban(node) });
      await pass(10_000);
    }
    await pass(1_200_000);
    const counted = shown.map(({ title }) => Number(/^\d+/.exec(title)?.[0] ?? 1));
    expect(shown.length).toBeLessThanOrEqual(3);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(shown[1]?.place).toEqual({ view: 'bans' });
  });
});

describe('a failed start', () => {
  const failed: NodeEvent = {
    type: 'node/phase',
    phase: 'failed',
    code: 'port-in-use',
    reason: 'Port 30303 is in use.',
  };

  test('is told with its reason', async () => {
    notifications.apply(failed);
    await pass(POLL_MS);
    expect(shown).toEqual([
      { title: 'The node is not running', body: 'Port 30303 is in use.', place: { view: 'overview' } },
    ]);
  });

  test('is not told when the node runs at once', async () => {
    notifications.apply(failed);
    notifications.apply({ type: 'node/phase', phase: 'running' });
    await pass(POLL_MS);
    expect(shown).toEqual([]);
  });
});

test('kinds that are off are not told, and at most one notification is shown a minute', async () => {
  off.add('ban');
  const at: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    const before = shown.length;
    notifications.apply({ type: 'ban/added', ban: ban(round) });
    notifications.apply({
      type: 'node/phase',
      phase: 'failed',
      code: 'port-in-use',
      reason: `Try ${round}.`,
    });
    await pass(10_000);
    if (shown.length > before) at.push(clock.monotonic());
  }
  expect(titles().some((title) => title.startsWith('Banned'))).toBe(false);
  expect(at.length).toBeGreaterThan(4);
  expect(shown).toHaveLength(at.length);
  for (const [index, time] of at.slice(1).entries()) {
    expect(time - at[index]!).toBeGreaterThanOrEqual(NOTICE_INTERVAL_MS - 10_000);
  }
  notifications.stop();
  expect(clock.pendingTimers).toBe(0);
});

const session = {
  idHex: ID,
  name: 'Geth/v1.16',
  direction: 'outbound',
  ip: '10.0.0.7',
  port: 30_303,
} as const;

const added = (): NodeEvent => ({ type: 'peer/added', ...session });

function dropped(): Extract<NodeEvent, { type: 'peer/dropped' }> {
  return {
    ...{ type: 'peer/dropped', ...session, kind: 'static', ageMs: 3 * 3_600_000 },
    ...{ capabilities: [], bytesIn: 0, bytesOut: 0 },
    cause: {
      ...{ code: 'too-many-peers', params: {}, by: 'remote', stage: 'running' },
      disconnectReason: 'too many peers',
    },
  };
}

function ban(node: number): Ban {
  const value = node.toString(16).padStart(2, '0').repeat(32);
  return {
    ...{ id: `node:${value}`, target: { kind: 'node', value }, name: 'Geth/v1.16.1' },
    ...{ reason: 'twice', offence: 'unrequested-answer', by: 'score' },
    ...{ createdAt: 0, until: 86_400_000 },
  };
}
