import { describe, expect, it } from 'vitest';
import {
  packNodes,
  type V5Nodes,
  type V5Request,
  type V5Response,
} from '../../../../src-main/discovery/v5/messages.ts';
import { bytesToHex } from '../../../../src-main/base/bytes.ts';
import { decodeEnr } from '../../../../src-main/node-record/enr.ts';
import { nodeFromParts } from '../../../../src-main/node-record/node-factory.ts';
import { logDistance } from '../../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../../src-main/node-record/node.ts';
import { forkEntry, nodeAtDistance, RecordedNode, V5World } from '../../../support/v5-transport.ts';

const EVERY_DISTANCE = Array.from({ length: 256 }, (_, i) => i + 1);

/** The answer of an honest node. */
function honest(node: RecordedNode, message: V5Request): V5Response[] {
  switch (message.type) {
    case 'ping':
      return [{ type: 'pong', enrSeq: node.record.seq, ip: '80.0.0.1', port: 30303 }];
    case 'findnode':
      return packNodes(message.distances.includes(0) ? [node.record.encoded] : []);
    case 'talkreq':
      return [{ type: 'talkresp', payload: message.payload }];
  }
}

function idsIn(responses: readonly V5Response[]): string[] {
  return responses
    .flatMap((response) => (response as V5Nodes).records)
    .map((record) => bytesToHex(decodeEnr(record).nodeId));
}

/** A world whose nodes all answer; `override` replaces an answer. */
function answeringWorld(
  nodes: readonly RecordedNode[],
  override: (node: Node, message: V5Request) => readonly V5Response[] | undefined = () => undefined,
  options: ConstructorParameters<typeof V5World>[0] = {},
): V5World {
  const world = new V5World(options);
  const byId = new Map(nodes.map((node) => [node.node.idHex, node]));
  world.dispatcher.answer = (node, message) => {
    const known = byId.get(node.idHex);
    return override(node, message) ?? (known === undefined ? undefined : honest(known, message));
  };
  return world;
}

