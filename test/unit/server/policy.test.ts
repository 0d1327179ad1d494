import { endSentence } from '../../../shared/causes/sentences.ts';
import { describe, expect, it } from 'vitest';
import { AcceptLimit, DEFAULT_ACCEPT_RATES } from '../../../src-main/server/accept-limit.ts';
import { DROP_INTERVAL_MAX_MS, DROP_MIN_AGE_MS } from '../../../src-main/server/dropper.ts';
import { takesOver, TIE_WINDOW_MS } from '../../../src-main/server/tie-break.ts';
import { openBans } from '../../support/memory-bans.ts';
import type { P2pNode } from '../../support/p2p-node.ts';
import { TcpWorld } from '../../support/tcp-world.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const PLACES = { maxPendingInbound: 50, maxPendingOutbound: 50 };

/** Starts a node that listens, and `count` other nodes that connect to it. */
async function withGuests(
  world: TcpWorld,
  count: number,
  options: Parameters<TcpWorld['node']>[1] = {},
): Promise<{ host: P2pNode; guests: P2pNode[]; stop: () => Promise<void> }> {
  const host = world.node('10.0.0.1', { limits: { ...PLACES, maxPeers: 8, dialRatio: 4 }, ...options });
  await host.server.start();
  const guests = Array.from({ length: count }, (_, index) => world.node(`10.0.1.${String(index + 1)}`));
  for (const guest of guests) {
    await guest.server.start();
    guest.server.dialing.addStatic(host.node());
    await world.clock.advance(500);
  }
  const stop = async (): Promise<void> => {
    await world.clock.runUntil(Promise.all([host, ...guests].map(({ server }) => server.stop())));
    await world.expectNothingLeft();
  };
  return { host, guests, stop };
}

describe('the peer dropper', () => {
  const full = { ...PLACES, maxPeers: 4, dialRatio: 4 };

  it('drops an old peer every 3 to 7 minutes while a pool is full', async () => {
    const world = new TcpWorld();
    const { host, stop } = await withGuests(world, 3, { limits: full, settings: { dropper: true } });
    expect(host.server.counts().inbound).toBe(3);
    await world.clock.advance(DROP_MIN_AGE_MS - 10_000);
    expect(host.events.of('dropper/dropped')).toEqual([]);
    await world.clock.advance(DROP_INTERVAL_MAX_MS + 10_000);
    const [dropped] = host.events.of('dropper/dropped');
    expect(dropped?.direction).toBe('inbound');
    expect(host.events.of('peer/dropped')[0]).toMatchObject({
      idHex: dropped?.idHex,
      cause: { code: 'peer-churn', by: 'local', disconnectReason: 'useless peer' },
    });
    await stop();
  });

  it('does not drop peers of a pool with free slots, static and trusted peers, or any peer while it is off', async () => {
    const world = new TcpWorld();
    const { host, guests, stop } = await withGuests(world, 3, { settings: { dropper: true } });
    await world.clock.advance(3_600_000);
    host.server.setLimits(full);
    host.server.addTrusted(guests[0]!.idHex);
    host.server.dialing.addStatic(guests[1]!.node());
    host.server.setSettings({ ...QUIET, dropper: false });
    await world.clock.advance(3_600_000);
    expect(host.events.of('dropper/dropped')).toEqual([]);
    host.server.setSettings({ ...QUIET, dropper: true });
    await world.clock.advance(DROP_INTERVAL_MAX_MS);
    expect(host.events.of('dropper/dropped').map(({ idHex }) => idHex)).toEqual([guests[2]!.idHex]);
    await stop();
  });
});

const QUIET = {
  dynamicDials: false,
  noDial: false,
  bootnodeFallbackMs: 0,
  dialTimeoutMs: 15_000,
  dropper: false,
};

describe('a server that loses peers', () => {
  it('requests a search when fewer than half of its slots are taken, at most every 30 seconds', async () => {
    const world = new TcpWorld();
    let requests = 0;
    const { host, guests, stop } = await withGuests(world, 5, { onFewPeers: () => requests++ });
    const leave = async (guest: P2pNode): Promise<void> => {
      await world.clock.runUntil(guest.server.stop());
      await world.clock.advance(100);
    };
    await leave(guests[0]!);
    expect(host.server.counts().total).toBe(4);
    expect(requests).toBe(0);
    await leave(guests[1]!);
    await leave(guests[2]!);
    expect(requests).toBe(1);
    await world.clock.advance(30_000);
    await leave(guests[3]!);
    expect(requests).toBe(2);
    await stop();
    expect(requests).toBe(2);
  });
});

