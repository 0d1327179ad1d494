import { describe, expect, it } from 'vitest';
import { DIAL_HISTORY_MS } from '../../../src-main/dialing/dial-memory.ts';
import { addressless, DialRounds, failure, idsOf, numberedNode as n } from '../../support/dial-rounds.ts';
import { MID_RANDOM } from '../../support/mid-random.ts';
import { parseNetList } from '../../../src-main/base/ip.ts';

const DIALS_ON = { dynamicDials: true, noDial: false, bootnodeFallbackMs: 0 };

describe('dynamic dials', () => {
  it('take two slots per missing peer, which failures and lost peers free', async () => {
    const rounds = new DialRounds();
    for (const peer of [n(0), n(1), n(2)]) rounds.scheduler.peerAdded(peer.idHex, true);
    await rounds.start();
    // Three of four peers are connected: two slots. Connected nodes are refused.
    await rounds.discover(n(0), n(2), n(3), n(4), n(5), n(6), n(7), n(8));
    expect(rounds.newIds()).toEqual(idsOf(n(3), n(4)));
    expect(rounds.events.of('dial/refused').map((event) => event.reason)).toEqual([
      'already-connected',
      'already-connected',
    ]);

    await rounds.fail(n(4));
    expect(rounds.newIds()).toEqual(idsOf(n(5)));

    // The last peer slot is taken; nothing more is dialled.
    await rounds.succeed(n(3));
    await rounds.fail(n(5));
    await rounds.discover(n(9));
    expect(rounds.newIds()).toEqual([]);

    // Three peers drop: six slots, of which five may be active.
    for (const peer of [n(0), n(1), n(2)])
      rounds.scheduler.peerRemoved(peer.idHex, failure('too-many-peers'));
    await rounds.discover(n(10), n(11), n(12), n(13), n(14));
    expect(rounds.newIds()).toEqual(idsOf(n(6), n(7), n(8), n(9), n(10)));
    await rounds.scheduler.stop();
  });

  it('request candidates of discovery only while a slot is free', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 1, maxActive: 50 } });
    await rounds.start();
    await rounds.discover(n(1), n(2), n(3), n(4));
    expect(rounds.newIds()).toEqual(idsOf(n(1), n(2)));
    expect(rounds.pulls).toBe(2);
    expect(rounds.discovered).toHaveLength(2);
    await rounds.scheduler.stop();
  });

  it('keep a candidate that arrives without a free slot until a slot is free', async () => {
    let give: ((node: ReturnType<typeof n>) => void) | undefined;
    const rounds = new DialRounds({
      limits: { maxDialed: 1, maxActive: 1 },
      candidates: {
        next: () =>
          new Promise((resolve) => {
            give = resolve;
          }),
      },
    });
    await rounds.start();
    rounds.scheduler.peerAdded(n(1).idHex, true);
    give?.(n(2));
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual([]);
    rounds.scheduler.peerRemoved(n(1).idHex, failure('connection-lost', { stage: 'running' }));
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual(idsOf(n(2)));
    await rounds.scheduler.stop();
  });

  it('are off while the setting is off, and start when it is switched on', async () => {
    const rounds = new DialRounds({ settings: { ...DIALS_ON, dynamicDials: false } });
    await rounds.start();
    await rounds.discover(n(1));
    expect(rounds.pulls).toBe(0);
    rounds.scheduler.setSettings(DIALS_ON);
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    await rounds.scheduler.stop();
  });

  it('are refused with the reason', async () => {
    const allowed = parseNetList('127.0.2.0/24');
    const rounds = new DialRounds({
      guard: {
        isBanned: (node) => node.idHex === n(1).idHex,
        isAllowedAddress: (ip) => allowed.contains(ip),
        isOfOtherNetwork: (node) => node.idHex === n(2).idHex,
      },
    });
    const near = { ip: '127.0.2.7' };
    await rounds.start();
    rounds.scheduler.inboundPending(n(3).idHex);
    await rounds.discover(
      n(0xffff, near),
      n(1, near),
      addressless(4),
      n(5, { ...near, tcp: 0 }),
      n(6),
      n(2, near),
      n(3, near),
      n(7, near),
      n(7, near),
    );
    expect(rounds.events.of('dial/refused').map((event) => event.reason)).toEqual([
      'self',
      'banned',
      'no-address',
      'no-port',
      'not-netrestricted',
      'other-network',
      'pending-inbound',
      'already-dialing',
    ]);
    expect(rounds.newIds()).toEqual(idsOf(n(7)));
    await rounds.fail(n(7), failure('aborted', { by: 'local' }));
    await rounds.discover(n(7, near));
    expect(rounds.events.of('dial/refused').at(-1)?.reason).toBe('recently-dialed');
    await rounds.clock.advance(DIAL_HISTORY_MS);
    await rounds.discover(n(7, near));
    expect(rounds.newIds()).toEqual(idsOf(n(7)));
    await rounds.scheduler.stop();
  });

  it('have a backoff by cause that grows with each consecutive failure', async () => {
    const rounds = new DialRounds({ random: MID_RANDOM });
    await rounds.start();
    await rounds.discover(n(1));
    await rounds.fail(n(1), failure('wrong-network', { stage: 'status', by: 'local' }));
    expect(rounds.scheduler.stateOf(n(1))).toMatchObject({
      state: 'waiting',
      refusal: 'recently-dialed',
      nextTryAt: rounds.clock.now() + 900_000,
      failures: 1,
    });
    await rounds.clock.advance(899_999);
    await rounds.discover(n(1));
    expect(rounds.events.of('dial/refused').at(-1)?.reason).toBe('backing-off');
    await rounds.clock.advance(1);
    await rounds.discover(n(1));
    await rounds.fail(n(1), failure('wrong-network', { stage: 'status', by: 'local' }));
    expect(rounds.scheduler.stateOf(n(1)).nextTryAt).toBe(rounds.clock.now() + 1_800_000);
    expect(rounds.scheduler.totals().waiting).toBe(1);
    await rounds.scheduler.stop();
  });
});

