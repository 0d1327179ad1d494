import { beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryController } from '../../../src-main/app/discovery-control.ts';
import { Discv5Controller } from '../../../src-main/app/discv5-control.ts';
import type { CurrentNode } from '../../../src-main/app/running-node.ts';
import { BUCKET_SIZE } from '../../../src-main/discovery/constants.ts';
import { packNodes } from '../../../src-main/discovery/v5/messages.ts';
import { enrToText } from '../../../src-main/node-record/enr.ts';
import { enodeUrlOf } from '../../../src-main/node-record/node-factory.ts';
import { compareDistance, logDistance } from '../../../src-main/node-record/node-id.ts';
import { DiscoveryFixture, OUR_IP, PEER_IP, v5Of } from '../../support/discovery-fixture.ts';
import type { DiscoveryNode } from '../../support/discovery-node.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { rpcCall } from '../../support/rpc-call.ts';
import { nodeAtDistance, RecordedNode } from '../../support/v5-transport.ts';

/** A node with an allowed network, whose discovery v5 the methods of the portal network use. */
class World {
  readonly net = new DiscoveryFixture(15);
  readonly backend = new FakeBackend();
  readonly current: { node: CurrentNode['node'] } = { node: undefined };
  ours!: DiscoveryNode;

  async start(): Promise<this> {
    this.ours = await this.net.start(OUR_IP, {
      protocols: ['v5'],
      allows: (ip) => !ip.startsWith('99.'),
    });
    const { clock } = this.net;
    const { discovery, database, node } = this.ours;
    this.current.node = { discovery, peers: () => [] } as unknown as CurrentNode['node'];
    const statistics = { counters: {} as never };
    const { current } = this;
    this.backend.discv5 = new Discv5Controller({
      ...{ current, selfIdHex: node.idHex },
      discovery: new DiscoveryController({ clock, nodes: database, statistics, current }),
    });
    return this;
  }

  call(method: string, ...params: unknown[]): Promise<unknown> {
    return this.net.clock.runUntil(rpcCall({ backend: this.backend }, `discv5_${method}`, ...params));
  }

  peer(ip = PEER_IP): Promise<DiscoveryNode> {
    return this.net.start(ip, { protocols: ['v5'] });
  }

  entry({ node }: { readonly node: RecordedNode['node'] }): boolean {
    return v5Of(this.ours).table.get(node.id, node.idHex) !== undefined;
  }
}

const textOf = ({ record }: { readonly record: RecordedNode['record'] }): string => enrToText(record);
let world: World;

beforeEach(async () => {
  world = await new World().start();
});

