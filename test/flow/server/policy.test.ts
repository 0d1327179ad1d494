import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { BanList } from '../../../src-main/server/bans.ts';
import { ReputationTracker } from '../../../src-main/server/reputation.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { openBans } from '../../support/memory-bans.ts';
import { idleProtocol, limitsOf, type P2pNode, type P2pNodeOptions } from '../../support/p2p-node.ts';
import { Puppet } from '../../support/puppet.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const start = startedNodes();

describe('the policy of a server on real sockets', () => {
  it('keeps one session, the same on both sides, when two nodes dial each other at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const options: P2pNodeOptions = { clientName: 'Enodeck/v0.2.0/test', dialing: { historyMs: 60_000 } };
      const [a, b] = [await start.node(options), await start.node(options)];
      // The session is final when both dials have ended and the other session, if there was one, is closed.
      const dials = [a, b].map(({ events }) => events.first('dial/ended'));
      a.server.dialing.addStatic(b.node());
      b.server.dialing.addStatic(a.node());
      await Promise.all(dials);
      const session = await settled(a, b);
      expect(session.ofA.local).toEqual(session.ofB.remote);
      expect(a.server.dialing.stateOf(b.node())).toMatchObject({ state: 'connected', failures: 0 });
      expect(b.server.dialing.stateOf(a.node())).toMatchObject({ state: 'connected', failures: 0 });
      await Promise.all([a.server.stop(), b.server.stop()]);
    }
  });

  it('disconnects a banned node, also after a restart', async () => {
    const folder = await temporaryFolder();
    start.atEnd(() => folder.remove());
    const events = new RecordedEvents();
    const open = async (): Promise<{ database: Database; bans: BanList }> => {
      const database = await Database.open(join(folder.path, 'db'));
      const bans = await BanList.open({
        store: new BanDatabase(database, silentLogger),
        ...{ clock: systemClock, events, logger: silentLogger, ownIdHex: 'f'.repeat(64) },
        trusted: () => [],
        nameOf: () => 'peer',
      });
      return { database, bans };
    };
    const first = await open();
    const node = await start.node({ bans: first.bans });
    const peer = await start.node();
    peer.server.dialing.addStatic(node.node());
    await node.events.first('peer/added');
    await first.bans.add(peer.idHex, 'week', 'spam');
    node.server.recheck();
    expect((await node.events.first('peer/dropped')).cause).toMatchObject({ code: 'banned', by: 'local' });
    expect((await peer.events.first('peer/dropped')).cause).toMatchObject({
      code: 'disconnect-requested',
      by: 'remote',
    });
    await first.bans.close();
    await first.database.close();

    const second = await open();
    start.atEnd(() => second.database.close());
    expect(second.bans.list()).toMatchObject([{ reason: 'spam', name: 'peer' }]);
    const again = await start.node({ bans: second.bans });
    const restarted = await start.node({ privateKey: peer.privateKey });
    restarted.server.dialing.addStatic(again.node());
    expect((await again.events.first('inbound/ended')).cause).toMatchObject({
      code: 'banned',
      stage: 'encryption',
    });
    expect((await restarted.events.first('dial/ended')).cause).toMatchObject({
      code: 'disconnect-requested',
      by: 'remote',
      stage: 'hello',
    });
    await second.bans.close();
  });

  it('bans a peer that repeatedly sends invalid messages by its reputation, until the user removes the ban', async () => {
    const bus = new EventBus(systemClock, silentLogger);
    const bans = await openBans(systemClock);
    const book = new ReputationTracker({
      ...{ events: bus, clock: systemClock, mayBan: () => true, kindOf: () => 'dynamic' as const },
      ban: (idHex, offence, detail) => bans.addByScore(idHex, offence, detail),
    });
    const node = await start.node({
      bans,
      keeps: (event) => {
        bus.emit(event);
        return true;
      },
    });
    const puppet = new Puppet([idleProtocol]);
    const target = { publicKey: node.publicKey, node: () => node.node() };
    for (let times = 1; times <= 4; times++) {
      expect(bans.ofNode(puppet.idHex)).toBeUndefined();
      const dropped = node.events.next('peer/dropped');
      const connection = await puppet.greet(target);
      connection.send(99, new Uint8Array([0xc0]));
      void connection.close();
      expect((await dropped).cause).toMatchObject({ code: 'invalid-message-code', by: 'local' });
      expect(book.view(puppet.idHex).changes).toHaveLength(times);
    }
    const ban = bans.ofNode(puppet.idHex);
    expect(ban).toMatchObject({ by: 'score', offence: 'bad-message' });
    const refused = node.events.next('inbound/ended');
    await expect(puppet.greet(target)).rejects.toMatchObject({ code: 'disconnect-requested' });
    expect((await refused).cause.code).toBe('banned');
    await bans.remove(ban?.id ?? '');
    await puppet.greet(target);
    book.close();
    await bans.close();
  });

  it('refuses a banned address before the handshake', async () => {
    const bans = await openBans(systemClock);
    await bans.add('127.0.0.0/8', 'forever', 'test');
    const node = await start.node({ bans });
    const peer = await start.node();
    peer.server.dialing.addStatic(node.node());
    expect((await node.events.first('inbound/ended')).cause).toMatchObject({
      code: 'banned',
      stage: 'connect',
    });
    expect(node.events.of('connection/passed')).toEqual([]);
  });

  it('limits 1,000 half-open connections to the inbound handshake slots, and keeps an existing session', async () => {
    const limits = { ...limitsOf(8, 4), maxPendingInbound: 20, maxPendingOutbound: 20 };
    const node = await start.node({ limits });
    const honest = await start.node();
    honest.server.dialing.addStatic(node.node());
    await node.events.first('peer/added');
    const { port } = node.server.listening[0]!;
    const silent: Socket[] = [];
    start.atEnd(() => {
      for (const socket of silent) socket.destroy();
    });
    for (let batch = 0; batch < 10; batch++) {
      const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => undefined);
      silent.push(...sockets);
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      expect(node.server.pendingInbound()).toBeLessThanOrEqual(limits.maxPendingInbound);
    }
    expect(node.events.of('inbound/ended').map(({ cause }) => cause.code)).toContain('too-many-pending');
    expect(node.server.counts().total).toBe(1);
    // The slots are free again after the timeout of the encryption handshake, and the next peer is served.
    await node.events.first('inbound/ended', ({ cause }) => cause.code === 'handshake-timeout');
    const late = await start.node();
    late.server.dialing.addStatic(node.node());
    await node.events.first('peer/added', ({ idHex }) => idHex === late.idHex);
  });
});

/** Waits until both have a session over the same connection, which does not end. */
async function settled(a: P2pNode, b: P2pNode) {
  for (;;) {
    const [ofA, ofB] = [a.server.peer(b.idHex)?.session, b.server.peer(a.idHex)?.session];
    const alive =
      ofA !== undefined && ofB !== undefined && ofA.endCause === undefined && ofB.endCause === undefined;
    if (alive && ofA.local.port === ofB.remote.port && ofA.remote.port === ofB.local.port)
      return { ofA, ofB };
    await Promise.race(
      [a, b].flatMap(({ events }) => [events.next('peer/added'), events.next('peer/dropped')]),
    );
  }
}