describe('a ban', () => {
  it('ends the session with its target, and refuses its connections with the cause', async () => {
    const world = new TcpWorld();
    const bans = await openBans(world.clock);
    const { host, guests, stop } = await withGuests(world, 2, { bans });
    await bans.add(guests[0]!.idHex, 'hour', 'spam');
    host.server.recheck();
    await world.clock.advance(1_000);
    expect(
      host.events.of('peer/dropped').map(({ idHex, cause }) => [idHex, cause.code, endSentence(cause)]),
    ).toEqual([[guests[0]!.idHex, 'banned', 'The node is banned here: spam']]);
    expect(guests[0]!.events.of('peer/dropped')[0]?.cause).toMatchObject({
      code: 'disconnect-requested',
      by: 'remote',
    });
    await world.clock.advance(300_000);
    const refused = host.events.of('inbound/ended').filter(({ idHex }) => idHex === guests[0]!.idHex);
    expect(refused.length).toBeGreaterThan(0);
    for (const { cause } of refused) expect(cause).toMatchObject({ code: 'banned', stage: 'encryption' });
    expect(host.server.counts().total).toBe(1);
    await world.clock.advance(3_600_000);
    expect(host.server.counts().total).toBe(2);
    await bans.close();
    await stop();
  });

  it('of an address refuses connections before any handshake, and dials to it', async () => {
    const world = new TcpWorld();
    const bans = await openBans(world.clock);
    await bans.add('10.0.1.0/24', 'forever', '');
    const { host, guests, stop } = await withGuests(world, 1, { bans });
    await world.clock.advance(1_000);
    expect(host.events.of('inbound/accepted')).toEqual([]);
    expect(host.events.of('inbound/ended')[0]).toMatchObject({
      ip: '10.0.1.1',
      idHex: undefined,
      cause: { code: 'banned', stage: 'connect' },
    });
    host.server.dialing.addStatic(guests[0]!.node());
    expect(host.server.dialing.stateOf(guests[0]!.node())).toMatchObject({
      state: 'refused',
      refusal: 'banned',
    });
    await bans.remove('cidr:10.0.1.0/24');
    host.server.recheck();
    await world.clock.advance(1_000);
    expect(host.server.counts().outbound).toBe(1);
    await stop();
  });

  it('and the allowed networks are checked again after a change', async () => {
    const world = new TcpWorld();
    let allowed = true;
    const { host, stop } = await withGuests(world, 1, { isAllowedAddress: () => allowed });
    expect(host.server.counts().total).toBe(1);
    allowed = false;
    host.server.recheck();
    await world.clock.advance(1_000);
    expect(host.events.of('peer/dropped')[0]?.cause).toMatchObject({
      code: 'not-netrestricted',
      by: 'local',
    });
    await stop();
  });
});

describe('a requested session', () => {
  it('is dialled once for concurrent requests, and reused afterwards', async () => {
    const world = new TcpWorld();
    const a = world.node('10.0.0.1');
    const b = world.node('10.0.0.2');
    await a.server.start();
    await b.server.start();
    const place = b.node();
    const requested = Promise.all([a.server.connect(place), a.server.connect(place)]);
    const [first, second] = await world.clock.runUntil(requested);
    expect(second).toBe(first);
    expect(await a.server.connect(place)).toBe(first);
    expect(a.events.of('dial/started')).toHaveLength(1);
    await world.clock.runUntil(Promise.all([a.server.stop(), b.server.stop()]));
    await expect(a.server.connect(place)).rejects.toMatchObject({ code: 'aborted' });
    await world.expectNothingLeft();
  });

  it('rejects with the cause', async () => {
    const world = new TcpWorld();
    const a = world.node('10.0.0.1');
    await a.server.start();
    const self = a.nodeAt({ ip: '10.0.0.9', port: 1 });
    await expect(a.server.connect(self)).rejects.toMatchObject({ code: 'self' });
    await world.clock.runUntil(a.server.stop());
  });
});