describe('discv5_addEnr', () => {
  it('adds a node to the table, which checks that it is live, and takes a newer record of it', async () => {
    const peer = await world.peer();
    expect(await world.call('addEnr', textOf(peer))).toBe(true);
    expect(await world.call('getEnr', peer.node.idHex)).toBe(textOf(peer));
    const isLive = (): boolean =>
      v5Of(world.ours).table.bucketOf(peer.node.id).entry(peer.node.idHex)?.live === true;
    for (let second = 0; second < 10 && !isLive(); second++) await world.net.clock.advance(1_000);
    expect(isLive()).toBe(true);
    const other = new RecordedNode(world.net.random, '90.0.0.1');
    const old = textOf(other);
    other.update('90.0.0.2');
    expect(await world.call('addEnr', textOf(other))).toBe(true);
    expect(await world.call('addEnr', old)).toBe(true);
    expect(await world.call('getEnr', `0x${other.node.idHex}`)).toBe(textOf(other));
  });

  it('is false when the bucket is full or has too many nodes of one network', async () => {
    const { random } = world.net;
    const { id } = world.ours.node;
    const far = (ip: string): RecordedNode => nodeAtDistance(random, id, 256, ip);
    const answers: unknown[] = [];
    for (let at = 0; at < 3; at++) answers.push(await world.call('addEnr', textOf(far('90.0.0.1'))));
    expect(answers).toEqual([true, true, false]);
    for (let at = 2; at < BUCKET_SIZE; at++)
      expect(await world.call('addEnr', textOf(far(`91.0.${String(at)}.1`)))).toBe(true);
    expect(await world.call('addEnr', textOf(far('92.0.0.1')))).toBe(false);
    expect(v5Of(world.ours).table.size).toBe(BUCKET_SIZE);
  });

  it.each([
    ['an address outside the allowed networks', '99.0.0.1', {}, 'outside the allowed networks'],
    ['no address', undefined, {}, 'no UDP address'],
    ['a port of the system', '90.0.0.1', { udp: 53 }, 'no UDP address'],
  ])('refuses %s', async (_what, ip, entries, reason) => {
    const node = new RecordedNode(world.net.random, ip, entries);
    expect(await world.call('addEnr', textOf(node))).toMatchObject({
      code: -32000,
      message: expect.stringContaining(reason) as string,
    });
    expect(world.entry(node)).toBe(false);
  });

  it('refuses our own record, a banned node, and what is no record', async () => {
    expect(await world.call('addEnr', textOf(world.ours))).toMatchObject({
      message: 'This is the record of this node.',
    });
    const banned = new RecordedNode(world.net.random, '90.0.0.1');
    const target = { kind: 'node', value: banned.node.idHex } as const;
    const ban = { id: 'x', target, reason: 'spam', offence: null, by: 'user', createdAt: 0 } as const;
    world.backend.banned = [{ ...ban, until: null, name: null }];
    expect(await world.call('addEnr', textOf(banned))).toMatchObject({
      message: expect.stringContaining('the node is banned (spam)') as string,
    });
    const forged = textOf(banned).replace(/.{4}$/, 'AAAA');
    for (const enr of [forged, enodeUrlOf(banned.node), `enr:${'A'.repeat(100_000)}`, '', 7])
      expect(await world.call('addEnr', enr)).toMatchObject({
        code: -32602,
        message: expect.stringMatching(/invalid argument 0: it must be a /) as string,
      });
    expect(v5Of(world.ours).table.size).toBe(0);
  });
});

describe('discv5_deleteEnr', () => {
  it('removes an entry and a replacement, and frees their place', async () => {
    const { random } = world.net;
    const { id } = world.ours.node;
    const nodes = Array.from({ length: BUCKET_SIZE + 1 }, (_, at) =>
      nodeAtDistance(random, id, 256, `90.0.${String(at)}.1`),
    );
    for (const node of nodes) await world.call('addEnr', textOf(node));
    const { table } = v5Of(world.ours);
    const [first, replacement] = [nodes[0]!, nodes.at(-1)!];
    expect(table.bucketAt(256).hasReplacement(replacement.node.idHex)).toBe(true);
    expect(await world.call('deleteEnr', `0x${replacement.node.idHex}`)).toBe(true);
    expect(table.bucketAt(256).replacements).toEqual([]);
    expect(await world.call('deleteEnr', first.node.idHex)).toBe(true);
    expect(await world.call('deleteEnr', first.node.idHex)).toBe(false);
    expect(await world.call('getEnr', first.node.idHex)).toMatchObject({ message: 'record not found' });
    expect(world.ours.events).toContainEqual(
      expect.objectContaining({ type: 'discovery/node-removed', reason: 'requested' }),
    );
    expect(await world.call('addEnr', textOf(replacement))).toBe(true);
  });
});

describe('discv5_ping', () => {
  it('returns the PONG of a node that is named by record, enode URL or known ID', async () => {
    const peer = await world.peer();
    const pong = { enrSeq: Number(peer.record.seq), recipientIP: OUR_IP, recipientPort: '30303' };
    expect(await world.call('ping', textOf(peer))).toEqual(pong);
    expect(await world.call('ping', enodeUrlOf(peer.node))).toEqual(pong);
    expect(await world.call('ping', peer.node.idHex)).toMatchObject({
      message: expect.stringContaining('No node with this ID is known') as string,
    });
    await world.call('addEnr', textOf(peer));
    expect(await world.call('ping', peer.node.idHex)).toEqual(pong);
  });

  it('says when there is no answer, and when the node must not be contacted', async () => {
    const { random } = world.net;
    expect(await world.call('ping', textOf(new RecordedNode(random, '90.0.0.1')))).toMatchObject({
      code: -32000,
    });
    expect(await world.call('ping', textOf(new RecordedNode(random, '99.0.0.1')))).toMatchObject({
      message: 'the address is outside the allowed networks',
    });
    expect(await world.call('ping', 'enr:-x')).toMatchObject({ code: -32000 });
    expect(await world.call('ping')).toMatchObject({ code: -32602 });
  });
});

