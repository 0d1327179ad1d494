import { endSentence } from '../../../shared/causes/sentences.ts';
import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import { idleProtocol, P2pNode, type P2pNodeOptions } from '../../support/p2p-node.ts';

const nodes: P2pNode[] = [];
const sockets: Server[] = [];

/** A started node that the test's end stops. */
async function started(options: P2pNodeOptions = {}): Promise<P2pNode> {
  const node = new P2pNode(options);
  nodes.push(node);
  await node.server.start();
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.server.stop()));
  for (const server of sockets.splice(0)) server.close();
});

const roomForInbound = { maxPeers: 4, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 4 };

describe('two servers', () => {
  it.each(['127.0.0.1', '::1'])(
    'connect on %s, show each other the same facts, and part with words',
    async (ip) => {
      const a = await started({ listenAt: [{ ip, port: 0 }] });
      const b = await started({ listenAt: [{ ip, port: 0 }] });
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

  it('listen on both families with one port', async () => {
    const both = await started({
      listenAt: [
        { ip: '127.0.0.1', port: 0 },
        { ip: '::1', port: 0 },
      ],
    });
    const [v4, v6] = both.server.listening;
    expect(v4?.port).toBe(v6?.port);
    for (const ip of ['127.0.0.1', '::1']) {
      const other = await started();
      const accepted = both.events.next('peer/added');
      other.server.dialing.addStatic(both.node(ip));
      await accepted;
      expect((await other.events.first('peer/added')).ip).toBe(ip);
    }
    expect(both.server.counts().inbound).toBe(2);
  });

  it('keep the session that was there first when a second connection comes', async () => {
    const a = await started();
    const b = await started();
    a.server.dialing.addStatic(b.node());
    const first = await b.events.first('peer/added');
    await a.events.first('peer/added');
    b.server.dialing.addStatic(a.node());
    // B dials no node that it is connected with; a third program with A's key tries.
    expect(b.server.dialing.stateOf(a.node()).refusal).toBe('already-connected');
    const twin = await started({ privateKey: a.privateKey });
    twin.server.dialing.addStatic(b.node());
    const refused = await twin.events.first('dial/ended');
    expect(refused.cause).toMatchObject({ code: 'already-connected', by: 'remote' });
    expect(b.server.peer(a.idHex)?.session.remote.port).toBe(first.port);
    expect((await b.events.first('inbound/ended')).cause).toMatchObject({
      code: 'already-connected',
      by: 'local',
    });
  });

  it('end up with one session when both dial at once', async () => {
    const a = await started();
    const b = await started();
    a.server.dialing.addStatic(b.node());
    b.server.dialing.addStatic(a.node());
    // Each may refuse what the other keeps; they try again until both hold the same connection.
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

  it('refuse themselves', async () => {
    const a = await started();
    const twin = await started({ privateKey: a.privateKey });
    expect(a.server.dialing.stateOf(a.node()).refusal).toBe('self');
    // The twin has our key, so a node of another ID leads to it.
    const stranger = await started({ dialing: { ownIdHex: '00'.repeat(32) }, privateKey: a.privateKey });
    stranger.server.dialing.addStatic(twin.node());
    const ended = await twin.events.first('inbound/ended');
    expect(ended.cause).toMatchObject({ code: 'self', by: 'local', disconnectReason: 'connected to self' });
    const dialed = await stranger.events.first('dial/ended');
    expect(dialed.cause?.code).toMatch(/self/);
  });

  it('refuse the peer that is one too many, and say so on both sides', async () => {
    const full = await started({
      limits: { maxPeers: 2, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 2 },
    });
    const first = await started();
    const second = await started();
    first.server.dialing.addStatic(full.node());
    await full.events.first('peer/added');
    second.server.dialing.addStatic(full.node());
    const there = await full.events.first('inbound/ended');
    const here = await second.events.first('dial/ended');
    expect(there.cause).toMatchObject({ code: 'too-many-inbound-peers', by: 'local', stage: 'encryption' });
    expect(there.idHex).toBe(second.idHex);
    expect(here.cause).toMatchObject({
      code: 'too-many-peers',
      by: 'remote',
      disconnectReason: 'too many peers',
    });
    expect(second.server.dialing.stateOf(full.node())).toMatchObject({ state: 'waiting', failures: 1 });
  });

  it('admit no inbound peer at all with a limit of one', async () => {
    const one = await started({
      limits: { maxPeers: 1, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 3 },
    });
    const other = await started();
    other.server.dialing.addStatic(one.node());
    expect((await one.events.first('inbound/ended')).cause.code).toBe('too-many-inbound-peers');
  });

  it('admit a trusted peer above the limit', async () => {
    const full = await started({
      limits: { maxPeers: 0, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 3 },
    });
    const friend = await started();
    full.server.addTrusted(friend.idHex);
    friend.server.dialing.addStatic(full.node());
    expect((await full.events.first('peer/added')).idHex).toBe(friend.idHex);
    expect(full.server.counts()).toMatchObject({ total: 1, trusted: 1 });
    full.server.removeTrusted(friend.idHex);
    expect(full.server.counts()).toMatchObject({ total: 1, trusted: 0 });
  });

  it('connect again when a static peer was lost', async () => {
    const a = await started();
    const b = await started({ limits: roomForInbound });
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

  it('connect again when a static peer comes back on its port', async () => {
    const a = await started();
    const b = await started();
    const place = b.node();
    a.server.dialing.addStatic(place);
    await a.events.first('peer/added');
    const again = a.events.next('peer/added');
    await b.server.stop();
    const back = await started({
      privateKey: b.privateKey,
      listenAt: [{ ip: '127.0.0.1', port: place.tcp }],
    });
    expect((await again).idHex).toBe(back.idHex);
  });

  it('part when they share no protocol', async () => {
    const a = await started();
    const b = await started({ protocols: [{ ...idleProtocol, name: 'other' }] });
    a.server.dialing.addStatic(b.node());
    const { cause } = await a.events.first('dial/ended');
    expect(cause).toMatchObject({
      code: 'no-shared-protocol',
      by: 'local',
      disconnectReason: 'useless peer',
    });
    expect(cause && endSentence(cause)).toBe('The peer supports other/1; this node supports idle/1');
  });

  it('name the silence of a node that has another key', async () => {
    const a = await started();
    const b = await started();
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

  it('refuse what lies outside the allowed networks, in both directions', async () => {
    const closed = await started({ isAllowedAddress: () => false });
    const a = await started();
    a.server.dialing.addStatic(closed.node());
    expect((await closed.events.first('inbound/ended')).cause.code).toBe('not-netrestricted');
    closed.server.dialing.addStatic(a.node());
    expect(closed.server.dialing.stateOf(a.node()).refusal).toBe('not-netrestricted');
  });
});

describe('the server', () => {
  it('says in one sentence that its port is taken, and leaves nothing open', async () => {
    const other = createServer().listen(0, '::1');
    sockets.push(other);
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
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
    // The other family's socket is closed again.
    const probe = createServer().listen(port, '127.0.0.1');
    sockets.push(probe);
    await once(probe, 'listening');
  });

  it('takes another port than a taken one that nobody asked for, the same on both families', async () => {
    const other = createServer().listen(0, '::1');
    sockets.push(other);
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const node = await started({
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

  it('turns away more handshakes than it performs at once', async () => {
    const node = await started({
      // One network, as loopback is, has a quarter of them.
      limits: { maxPeers: 4, maxPendingInbound: 8, maxPendingOutbound: 2, dialRatio: 4 },
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

  it('starts again after a stop, with its static list', async () => {
    const a = await started();
    const b = await started();
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

  it('sends the youngest away when the limit is lowered, never static or trusted ones', async () => {
    const node = await started({
      limits: { maxPeers: 10, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 5 },
    });
    const guests: P2pNode[] = [];
    for (let index = 0; index < 3; index++) {
      const guest = await started();
      const added = node.events.next('peer/added');
      guest.server.dialing.addStatic(node.node());
      await added;
      guests.push(guest);
    }
    node.server.addTrusted(guests[2]!.idHex);
    node.server.setLimits({ maxPeers: 2, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 2 });
    const { idHex, cause } = await node.events.first('peer/dropped');
    expect(idHex).toBe(guests[1]!.idHex);
    expect(cause).toMatchObject({ code: 'too-many-peers', by: 'local' });
    expect(node.server.limits()).toMatchObject({ maxPeers: 2, maxDialed: 1, maxInbound: 1 });
  });

  it('survives garbage, silence and broken connections, and frees their slots', async () => {
    const node = await started();
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
    const friend = await started();
    friend.server.dialing.addStatic(node.node());
    expect((await node.events.first('peer/added')).idHex).toBe(friend.idHex);
  });
});