describe('static dials', () => {
  it('come first, in random order, within the slots', async () => {
    const rounds = new DialRounds();
    for (const peer of [n(1), n(2)]) rounds.scheduler.peerAdded(peer.idHex, true);
    for (let number = 1; number <= 9; number++) rounds.scheduler.addStatic(n(number));
    rounds.discovered.push(n(20));
    await rounds.start();
    const first = rounds.newDials();
    expect(first).toHaveLength(4);
    for (const node of first) expect(idsOf(n(1), n(2), n(20))).not.toContain(node.idHex);
    const [one, two, three, four] = first;
    await rounds.succeed(one!);
    for (const node of [two!, three!, four!]) await rounds.fail(node);
    // One peer is missing: two slots, for static nodes without a recent dial.
    const second = rounds.newDials();
    expect(second).toHaveLength(2);
    expect(idsOf(...first)).not.toContain(second[0]!.idHex);
    await rounds.scheduler.stop();
  });

  it('have one reserved slot while outbound peers take all slots', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 2, maxActive: 5 } });
    for (const peer of [n(1), n(2)]) rounds.scheduler.peerAdded(peer.idHex, true);
    await rounds.start();
    await rounds.discover(n(20));
    for (const node of [n(3), n(4)]) rounds.scheduler.addStatic(node);
    await rounds.clock.settle();
    const [first, ...more] = rounds.newDials();
    expect(more).toEqual([]);
    expect(idsOf(n(3), n(4))).toContain(first!.idHex);
    const other = first!.idHex === n(3).idHex ? n(4) : n(3);
    expect(rounds.scheduler.stateOf(other)).toMatchObject({ state: 'queued', waitsFor: 'dial-slot' });
    expect(rounds.scheduler.totals()).toMatchObject({ dialing: 1, slots: 1, freeSlots: 0 });
    await rounds.succeed(first!);
    expect(rounds.newIds()).toEqual([other.idHex]);
    await rounds.fail(other);
    expect(rounds.newIds()).toEqual([]);
    await rounds.scheduler.stop();
  });

  it('have one reserved slot while candidates take all slots', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 4, maxActive: 2 } });
    await rounds.start();
    await rounds.discover(n(20), n(21), n(22));
    expect(rounds.newIds()).toEqual(idsOf(n(20), n(21)));
    for (const node of [n(3), n(4)]) rounds.scheduler.addStatic(node);
    await rounds.clock.settle();
    expect(rounds.newIds()).toHaveLength(1);
    await rounds.scheduler.stop();
  });

  it('wait while no peer slot is available, and continue when one is', async () => {
    let hasSlot = false;
    const rounds = new DialRounds({ hasStaticSlot: () => hasSlot });
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    expect(rounds.newIds()).toEqual([]);
    expect(rounds.scheduler.stateOf(n(1))).toMatchObject({ state: 'queued', waitsFor: 'peer-slot' });
    hasSlot = true;
    rounds.scheduler.peerRemoved(n(9).idHex, failure('client-quitting', { stage: 'running' }));
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    expect(rounds.scheduler.stateOf(n(1)).waitsFor).toBeUndefined();
    await rounds.scheduler.stop();
  });

  it('do not start when the limit of outbound peers is 0', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 0, maxActive: 5 } });
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    expect(rounds.newIds()).toEqual([]);
    await rounds.scheduler.stop();
  });

  it('are chosen from thousands of static nodes', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 2, maxActive: 50 } });
    for (let number = 0; number < 2_000; number++) rounds.scheduler.addStatic(n(number));
    await rounds.start();
    expect(new Set(rounds.newIds()).size).toBe(4);
    await rounds.scheduler.stop();
  });

  it('are repeated when the dial history and the backoff have expired', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 3, maxActive: 3 } });
    for (const node of [n(1), n(2), n(3)]) rounds.scheduler.addStatic(node);
    await rounds.start();
    expect(rounds.newIds()).toEqual(idsOf(n(1), n(2), n(3)));
    await rounds.succeed(n(1));
    await rounds.succeed(n(2));
    await rounds.fail(n(3));
    expect(rounds.scheduler.stateOf(n(3))).toMatchObject({
      state: 'waiting',
      nextTryAt: rounds.clock.now() + DIAL_HISTORY_MS,
      cause: { code: 'connection-refused' },
    });
    await rounds.clock.advance(DIAL_HISTORY_MS - 1);
    expect(rounds.newIds()).toEqual([]);
    await rounds.clock.advance(1);
    expect(rounds.newIds()).toEqual(idsOf(n(3)));
    await rounds.scheduler.stop();
  });

  it('are repeated immediately when a running session is lost', async () => {
    const rounds = new DialRounds();
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    rounds.newDials();
    await rounds.succeed(n(1));
    await rounds.clock.advance(3_600_000);
    rounds.scheduler.peerRemoved(n(1).idHex, failure('client-quitting', { by: 'remote', stage: 'running' }));
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    await rounds.scheduler.stop();
  });

  it('have a backoff after a session that failed at Status', async () => {
    const rounds = new DialRounds({ random: MID_RANDOM });
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    rounds.newDials();
    await rounds.succeed(n(1));
    rounds.scheduler.peerRemoved(n(1).idHex, failure('wrong-genesis', { by: 'local', stage: 'status' }));
    expect(rounds.scheduler.stateOf(n(1)).nextTryAt).toBe(rounds.clock.now() + 120_000);
    await rounds.clock.advance(120_000);
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    await rounds.scheduler.stop();
  });

  it('are aborted and not repeated when the node is removed', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 1, maxActive: 1 } });
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    rounds.scheduler.removeStatic(n(1).idHex);
    await rounds.clock.settle();
    expect(rounds.events.of('dial/ended')[0]?.cause?.code).toBe('aborted');
    await rounds.clock.advance(3_600_000);
    expect(rounds.newIds()).toEqual([]);
    await rounds.scheduler.stop();
  });

  it('wait for an inbound connection of the node, and start when it fails', async () => {
    const rounds = new DialRounds();
    rounds.scheduler.inboundPending(n(1).idHex);
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    expect(rounds.newIds()).toEqual([]);
    rounds.scheduler.inboundCompleted(n(1).idHex);
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    await rounds.scheduler.stop();
  });

  it('search the address of a node without one, and again when it is unreachable', async () => {
    const places = [n(1, { ip: '127.0.0.1' }), n(1, { ip: '127.0.0.55' })];
    const rounds = new DialRounds({ resolver: { resolve: () => Promise.resolve(places.shift()) } });
    rounds.scheduler.addStatic(addressless(1));
    await rounds.start();
    expect(rounds.newDials().map(({ ip }) => ip)).toEqual(['127.0.0.1']);
    await rounds.clock.advance(60_000);
    await rounds.fail(n(1));
    expect(rounds.newDials().map(({ ip }) => ip)).toEqual(['127.0.0.55']);
    await rounds.scheduler.stop();
  });

  it('search less often for a node that is not found', async () => {
    const searches: number[] = [];
    const rounds = new DialRounds({
      resolver: {
        resolve: () => {
          searches.push(rounds.clock.monotonic());
          return Promise.resolve(undefined);
        },
      },
    });
    rounds.scheduler.addStatic(addressless(1));
    await rounds.start();
    await rounds.clock.advance(24 * 3_600_000);
    const pauses = searches.slice(1).map((at, index) => at - searches[index]!);
    expect(pauses[0]).toBeGreaterThanOrEqual(120_000);
    for (let index = 1; index < 5; index++) expect(pauses[index]).toBeGreaterThan(pauses[index - 1]! * 1.4);
    expect(Math.max(...pauses)).toBeLessThan(2 * 3_600_000);
    expect(rounds.events.of('dial/ended')[0]?.cause?.code).toBe('no-address');
    await rounds.scheduler.stop();
  });

  it('use a new address immediately, and not the old one', async () => {
    const rounds = new DialRounds();
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    expect(rounds.newDials().map(({ ip }) => ip)).toEqual(['127.0.0.1']);
    rounds.scheduler.addStatic(n(1, { ip: '127.0.0.55' }));
    await rounds.clock.settle();
    expect(rounds.newDials().map(({ ip }) => ip)).toEqual(['127.0.0.55']);
    await rounds.fail(n(1));
    rounds.scheduler.addStatic(n(1, { ip: '127.0.0.55', tcp: 30304 }));
    await rounds.clock.settle();
    expect(rounds.newDials().map(({ tcp }) => tcp)).toEqual([30304]);
    await rounds.fail(n(1));
    rounds.scheduler.addStatic(n(1, { ip: '127.0.0.55', tcp: 30304 }));
    await rounds.clock.settle();
    expect(rounds.scheduler.stateOf(n(1)).refusal).toBe('recently-dialed');
    await rounds.scheduler.stop();
  });

  it('resolve the DNS name before each dial', async () => {
    const answers = [['10.1.2.3'], ['::1', '10.1.2.4']];
    const rounds = new DialRounds({ lookupHost: () => Promise.resolve(answers.shift() ?? []) });
    rounds.scheduler.addStatic(n(1, { hostname: 'node.example' }));
    await rounds.start();
    expect(rounds.newDials().map(({ ip }) => ip)).toEqual(['10.1.2.3']);
    await rounds.fail(n(1));
    await rounds.clock.advance(DIAL_HISTORY_MS);
    expect(rounds.newDials().map(({ ip }) => ip)).toEqual(['10.1.2.4']);
    await rounds.scheduler.stop();
  });

  it('try every allowed address of a DNS name, IPv4 first, until one is reachable', async () => {
    const rounds = new DialRounds({
      lookupHost: () =>
        Promise.resolve(['::2', '10.1.2.3', 'nonsense', '192.168.0.9', '10.1.2.4', '10.1.2.3']),
    });
    rounds.forbidden.add('192.168.0.9');
    rounds.scheduler.addStatic(n(1, { hostname: 'node.example' }));
    await rounds.start();
    const tried: (string | undefined)[] = [];
    for (let place = 0; place < 3; place++) {
      tried.push(...rounds.newDials().map(({ ip }) => ip));
      await rounds.fail(n(1));
    }
    expect(tried).toEqual(['10.1.2.3', '10.1.2.4', '::2']);
    expect(rounds.newDials()).toEqual([]);
    expect(rounds.events.of('dial/ended')).toHaveLength(1);
    await rounds.scheduler.stop();
  });

  it.each(['a DNS name', 'an address'])('do not wait for %s when they are aborted', async (what) => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const rounds = new DialRounds({ lookupHost: never, resolver: { resolve: never } });
    const node = what === 'an address' ? addressless(1) : n(1, { hostname: 'node.example' });
    rounds.scheduler.addStatic(node);
    await rounds.start();
    expect(rounds.scheduler.totals().dialing).toBe(1);
    await rounds.clock.runUntil(rounds.scheduler.stop());
    expect(rounds.events.of('dial/ended')[0]?.cause).toMatchObject({ code: 'aborted', by: 'local' });
    expect(rounds.newDials()).toEqual([]);
  });

  it('end with a cause when the DNS name has no address', async () => {
    const rounds = new DialRounds({ lookupHost: () => Promise.reject(new Error('ENOTFOUND')) });
    rounds.scheduler.addStatic(n(1, { hostname: 'nowhere.example' }));
    await rounds.start();
    expect(rounds.events.of('dial/ended')[0]?.cause).toMatchObject({ code: 'no-address', by: 'local' });
    await rounds.scheduler.stop();
  });
});