describe('discv5_findNode', () => {
  it('returns the records that a node has at the distances, 0 for its own', async () => {
    const peer = await world.peer();
    const known = new RecordedNode(world.net.random, '90.0.0.1');
    v5Of(peer).table.addFound(known.node);
    const at = logDistance(peer.node.id, known.node.id);
    expect(await world.call('findNode', textOf(peer), [0])).toEqual([textOf(peer)]);
    expect(await world.call('findNode', textOf(peer), [at, 1])).toEqual([textOf(known)]);
    expect(await world.call('findNode', textOf(peer), [at === 256 ? 255 : 256])).toEqual([]);
    // An answer to a question of a person changes no table.
    expect(world.entry(known)).toBe(false);
  });

  it('leaves out what a hostile node must not name', async () => {
    const { net } = world;
    const peer = await net.v5Peer();
    const named = Array.from({ length: 20 }, (_, at) => new RecordedNode(net.random, `90.0.${String(at)}.1`));
    const barred = new RecordedNode(net.random, '99.0.0.1');
    const forged = named[0]!.record.encoded.slice();
    forged[10] = (forged[10] ?? 0) ^ 1;
    const sent = [forged, barred.record.encoded, ...named.slice(1).map(({ record }) => record.encoded)];
    peer.respond = ({ type }) => (type === 'findnode' ? packNodes(sent) : []);
    const every = Array.from({ length: 257 }, (_, distance) => distance);
    const found = await world.call('findNode', enrToText(peer.record), every);
    // The first 16 records of the answer are read.
    expect(found).toEqual(named.slice(1, 15).map(textOf));
  });

  it.each([
    [[]],
    [[257]],
    [[-1]],
    [[1.5]],
    [['1']],
    [Array.from({ length: 258 }, () => 1)],
    [7],
    [undefined],
  ])('refuses the distances %j', async (distances) => {
    expect(await world.call('findNode', textOf(world.ours), distances)).toMatchObject({ code: -32602 });
  });
});

describe('discv5_recursiveFindNodes and discv5_lookupEnr', () => {
  it('ask the network and return the nearest records first', async () => {
    const peer = await world.peer();
    // A lookup asks a node for three distances around that of the target.
    const others = [256, 255, 256, 255].map((distance, at) =>
      nodeAtDistance(world.net.random, peer.node.id, distance, `90.0.${String(at)}.1`),
    );
    for (const { node } of others) v5Of(peer).table.addFound(node);
    await world.call('addEnr', textOf(peer));
    const target = others[2]!.node.id;
    const nearest = [peer, ...others]
      .toSorted((a, b) => compareDistance(target, a.node.id, b.node.id))
      .map(textOf);
    expect(await world.call('recursiveFindNodes', others[2]!.node.idHex)).toEqual(nearest);
    expect(await world.call('lookupEnr', others[1]!.node.idHex)).toBe(textOf(others[1]!));
    expect(await world.call('lookupEnr', 'ab'.repeat(32))).toMatchObject({ message: 'record not found' });
  });
});

it('each of them is refused while discovery v5 does not run', async () => {
  const peer = new RecordedNode(world.net.random, '90.0.0.1');
  const id = peer.node.idHex;
  world.current.node = undefined;
  for (const [method, ...params] of [
    ['addEnr', textOf(peer)],
    ['deleteEnr', id],
    ['ping', textOf(peer)],
    ['findNode', textOf(peer), [0]],
    ['recursiveFindNodes', id],
    ['lookupEnr', id],
  ] as const)
    expect(await world.call(method, ...params), method).toEqual({
      code: -32000,
      message: 'Discovery v5 is not running.',
    });
  world.current.node = {
    discovery: world.ours.discovery,
    peers: () => [],
  } as unknown as CurrentNode['node'];
  await world.net.stop(world.ours);
  for (const [method, param] of [
    ['addEnr', textOf(peer)],
    ['recursiveFindNodes', id],
    ['ping', textOf(peer)],
  ] as const)
    expect(await world.call(method, param), method).toMatchObject({ message: 'discovery is not running' });
});