describe('the accept limit', () => {
  it('limits the rate of a host, counts an IPv6 /64 as one host, and does not limit loopback', async () => {
    const clock = new VirtualClock();
    const limit = new AcceptLimit(clock);
    const admitted = (ip: (attempt: number) => string): number =>
      Array.from({ length: 1_000 }, (_, attempt) => limit.admit(ip(attempt))).filter(Boolean).length;
    expect(admitted((attempt) => `2001:4860::${attempt.toString(16)}`)).toBe(
      DEFAULT_ACCEPT_RATES.internet?.burst,
    );
    expect(admitted(() => '10.0.0.7')).toBe(DEFAULT_ACCEPT_RATES.lan?.burst);
    expect(admitted(() => '127.0.0.1')).toBe(1_000);
    await clock.advance(1_000);
    expect(admitted(() => '10.0.0.7')).toBe(DEFAULT_ACCEPT_RATES.lan?.perSecond);
  });

  it('is the cause of refused connections', async () => {
    const world = new TcpWorld();
    const rates = { ...DEFAULT_ACCEPT_RATES, lan: { perSecond: 1, burst: 2 } };
    const a = world.node('10.0.0.1', { acceptRates: rates });
    await a.server.start();
    for (let attempt = 0; attempt < 4; attempt++) await world.dial('10.0.0.9', '10.0.0.1');
    await world.clock.settle();
    expect(a.events.of('inbound/ended').map(({ cause }) => cause.code)).toEqual([
      'inbound-rate-limited',
      'inbound-rate-limited',
    ]);
    await world.clock.runUntil(a.server.stop());
  });
});

describe('a thousand idle connections', () => {
  it('take the inbound slots for at most 5 seconds', async () => {
    const world = new TcpWorld();
    const maxPendingInbound = 50;
    const { host, stop } = await withGuests(world, 1, {
      limits: { maxPeers: 8, dialRatio: 4, maxPendingInbound, maxPendingOutbound: 50 },
    });
    for (let number = 0; number < 1_000; number++) {
      await world.dial(`10.9.${String(number >> 8)}.${String(number & 255)}`, '10.0.0.1');
      expect(host.server.pendingInbound()).toBeLessThanOrEqual(maxPendingInbound);
    }
    const refused = host.events.of('inbound/ended').map(({ cause }) => cause.code);
    expect(new Set(refused)).toEqual(new Set(['handshake-displaced', 'handshake-timeout']));
    expect(host.server.counts().total).toBe(1);
    await world.clock.advance(5_100);
    expect(host.server.pendingInbound()).toBe(0);
    const late = world.node('10.0.2.1');
    await late.server.start();
    late.server.dialing.addStatic(host.node());
    await world.clock.advance(1_000);
    expect(host.server.counts().total).toBe(2);
    await world.clock.runUntil(late.server.stop());
    await stop();
  });
});

describe('a tie of two connections', () => {
  const own = '5'.repeat(64);
  const low = '1'.repeat(64);
  const session = { direction: 'outbound', clientName: 'Enodeck/v0.2.0/x', ageMs: 10 } as const;

  it('keeps the connection that the node with the smaller ID dialled', () => {
    expect(takesOver({ idHex: low, direction: 'inbound' }, session, own)).toBe(true);
    expect(takesOver({ idHex: '9'.repeat(64), direction: 'inbound' }, session, own)).toBe(false);
    const inbound = { ...session, direction: 'inbound' } as const;
    expect(takesOver({ idHex: '9'.repeat(64), direction: 'outbound' }, inbound, own)).toBe(true);
    expect(takesOver({ idHex: low, direction: 'outbound' }, inbound, own)).toBe(false);
  });

  it('is not broken for other clients, old sessions and connections of the same direction', () => {
    const candidate = { idHex: low, direction: 'inbound' } as const;
    expect(takesOver(candidate, { ...session, clientName: 'Geth/v1.17.8' }, own)).toBe(false);
    expect(takesOver(candidate, { ...session, ageMs: TIE_WINDOW_MS + 1 }, own)).toBe(false);
    expect(takesOver(candidate, { ...session, direction: 'inbound' }, own)).toBe(false);
  });
});