describe('the dial scheduler', () => {
  it('applies new limits immediately', async () => {
    const rounds = new DialRounds({ limits: { maxDialed: 0, maxActive: 5 } });
    await rounds.start();
    await rounds.discover(n(1), n(2), n(3));
    expect(rounds.newIds()).toEqual([]);
    rounds.scheduler.setLimits({ maxDialed: 1, maxActive: 50 });
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual(idsOf(n(1), n(2)));
    await rounds.scheduler.stop();
  });

  it('stops without pending dials, requests or timers', async () => {
    const rounds = new DialRounds();
    rounds.scheduler.addStatic(n(1));
    rounds.scheduler.addStatic(n(2));
    await rounds.start();
    await rounds.fail(n(1));
    await rounds.scheduler.stop();
    expect(rounds.events.of('dial/ended')).toHaveLength(2);
    expect(rounds.scheduler.totals().dialing).toBe(0);
    expect(rounds.clock.pendingTimers).toBe(0);
    await rounds.clock.advance(3_600_000);
    expect(rounds.events.of('dial/started')).toHaveLength(2);
  });
});

describe('a node with dials switched off', () => {
  it('aborts dials, refuses with the reason, and dials again when switched on', async () => {
    const rounds = new DialRounds({ settings: { ...DIALS_ON, noDial: true } });
    rounds.scheduler.addStatic(n(1));
    await rounds.start();
    await rounds.discover(n(2));
    expect(rounds.newIds()).toEqual([]);
    expect(rounds.pulls).toBe(0);
    expect(rounds.scheduler.stateOf(n(1))).toMatchObject({ state: 'refused', refusal: 'dials-off' });
    rounds.scheduler.setSettings(DIALS_ON);
    await rounds.clock.settle();
    expect(rounds.newIds()).toEqual(idsOf(n(1), n(2)));
    rounds.scheduler.setSettings({ ...DIALS_ON, noDial: true });
    await rounds.clock.settle();
    expect(rounds.scheduler.totals().dialing).toBe(0);
    expect(rounds.events.of('dial/ended').map(({ cause }) => cause?.code)).toEqual(['aborted', 'aborted']);
    expect(rounds.scheduler.stateOf(n(1)).failures).toBe(0);
    await rounds.scheduler.stop();
    expect(rounds.clock.pendingTimers).toBe(0);
  });
});

