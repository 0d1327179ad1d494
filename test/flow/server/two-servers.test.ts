import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { endSentence } from '../../../shared/causes/sentences.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import { idleProtocol, limitsOf, P2pNode } from '../../support/p2p-node.ts';
import { portOf } from '../../support/puppet.ts';
import { startedNodes } from '../../support/started-nodes.ts';

const start = startedNodes();

/** A listener of another program, which is closed after the test. */
async function listen(port: number, ip: string): Promise<number> {
  const server = createServer().listen(port, ip);
  start.atEnd(() => server.close());
  await once(server, 'listening');
  return portOf(server);
}

describe('two servers', () => {
  it.each(['127.0.0.1', '::1'])(
    'connect on %s, agree on the facts of the session, and disconnect with a reason',
    async (ip) => {
      const a = await start.node({ listenAt: [{ ip, port: 0 }] });
      const b = await start.node({ listenAt: [{ ip, port: 0 }] });
      a.server.dialing.addStatic(b.node());
      const [seenByA, seenByB] = await Promise.all([
        a.events.first('peer/added'),
        b.events.first('peer/added'),
      ]);
      expect(seenByA).toMatchObject({ idHex: b.idHex, name: 'Test/v1', direction: 'outbound', ip });
      expect(seenByB).toMatchObject({ idHex: a.idHex, name: 'Test/v1', direction: 'inbound', ip });
      expect(a.server.counts()).toEqual({ total: 1, inbound: 0, outbound: 1, static: 1, trusted: 0 });
      expect(b.server.counts()).toEqual({ total: 1, inbound: 1, outbound: 0, static: 0, trusted: 0 });
      expect(a.server.peer(b.idHex)?.session.negotiated).toEqual(['idle/1']);
      expect(a.server.dialing.stateOf(b.node()).state).toBe('connected');

      await b.server.stop();
      const dropped = await a.events.first('peer/dropped');
      expect(dropped.cause).toMatchObject({
        code: 'client-quitting',
        by: 'remote',
        stage: 'running',
        disconnectReason: 'client quitting',
      });
      expect(b.server.counts().total).toBe(0);
    },
  );

  it('listen on IPv4 and IPv6 with one port', async () => {
    const both = await start.node({
      listenAt: [
        { ip: '127.0.0.1', port: 0 },
        { ip: '::1', port: 0 },
      ],
    });
    const [v4, v6] = both.server.listening;
    expect(v4?.port).toBe(v6?.port);
    for (const ip of ['127.0.0.1', '::1']) {
      const other = await start.node();
      const accepted = both.events.next('peer/added');
      other.server.dialing.addStatic(both.node(ip));
      await accepted;
      expect((await other.events.first('peer/added')).ip).toBe(ip);
    }
    expect(both.server.counts().inbound).toBe(2);
  });

  it('keep the first session when a second connection arrives', async () => {
    const a = await start.node();
    const b = await start.node();
    a.server.dialing.addStatic(b.node());
    const first = await b.events.first('peer/added');
    await a.events.first('peer/added');
    b.server.dialing.addStatic(a.node());
    // B does not dial a node that it is connected with, so a third node with the key of A does.
    expect(b.server.dialing.stateOf(a.node()).refusal).toBe('already-connected');
    const twin = await start.node({ privateKey: a.privateKey });
    twin.server.dialing.addStatic(b.node());
    const refused = await twin.events.first('dial/ended');
    expect(refused.cause).toMatchObject({ code: 'already-connected', by: 'remote' });
    expect(b.server.peer(a.idHex)?.session.remote.port).toBe(first.port);
    expect((await b.events.first('inbound/ended')).cause).toMatchObject({
      code: 'already-connected',
      by: 'local',
    });
  });

  it('keep one session when both dial at the same time', async () => {
    const a = await start.node();
    const b = await start.node();
    a.server.dialing.addStatic(b.node());
    b.server.dialing.addStatic(a.node());
    // Each may refuse the connection that the other keeps; they dial again until both have the same one.
    const sameConnection = (): boolean => {
      const one = a.server.peer(b.idHex)?.session;
      const other = b.server.peer(a.idHex)?.session;
      if (one === undefined || other === undefined) return false;
      return one.local.port === other.remote.port && one.remote.port === other.local.port;
    };
    while (!sameConnection()) {
      await Promise.race(
        [a, b].flatMap(({ events }) => [events.next('peer/added'), events.next('peer/dropped')]),
      );
    }
    expect(a.server.counts().total).toBe(1);
    expect(b.server.counts().total).toBe(1);
  });

  it('refuse connections to themselves', async () => {
    const a = await start.node();
    const twin = await start.node({ privateKey: a.privateKey });
    expect(a.server.dialing.stateOf(a.node()).refusal).toBe('self');
    // A node with another own ID and the same key dials the twin.
    const dialler = await start.node({ dialing: { ownIdHex: '00'.repeat(32) }, privateKey: a.privateKey });
    dialler.server.dialing.addStatic(twin.node());
    const ended = await twin.events.first('inbound/ended');
    expect(ended.cause).toMatchObject({ code: 'self', by: 'local', disconnectReason: 'connected to self' });
    const dialed = await dialler.events.first('dial/ended');
    expect(dialed.cause?.code).toMatch(/self/);
  });

  it('refuse a peer above the limit, with a cause on both sides', async () => {
    const full = await start.node({
      limits: limitsOf(2),
    });
    const first = await start.node();
    const second = await start.node();
    first.server.dialing.addStatic(full.node());
    await full.events.first('peer/added');
    second.server.dialing.addStatic(full.node());
    const atFull = await full.events.first('inbound/ended');
    const atSecond = await second.events.first('dial/ended');
    expect(atFull.cause).toMatchObject({ code: 'too-many-inbound-peers', by: 'local', stage: 'encryption' });
    expect(atFull.idHex).toBe(second.idHex);
    expect(atSecond.cause).toMatchObject({
      code: 'too-many-peers',
      by: 'remote',
      disconnectReason: 'too many peers',
    });
    expect(second.server.dialing.stateOf(full.node())).toMatchObject({ state: 'waiting', failures: 1 });
  });

  it('admit no inbound peer with a limit of one', async () => {
    const one = await start.node({
      limits: limitsOf(1, 3),
    });
    const other = await start.node();
    other.server.dialing.addStatic(one.node());
    expect((await one.events.first('inbound/ended')).cause.code).toBe('too-many-inbound-peers');
  });

  it('admit a trusted peer above the limit', async () => {
    const full = await start.node({
      limits: limitsOf(0, 3),
    });
    const trusted = await start.node();
    full.server.addTrusted(trusted.idHex);
    trusted.server.dialing.addStatic(full.node());
    expect((await full.events.first('peer/added')).idHex).toBe(trusted.idHex);
    expect(full.server.counts()).toMatchObject({ total: 1, trusted: 1 });
    full.server.removeTrusted(trusted.idHex);
    expect(full.server.counts()).toMatchObject({ total: 1, trusted: 0 });
  });

  it('reconnect to a static peer that has disconnected', async () => {
    const a = await start.node();
    const b = await start.node({ limits: limitsOf(4, 4) });
    a.server.dialing.addStatic(b.node());
    await a.events.first('peer/added');
    await b.events.first('peer/added');
    const again = b.events.next('peer/added');
    expect(await b.server.disconnect(a.idHex)).toBe(true);
    expect((await again).idHex).toBe(a.idHex);
    expect((await a.events.first('peer/dropped')).cause).toMatchObject({
      code: 'disconnect-requested',
      by: 'remote',
    });
  });

  it('reconnect to a static peer that restarts on the same port', async () => {
    const a = await start.node();
    const b = await start.node();
    const place = b.node();
    a.server.dialing.addStatic(place);
    await a.events.first('peer/added');
    const again = a.events.next('peer/added');
    await b.server.stop();
    const restarted = await start.node({
      privateKey: b.privateKey,
      listenAt: [{ ip: '127.0.0.1', port: place.tcp }],
    });
    expect((await again).idHex).toBe(restarted.idHex);
  });

  it('disconnect when they share no protocol', async () => {
    const a = await start.node();
    const b = await start.node({ protocols: [{ ...idleProtocol, name: 'other' }] });
    a.server.dialing.addStatic(b.node());
    const { cause } = await a.events.first('dial/ended');
    expect(cause).toMatchObject({
      code: 'no-shared-protocol',
      by: 'local',
      disconnectReason: 'useless peer',
    });
    expect(cause && endSentence(cause)).toBe('The peer supports other/1; this node supports idle/1');
  });

  it('report a node that has another key', async () => {
    const a = await start.node();
    const b = await start.node();
    const wrong = nodeFromParts({
      publicKey: publicKeyOf(new Uint8Array(32).fill(7)),
      ip: '127.0.0.1',
      tcp: b.node().tcp,
    });
    a.server.dialing.addStatic(wrong);
    const { cause } = await a.events.first('dial/ended');
    expect(cause).toMatchObject({ by: 'remote', stage: 'encryption' });
    expect((await b.events.first('inbound/ended')).idHex).toBeUndefined();
  });

  it('refuse addresses outside --netrestrict in both directions', async () => {
    const restricted = await start.node({ isAllowedAddress: () => false });
    const a = await start.node();
    a.server.dialing.addStatic(restricted.node());
    expect((await restricted.events.first('inbound/ended')).cause.code).toBe('not-netrestricted');
    restricted.server.dialing.addStatic(a.node());
    expect(restricted.server.dialing.stateOf(a.node()).refusal).toBe('not-netrestricted');
  });
});