describe('answers of discovery v5', () => {
  it('to PING contain the endpoint of the sender and our sequence number', async () => {
    const world = new V5World();
    await world.start();
    const { peer } = new RecordedNode(world.random, '81.0.0.1');
    world.local.update('80.0.0.1', forkEntry(1));
    expect(await world.dispatcher.hear(peer, { type: 'ping', enrSeq: 1n })).toEqual([
      { type: 'pong', enrSeq: 2n, ip: '81.0.0.1', port: 30303 },
    ]);
  });

  it('contain our own record for distance 0, once for duplicate distances', async () => {
    const world = new V5World();
    await world.start();
    const { peer } = new RecordedNode(world.random, '81.0.0.1');
    const answer = await world.dispatcher.hear(peer, { type: 'findnode', distances: [0, 0, 0] });
    expect(answer).toEqual([{ type: 'nodes', total: 1, records: [world.local.record.encoded] }]);
    expect(await world.dispatcher.hear(peer, { type: 'findnode', distances: [] })).toEqual([
      { type: 'nodes', total: 1, records: [] },
    ]);
  });

  it('contain at most 16 nodes, all at the requested distances, in parts that fit', async () => {
    const world = new V5World();
    await world.start();
    const { table } = world.engine;
    const { random } = world;
    for (let i = 0; i < 60; i++) table.addFound(new RecordedNode(random, `90.0.${String(i)}.1`).node);
    const { peer } = new RecordedNode(random, '81.0.0.1');
    const all = await world.dispatcher.hear(peer, { type: 'findnode', distances: EVERY_DISTANCE.reverse() });
    expect(idsIn(all).length).toBe(16);
    expect(new Set(idsIn(all)).size).toBe(16);
    const parts = all as V5Nodes[];
    expect(parts.length).toBeGreaterThan(1);
    for (const { total, records } of parts) {
      expect(total).toBe(parts.length);
      expect(records.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(1_000);
    }
    for (const distance of [256, 255, 254, 1]) {
      const some = await world.dispatcher.hear(peer, { type: 'findnode', distances: [distance, distance] });
      const wanted = table
        .bucketAt(distance)
        .entries.filter(({ node }) => logDistance(node.id, world.local.node.id) === distance);
      expect(new Set(idsIn(some))).toEqual(new Set(wanted.map(({ node }) => node.idHex)));
    }
  });

  it('contain only live nodes if there are any, and no LAN address for a public requester', async () => {
    const world = new V5World();
    await world.start();
    const { table } = world.engine;
    const { random } = world;
    const [far, local, live] = ['90.0.0.1', '192.168.0.1', '90.0.1.1'].map(
      (ip) => new RecordedNode(random, ip),
    );
    for (const node of [far!, local!]) table.addFound(node.node);
    const ask = async (ip: string): Promise<string[]> =>
      idsIn(
        await world.dispatcher.hear(new RecordedNode(random, ip).peer, {
          type: 'findnode',
          distances: EVERY_DISTANCE,
        }),
      );
    expect(await ask('81.0.0.1')).toEqual([far!.node.idHex]);
    expect(new Set(await ask('192.168.0.7'))).toEqual(new Set([far!.node.idHex, local!.node.idHex]));
    table.addFound(live!.node);
    world.entry(live!.node)!.live = true;
    expect(await ask('192.168.0.7')).toEqual([live!.node.idHex]);
  });

  it('never contain the requester, also if no other node is live', async () => {
    const world = new V5World();
    await world.start();
    const { table } = world.engine;
    const [requester, other] = ['81.0.0.1', '90.0.0.1'].map((ip) => new RecordedNode(world.random, ip));
    for (const { node } of [requester!, other!]) table.addFound(node);
    world.entry(requester!.node)!.live = true;
    const request = { type: 'findnode', distances: EVERY_DISTANCE } as const;
    expect(idsIn(await world.dispatcher.hear(requester!.peer, request))).toEqual([other!.node.idHex]);
    table.remove(other!.node.idHex, other!.node.id, 'silent');
    expect(await world.dispatcher.hear(requester!.peer, request)).toEqual([
      { type: 'nodes', total: 1, records: [] },
    ]);
  });

  it('contain the payload of a registered protocol, and nothing for others', async () => {
    const world = new V5World();
    await world.start();
    const { peer } = new RecordedNode(world.random, '81.0.0.1');
    world.transport.registerTalk('echo', (_from, payload) => payload);
    const talkRequest = (name: string): V5Request => ({
      type: 'talkreq',
      protocol: new TextEncoder().encode(name),
      payload: Uint8Array.of(9),
    });
    expect(await world.dispatcher.hear(peer, talkRequest('echo'))).toEqual([
      { type: 'talkresp', payload: Uint8Array.of(9) },
    ]);
    expect(await world.dispatcher.hear(peer, talkRequest('other'))).toEqual([
      { type: 'talkresp', payload: new Uint8Array() },
    ]);
    expect(world.transport.sessions.talkProtocols).toEqual(['echo']);
    await world.engine.stop();
    expect(world.clock.pendingTimers).toBe(0);
  });
});

describe('a node after a handshake with us', () => {
  it('is added to the table after the first refresh', async () => {
    const world = new V5World();
    const [early, later] = ['84.0.0.1', '81.0.0.1'].map((ip) => new RecordedNode(world.random, ip));
    const completeHandshake = ({ node, peer }: RecordedNode): void =>
      world.dispatcher.options.onHandshake?.(node, peer.address);
    completeHandshake(early!);
    await world.start();
    completeHandshake(later!);
    completeHandshake(later!);
    expect(world.engine.snapshot().buckets.flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual([
      later!.node.idHex,
    ]);
    expect(world.of('discovery/found').map(({ node, source }) => [node.idHex, source])).toEqual(
      [early!, later!, later!].map(({ node }) => [node.idHex, 'inbound']),
    );
    expect(world.of('discovery/record').map(({ node }) => node.idHex)).toEqual(
      [early!, later!].map(({ node }) => node.idHex),
    );
    expect(world.dispatcher.options.recordOf(later!.node.idHex)).toBe(later!.record);
    expect(world.dispatcher.options.recordOf(early!.node.idHex)).toBeUndefined();
    await world.engine.stop();
  });

  it('gets a request for the newer record that its ping announces, at a limited rate', async () => {
    const node = new RecordedNode(new V5World().random, '81.0.0.1');
    const world = answeringWorld([node]);
    await world.start();
    world.engine.table.addFound(node.node);
    const requests = (): number =>
      world.dispatcher.asked.filter(({ message }) => message.type === 'findnode').length;
    node.update('83.0.0.1', forkEntry(7));
    const before = requests();
    for (let i = 0; i < 5; i++) await world.dispatcher.hear(node.peer, { type: 'ping', enrSeq: 2n });
    await world.clock.settle();
    expect(requests() - before).toBe(1);
    expect(world.entry(node.node)).toMatchObject({ node: { seq: 2n, ip: '83.0.0.1' }, live: false });
    // A sequence number that no record has does not cause a flood of requests.
    for (let i = 0; i < 5; i++)
      await world.dispatcher.hear(node.peer, { type: 'ping', enrSeq: 2n ** 64n - 1n });
    await world.clock.settle();
    expect(requests() - before).toBe(1);
    await world.engine.stop();
  });
});

describe('requests of discovery v5', () => {
  it('prove a node, and their answers vote on our address', async () => {
    const { random } = new V5World();
    const nodes = Array.from({ length: 10 }, (_, i) => new RecordedNode(random, `81.0.${String(i)}.1`));
    const world = answeringWorld(nodes);
    await world.start();
    for (const { node } of nodes) expect(await world.transport.ping(node)).toBe(1n);
    expect(world.outcomes).toEqual([['ipv4', { ip: '80.0.0.1', port: 30303, votes: 10 }]]);
    expect(world.of('discovery/bonded').map(({ ip }) => ip)).toEqual(nodes.map(({ node }) => node.ip));
    expect(world.database.lastPongReceived(nodes[0]!.node.idHex, '81.0.0.1')).toBe(world.clock.now());
    expect(world.transport.counters.pings).toEqual({
      proven: { sent: 0, answered: 0 },
      first: { sent: 10, answered: 10 },
    });
    for (const { node } of nodes) await world.transport.ping(node);
    expect(world.transport.counters.pingsAnswered).toBe(1);
    await world.engine.stop();
  });

  it('without an answer emit discovery/silent, unless the node has just answered v4', async () => {
    const world = new V5World();
    await world.start();
    const [stranger, other] = ['81.0.0.1', '81.0.1.1'].map((ip) => new RecordedNode(world.random, ip).node);
    world.database.setLastPongReceived(other!.idHex, '81.0.1.1', world.clock.now());
    for (const node of [stranger!, other!])
      await expect(world.clock.runUntil(world.transport.ping(node))).rejects.toMatchObject({
        code: 'timeout',
      });
    expect(world.of('discovery/silent').map(({ idHex }) => idHex)).toEqual([stranger!.idHex]);
    expect(world.transport.counters.pings.first).toEqual({ sent: 2, answered: 0 });
    await world.engine.stop();
  });

  it('fetch a record, and refuse another node’s, none and several', async () => {
    const world = new V5World();
    const node = new RecordedNode(world.random, '81.0.0.1');
    const old = node.node;
    const stranger = new RecordedNode(world.random, '81.0.1.1');
    await world.start();
    const ask = (...records: Uint8Array[]): Promise<Node> => {
      world.dispatcher.answer = () => [{ type: 'nodes', total: 1, records }];
      return world.transport.requestEnr(old);
    };
    node.update('81.0.0.1', forkEntry(1));
    expect(await ask(node.record.encoded)).toMatchObject({ seq: 2n, ip: '81.0.0.1' });
    expect(world.of('discovery/record').map((event) => event.node.seq)).toEqual([2n]);
    node.update(undefined);
    expect(await ask(node.record.encoded)).toMatchObject({ seq: 3n, ip: '81.0.0.1', udp: 30303 });
    for (const records of [
      [stranger.record.encoded],
      [],
      [node.record.encoded, node.record.encoded],
      [new Uint8Array(3)],
    ])
      await expect(ask(...records)).rejects.toMatchObject({ code: 'bad-record' });
    await world.engine.stop();
  });

  it('fail with no-endpoint outside the allowed networks, and with closed while discovery is stopped', async () => {
    const world = new V5World({ allows: (ip) => ip.startsWith('80.') });
    const { node } = new RecordedNode(world.random, '81.0.0.1');
    const requests = [
      () => world.transport.ping(node),
      () => world.transport.requestEnr(node),
      () => world.transport.talk(node, 'x', new Uint8Array()),
      () => world.transport.findnode(node, node),
    ];
    for (const request of requests) await expect(request()).rejects.toMatchObject({ code: 'closed' });
    await world.start();
    for (const request of requests) await expect(request()).rejects.toMatchObject({ code: 'no-endpoint' });
    await expect(world.transport.ping({ ...node, ip: undefined })).rejects.toMatchObject({
      code: 'no-endpoint',
    });
    await expect(world.engine.lookup(new Uint8Array(3))).rejects.toMatchObject({ code: 'bad-target' });
    expect(world.dispatcher.asked).toEqual([]);
    await world.engine.stop();
    await expect(world.engine.lookup()).rejects.toMatchObject({ code: 'closed' });
  });

  it('transport other protocols in TALKREQ', async () => {
    const world = new V5World();
    const node = new RecordedNode(world.random, '81.0.0.1');
    world.dispatcher.answer = (_node, message) => honest(node, message);
    await world.start();
    expect(await world.transport.talk(node.node, 'portal', Uint8Array.of(4, 5))).toEqual(Uint8Array.of(4, 5));
    expect(world.dispatcher.asked.at(-1)?.message).toEqual({
      type: 'talkreq',
      protocol: new TextEncoder().encode('portal'),
      payload: Uint8Array.of(4, 5),
    });
    await world.engine.stop();
  });
});

describe('the table of discovery v5', () => {
  it('is seeded with bootnodes and stored nodes that have records', async () => {
    const random = new V5World().random;
    const [bootnode, stored, plain] = ['81.0.0.1', '81.0.1.1', '81.0.2.1'].map(
      (ip) => new RecordedNode(random, ip),
    );
    const { publicKey } = new RecordedNode(random, '81.0.3.1').node;
    const enodeOnly = nodeFromParts({ publicKey, ip: '81.0.3.1', udp: 30303, tcp: 30303 });
    const tcpOnly = new RecordedNode(random, '81.0.4.1', { udp: undefined });
    const world = new V5World({ bootnodes: [bootnode!.node, enodeOnly, tcpOnly.node] });
    for (const node of [stored!.node, { ...plain!.node, record: undefined }]) {
      world.database.putNode(node);
      world.database.setLastPongReceived(node.idHex, node.ip!, world.clock.now());
    }
    await world.start();
    // No node answers, so the request for the missing record fails.
    await world.clock.advance(1_000);
    expect(world.dispatcher.asked[0]?.node.idHex).toBe(enodeOnly.idHex);
    const sources = world.of('discovery/found').map(({ node, source }) => [node.idHex, source]);
    expect(sources).toEqual([
      [stored!.node.idHex, 'database'],
      [bootnode!.node.idHex, 'bootnode'],
    ]);
    await world.engine.stop();
  });

  it('is filled with new bootnodes while discovery runs', async () => {
    const world = new V5World();
    await world.start();
    const node = new RecordedNode(world.random, '81.0.0.1');
    world.dispatcher.answer = (_node, message) => honest(node, message);
    await world.clock.runUntil(world.engine.setBootnodes([node.node, { ...node.node, record: undefined }]));
    expect(world.entry(node.node)).toBeDefined();
    await world.engine.stop();
  });

  it('checks its nodes, updates their records, removes those without an answer and stores the proven', async () => {
    const { random } = new V5World();
    const [node, silent] = [new RecordedNode(random, '81.0.0.1'), new RecordedNode(random, '81.0.1.1')];
    const world = answeringWorld([node], undefined, { bootnodes: [node.node, silent.node] });
    const old = node.node;
    await world.start();
    await world.clock.advance(10_000);
    expect(world.entry(silent.node)).toBeUndefined();
    expect(world.entry(old)).toMatchObject({ live: true, pace: 'slow' });
    node.update('85.0.0.1', forkEntry(9));
    await world.clock.advance(30_000);
    expect(world.entry(old)?.node).toMatchObject({ seq: 2n, ip: '85.0.0.1' });
    expect(world.of('discovery/record').map((event) => event.node.seq)).toContain(2n);
    await world.clock.advance(60_000);
    expect(world.database.getNode(old.idHex)).toMatchObject({ seq: 2n, ip: '85.0.0.1' });
    await world.engine.stop();
    expect(world.clock.pendingTimers).toBe(0);
    expect(world.dispatcher.running).toBe(false);
  });

  it('removes nodes outside the allowed networks, without a packet to them', async () => {
    let allowed = '8';
    const { random } = new V5World();
    const nodes = ['81.0.0.1', '80.0.1.1'].map((ip) => new RecordedNode(random, ip));
    const world = answeringWorld(nodes, undefined, { allows: (ip) => ip.startsWith(allowed) });
    await world.start();
    for (const { node } of nodes) world.engine.table.addFound(node);
    allowed = '80.';
    await world.clock.advance(60_000);
    expect(world.engine.snapshot().buckets.flatMap(({ entries }) => entries.map(({ ip }) => ip))).toEqual([
      '80.0.1.1',
    ]);
    expect(new Set(world.dispatcher.asked.map(({ node }) => node.ip))).toEqual(new Set(['80.0.1.1']));
    await world.engine.stop();
  });

  it('works after a stop and a start', async () => {
    const { random } = new V5World();
    const node = new RecordedNode(random, '81.0.0.1');
    const world = answeringWorld([node], undefined, { bootnodes: [node.node] });
    for (let i = 0; i < 2; i++) {
      await world.start();
      await world.clock.advance(10_000);
      expect(world.entry(node.node)).toMatchObject({ live: true });
      expect((await world.clock.runUntil(world.engine.lookup())).closest.length).toBe(1);
      const unknown = new RecordedNode(random, '82.0.0.1').node;
      const ping = world.transport.ping(unknown).catch((error: unknown) => error);
      await world.engine.stop();
      expect(await ping).toMatchObject({ code: 'closed' });
      expect(world.clock.pendingTimers).toBe(0);
    }
  });

  it('keeps a node whose answers are empty, and removes one that never answers FINDNODE', async () => {
    const world = new V5World();
    const self = world.local.node.id;
    const nodes = Array.from({ length: 6 }, (_, i) =>
      nodeAtDistance(world.random, self, 256, `81.0.${String(i)}.1`),
    );
    const [deaf] = nodes;
    world.dispatcher.answer = (node, message) =>
      node.idHex === deaf!.node.idHex && message.type === 'findnode'
        ? undefined
        : honest(
            nodes.find((other) => other.node.idHex === node.idHex)!,
            message,
          );
    await world.start();
    for (const { node } of nodes) world.engine.table.addFound(node);
    for (let i = 0; i < 5; i++) await world.clock.runUntil(world.engine.lookup());
    expect(world.of('discovery/node-removed')).toMatchObject([
      { node: { idHex: deaf!.node.idHex }, reason: 'findnode-failures' },
    ]);
    expect(world.engine.table.size).toBe(5);
    await world.engine.stop();
  });
});

describe('lookups of discovery v5', () => {
  it('query the nodes in answers, except forbidden ones, which are counted', async () => {
    const world = new V5World();
    const { random } = world;
    const [near, far] = [new RecordedNode(random, '81.0.0.1'), new RecordedNode(random, '81.0.1.1')];
    const bad = new RecordedNode(random, '192.168.0.1');
    world.dispatcher.answer = (node, message) => {
      if (message.type !== 'findnode' || node.idHex !== near.node.idHex) return honest(far, message);
      return packNodes([far.record.encoded, bad.record.encoded, new Uint8Array([0xc0])]);
    };
    await world.start();
    world.engine.table.addFound(near.node);
    // A lookup for the far node requests exactly its distance from the near one.
    const trace = await world.clock.runUntil(world.engine.lookup(far.node.publicKey));
    expect(trace.steps).toMatchObject([
      { id: near.node.idHex, answered: true, newNodes: 1 },
      { id: far.node.idHex, answered: true, newNodes: 0 },
    ]);
    expect(trace.closest.map(({ id }) => id)).toEqual([far.node.idHex, near.node.idHex]);
    expect(world.of('discovery/found').filter(({ source }) => source === 'v5')).toMatchObject([
      { node: { idHex: far.node.idHex }, from: near.node.idHex },
      { node: { idHex: far.node.idHex }, from: far.node.idHex },
    ]);
    expect(Object.values(world.drops).reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(world.of('discovery/dropped').map(({ reason, protocol, ip }) => [reason, protocol, ip])).toEqual(
      Object.keys(world.drops).map((reason) => [reason, 'v5', near.node.ip]),
    );
    expect(world.of('discovery/lookup-done').at(-1)).toMatchObject({ rounds: 2, found: 2 });
    await world.engine.stop();
  });

  it('use the newest record, also if an answer contains an older one', async () => {
    const world = new V5World();
    const { random } = world;
    const [helper, moved] = [new RecordedNode(random, '81.0.0.1'), new RecordedNode(random, '81.0.1.1')];
    const old = moved.record.encoded;
    moved.update('87.0.0.1');
    world.dispatcher.answer = (node, message) => {
      if (node.idHex === helper.node.idHex && message.type === 'findnode') return packNodes([old]);
      return node.ip === '81.0.1.1' ? undefined : honest(moved, message);
    };
    await world.start();
    for (const { node } of [helper, moved]) world.engine.table.addFound(node);
    const trace = await world.clock.runUntil(world.engine.lookup(moved.node.id));
    expect(trace.closest[0]).toMatchObject({ id: moved.node.idHex, ip: '87.0.0.1' });
    expect(world.entry(moved.node)?.node.seq).toBe(2n);
    await world.engine.stop();
  });

  it('find a node that has moved', async () => {
    const world = new V5World();
    const { random } = world;
    const [helper, moved] = [new RecordedNode(random, '81.0.0.1'), new RecordedNode(random, '81.0.1.1')];
    const old = moved.node;
    moved.update('87.0.0.1');
    world.dispatcher.answer = (node, message) => {
      if (node.idHex === moved.node.idHex) return node.ip === '87.0.0.1' ? honest(moved, message) : undefined;
      return message.type === 'findnode' ? packNodes([moved.record.encoded]) : honest(helper, message);
    };
    await world.start();
    world.engine.table.addFound(helper.node);
    expect(await world.clock.runUntil(world.engine.resolve(old))).toMatchObject({ ip: '87.0.0.1', seq: 2n });
    const lost = new RecordedNode(random, '89.0.0.1').node;
    expect(await world.clock.runUntil(world.engine.resolve(lost))).toBe(lost);
    await world.engine.stop();
  });

  it('return candidates with their records, and none of another network', async () => {
    const world = new V5World({ isCandidate: (node) => node.record?.eth?.hash[0] === 1 });
    const { random } = world;
    const [ours, other] = [
      new RecordedNode(random, '81.0.0.1', forkEntry(1)),
      new RecordedNode(random, '81.0.1.1', forkEntry(2)),
    ];
    world.dispatcher.answer = (node, message) =>
      honest(node.idHex === ours.node.idHex ? ours : other, message);
    await world.start();
    for (const { node } of [other, ours]) world.engine.table.addFound(node);
    const stream = world.engine.candidates();
    const { signal } = new AbortController();
    expect(await world.clock.runUntil(stream.next(signal))).toMatchObject({ idHex: ours.node.idHex });
    expect(await world.clock.runUntil(stream.next(signal))).toMatchObject({ idHex: ours.node.idHex });
    expect(world.entry(other.node)).toBeDefined();
    await world.engine.stop();
    await expect(stream.next(signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(world.clock.pendingTimers).toBe(0);
  });
});

describe('the figures of discovery v5', () => {
  it('count the session events of the dispatcher', async () => {
    const world = new V5World();
    await world.start();
    world.dispatcher.figures = { sessions: 3, challenges: 2, requests: 1, queued: 4 };
    const session = { type: 'discovery/session', idHex: 'aa', ip: '81.0.0.1', role: 'recipient' } as const;
    const { events } = world.dispatcher.options;
    for (const failure of [undefined, undefined, 'bad-signature'] as const)
      events.emit({ ...session, failure });
    expect(world.transport.sessions).toEqual({
      sessions: 3,
      maxSessions: 1_024,
      challenges: 2,
      requests: 1,
      handshakes: 2,
      failedHandshakes: 1,
      talkProtocols: [],
    });
    expect(world.of('discovery/session').length).toBe(3);
    await world.engine.stop();
  });
});
