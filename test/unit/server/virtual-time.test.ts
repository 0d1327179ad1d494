import { describe, expect, it } from 'vitest';
import { TcpWorld } from '../../support/tcp-world.ts';

describe('the server, in virtual time', () => {
  it('aborts an unanswered dial after 15 seconds, and reports the time of the next attempt', async () => {
    const world = new TcpWorld();
    const a = world.node('10.0.0.1');
    const b = world.node('10.0.0.2');
    await a.server.start();
    await b.server.start();
    world.network.passes = () => false;
    const place = b.node();
    a.server.dialing.addStatic(place);
    await world.clock.advance(15_000);
    const [ended] = a.events.of('dial/ended');
    expect(ended?.durationMs).toBe(15_000);
    expect(ended?.cause).toMatchObject({ code: 'timed-out', by: 'network', stage: 'connect' });
    expect(a.server.dialing.stateOf(place)).toMatchObject({
      state: 'waiting',
      nextTryAt: world.clock.now() + 20_000,
    });
    world.network.passes = () => true;
    await world.clock.advance(21_000);
    expect(a.server.counts().total).toBe(1);
    await world.clock.runUntil(Promise.all([a.server.stop(), b.server.stop()]));
    await world.expectNothingLeft();
  });

  it('closes idle connections after 5 seconds, which frees their slots', async () => {
    const world = new TcpWorld();
    const a = world.node('10.0.0.1', {
      limits: { maxPeers: 8, maxPendingInbound: 5, maxPendingOutbound: 5, dialRatio: 8 },
    });
    await a.server.start();
    for (let net = 0; net < 5; net++) await world.dial(`10.1.${String(net)}.1`, '10.0.0.1');
    expect(a.server.pendingInbound()).toBe(5);
    await world.dial('10.1.4.1', '10.0.0.1');
    await world.clock.settle();
    expect(a.events.of('inbound/ended').map(({ cause }) => cause.code)).toEqual(['too-many-pending']);
    await world.clock.advance(6_000);
    expect(a.server.pendingInbound()).toBe(0);
    const b = world.node('10.0.0.2');
    b.server.dialing.addStatic(a.node());
    await b.server.start();
    await world.clock.advance(1_000);
    expect(a.server.counts().total).toBe(1);
    await world.clock.runUntil(Promise.all([a.server.stop(), b.server.stop()]));
    await world.expectNothingLeft();
  });

  it('throttles an internet address that connects again too early', async () => {
    const world = new TcpWorld();
    const a = world.node('9.9.9.9');
    await a.server.start();
    for (let attempt = 0; attempt < 2; attempt++) await world.dial('8.8.8.8', '9.9.9.9');
    await world.clock.settle();
    expect(a.events.of('inbound/ended').map(({ cause }) => cause.code)).toEqual(['inbound-throttled']);
    await world.clock.runUntil(a.server.stop());
  });

  it('aborts dials and handshakes when it stops', async () => {
    const world = new TcpWorld();
    const a = world.node('10.0.0.1');
    const b = world.node('10.0.0.2');
    const silent = world.network.host('10.0.0.3');
    await silent.listener.listen({ ip: '10.0.0.3', port: 30303 }, () => undefined);
    await a.server.start();
    a.server.dialing.addStatic(b.nodeAt({ ip: '10.0.0.3', port: 30303 }));
    await world.dial('10.0.0.4', '10.0.0.1');
    await world.clock.advance(100);
    expect(a.server.dialing.totals().dialing).toBe(1);
    expect(a.server.pendingInbound()).toBe(1);
    await world.clock.runUntil(a.server.stop(), 2_000);
    expect(a.events.of('dial/ended')[0]?.cause).toMatchObject({ code: 'aborted', by: 'local' });
    expect(a.events.of('inbound/ended')[0]?.cause).toMatchObject({ code: 'aborted', by: 'local' });
    await world.expectNothingLeft();
  });

  it('dials candidates of discovery until its slots are taken', async () => {
    const world = new TcpWorld();
    const others = Array.from({ length: 6 }, (_, index) =>
      world.node(`10.0.1.${String(index + 1)}`, {
        limits: { maxPeers: 4, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 4 },
      }),
    );
    for (const other of others) await other.server.start();
    const found = others.map((other) => other.node());
    const a = world.node('10.0.0.1', {
      limits: { maxPeers: 6, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 2 },
      dynamicDials: true,
      dialing: {
        candidates: {
          next: () => (found.length > 0 ? Promise.resolve(found.shift()!) : new Promise(() => undefined)),
        },
      },
    });
    await a.server.start();
    await world.clock.advance(2_000);
    // Three of six peers may be dialled. There are six concurrent dials, so a few more may succeed, as in geth.
    expect(a.server.counts().outbound).toBeGreaterThanOrEqual(3);
    expect(a.server.dialing.totals()).toMatchObject({ slots: 0, freeSlots: 0 });
    await world.clock.runUntil(Promise.all([a, ...others].map(({ server }) => server.stop())));
    await world.expectNothingLeft();
  });

  it.each([
    { trusted: 0, kept: true },
    { trusted: 2, kept: false },
  ])('replaces a dynamic peer by a static node when full ($trusted of 2 trusted)', async (row) => {
    const world = new TcpWorld();
    const limits = { maxPeers: 2, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 2 };
    const a = world.node('10.0.0.1', { limits: { ...limits, dialRatio: 1 } });
    await a.server.start();
    const guests = [world.node('10.0.0.2'), world.node('10.0.0.3')];
    for (const guest of guests) {
      await guest.server.start();
      await world.clock.runUntil(a.server.connect(guest.node()));
    }
    for (const guest of guests.slice(0, row.trusted)) a.server.addTrusted(guest.idHex);
    const wanted = world.node('10.0.0.4');
    await wanted.server.start();
    a.server.dialing.addStatic(wanted.node());
    await world.clock.advance(1_000);
    expect(a.server.counts().total).toBe(2);
    expect(a.server.peer(wanted.idHex) !== undefined).toBe(row.kept);
    if (row.kept) {
      expect(a.events.of('peer/dropped')).toMatchObject([
        { idHex: guests[1]!.idHex, cause: { code: 'too-many-peers', by: 'local' } },
      ]);
    } else {
      expect(a.events.of('dial/started').map(({ node }) => node.idHex)).not.toContain(wanted.idHex);
      expect(a.server.dialing.stateOf(wanted.node())).toMatchObject({
        state: 'queued',
        waitsFor: 'peer-slot',
      });
    }
    await world.clock.runUntil(Promise.all([a, wanted, ...guests].map(({ server }) => server.stop())));
    await world.expectNothingLeft();
  });
});