describe('the server', () => {
  it('reports that its port is in use, and leaves no socket open', async () => {
    const port = await listen(0, '::1');
    const node = new P2pNode({
      listenAt: [
        { ip: '127.0.0.1', port },
        { ip: '::1', port },
      ],
    });
    await expect(node.server.start()).rejects.toMatchObject({
      code: 'port-in-use',
      message: `TCP port ${String(port)} is in use by another program ([::1]:${String(port)}): choose another port in the setting “Port”.`,
    });
    expect(node.server.listening).toEqual([]);
    // The IPv4 socket is closed again.
    await listen(port, '127.0.0.1');
  });

  it('replaces a default port in use by another one, the same for IPv4 and IPv6', async () => {
    const port = await listen(0, '::1');
    const node = await start.node({
      listenAt: [
        { ip: '127.0.0.1', port },
        { ip: '::1', port },
      ],
      orAnyPort: true,
    });
    const ports = node.server.listening.map((at) => at.port);
    expect(ports).toHaveLength(2);
    expect(ports[0]).toBe(ports[1]);
    expect(ports[0]).not.toBe(port);
  });

  it('refuses connections above its limit of handshakes', async () => {
    const node = await start.node({
      // One subnet, as here, has a quarter of the slots.
      limits: { ...limitsOf(4, 4), maxPendingInbound: 8, maxPendingOutbound: 2 },
    });
    const { port } = node.server.listening[0]!;
    const silent = [1, 2, 3].map(() => connect(port, '127.0.0.1'));
    for (const socket of silent) socket.on('error', () => undefined);
    const { cause } = await node.events.first('inbound/ended');
    expect(cause).toMatchObject({ code: 'too-many-pending', stage: 'connect' });
    expect(node.server.pendingInbound()).toBe(2);
    await node.server.stop();
    expect(node.server.pendingInbound()).toBe(0);
    for (const socket of silent) socket.destroy();
  });

  it('reconnects to its static nodes after a stop and a start', async () => {
    const a = await start.node();
    const b = await start.node();
    a.server.dialing.addStatic(b.node());
    await a.events.first('peer/added');
    await a.server.stop();
    expect(a.server.dialing.totals()).toMatchObject({ dialing: 0, dialedPeers: 0, static: 1 });
    const again = a.events.next('peer/added');
    await b.events.first('peer/dropped');
    await a.server.start();
    await again;
    expect(a.server.counts().total).toBe(1);
  });

  it('disconnects the youngest peers when the limit is lowered, but no static or trusted ones', async () => {
    const node = await start.node({
      limits: limitsOf(10, 5),
    });
    const peers: P2pNode[] = [];
    for (let index = 0; index < 3; index++) {
      const peer = await start.node();
      const added = node.events.next('peer/added');
      peer.server.dialing.addStatic(node.node());
      await added;
      peers.push(peer);
    }
    node.server.addTrusted(peers[2]!.idHex);
    node.server.setLimits(limitsOf(2));
    const { idHex, cause } = await node.events.first('peer/dropped');
    expect(idHex).toBe(peers[1]!.idHex);
    expect(cause).toMatchObject({ code: 'too-many-peers', by: 'local' });
    expect(node.server.limits()).toMatchObject({ maxPeers: 2, maxDialed: 1, maxInbound: 1 });
  });

  it('survives garbage, silent and broken connections, and frees their slots', async () => {
    const node = await start.node();
    const { port } = node.server.listening[0]!;
    const endings: Promise<unknown>[] = [];
    for (let index = 0; index < 20; index++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      endings.push(once(socket, 'close'));
      if (index % 3 === 0) socket.write(new Uint8Array(3_000).fill(index));
      else if (index % 3 === 1) socket.write(new Uint8Array([0, 200, ...new Uint8Array(200).fill(index)]));
      if (index % 3 === 2) socket.resetAndDestroy();
      else socket.resume();
    }
    await Promise.all(endings);
    const trusted = await start.node();
    trusted.server.dialing.addStatic(node.node());
    expect((await node.events.first('peer/added')).idHex).toBe(trusted.idHex);
  });
});