describe('bootnodes', () => {
  const settings = { ...DIALS_ON, bootnodeFallbackMs: 20_000 };

  it('are dialled after a time without a peer, and not while there is one', async () => {
    const rounds = new DialRounds({ settings, bootnodes: () => [n(1)] });
    await rounds.start();
    await rounds.clock.advance(19_999);
    expect(rounds.newIds()).toEqual([]);
    await rounds.clock.advance(1);
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    await rounds.succeed(n(1));
    await rounds.clock.advance(3_600_000);
    expect(rounds.newIds()).toEqual([]);
    rounds.scheduler.peerRemoved(n(1).idHex, failure('client-quitting', { by: 'remote', stage: 'running' }));
    await rounds.clock.advance(40_000);
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    await rounds.scheduler.stop();
    expect(rounds.clock.pendingTimers).toBe(0);
  });

  it('are dialled only if the setting is on, and their DNS names are resolved', async () => {
    const named = n(2, { hostname: 'boot.example' });
    const rounds = new DialRounds({
      bootnodes: () => [named],
      lookupHost: () => Promise.resolve(['127.0.0.9']),
    });
    await rounds.start();
    await rounds.clock.advance(3_600_000);
    expect(rounds.newIds()).toEqual([]);
    rounds.scheduler.setSettings(settings);
    await rounds.clock.advance(20_000);
    expect(rounds.newDials().map(({ ip }) => ip)).toEqual(['127.0.0.9']);
    await rounds.scheduler.stop();
  });
});

describe('a requested dial', () => {
  it('is shared by concurrent requests, and ignores the backoff but not a ban', async () => {
    const rounds = new DialRounds({
      settings: { ...DIALS_ON, dynamicDials: false },
      guard: {
        isBanned: (node) => node.idHex === n(9).idHex,
        isAllowedAddress: () => true,
        isOfOtherNetwork: () => false,
      },
    });
    await rounds.start();
    const ends = [rounds.scheduler.dialNow(n(1)), rounds.scheduler.dialNow(n(1))];
    expect(rounds.newIds()).toEqual(idsOf(n(1)));
    await rounds.fail(n(1), failure('useless-peer', { by: 'remote', stage: 'hello' }));
    expect((await Promise.all(ends)).map((cause) => cause?.code)).toEqual(['useless-peer', 'useless-peer']);
    expect((await rounds.scheduler.dialNow(n(1)))?.code).toBe('recently-dialed');
    await rounds.clock.advance(DIAL_HISTORY_MS);
    expect(rounds.scheduler.stateOf(n(1)).refusal).toBe('backing-off');
    const again = rounds.scheduler.dialNow(n(1));
    await rounds.succeed(n(1));
    expect(await again).toBeUndefined();
    expect((await rounds.scheduler.dialNow(n(9)))?.code).toBe('banned');
    await rounds.scheduler.stop();
  });
});
