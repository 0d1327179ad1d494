import { beforeEach, describe, expect, it, test } from 'vitest';
import { KNOWN_SORTS, type KnownFilter } from '../../../shared/model/known-node.ts';
import { parseNodeSet } from '../../../src-main/crawl/node-set.ts';
import { enrToText } from '../../../src-main/node-record/enr.ts';
import { enodeUrlOf, nodeFromParts, parseNode } from '../../../src-main/node-record/node-factory.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import {
  KnownNodesWorld,
  OUR_HASH,
  queryOf,
  recordedNode,
  runningWith,
} from '../../support/known-nodes-world.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const HOUR = 3_600_000;
let clock: VirtualClock;
let world: KnownNodesWorld;

beforeEach(() => {
  clock = new VirtualClock();
  world = new KnownNodesWorld(clock);
});

const ipv6 = Uint8Array.from([0x20, 0x01, 0x0d, 0xb8, ...new Array<number>(11).fill(0), 1]);
const bare = (seed: number): Node => {
  const { publicKey } = recordedNode(seed);
  return nodeFromParts({ publicKey, ip: '192.0.2.9', udp: 30_304, tcp: 0 });
};
const idsOf = async (filter: Partial<KnownFilter>): Promise<readonly string[]> =>
  (await world.all(filter)).map(({ id }) => id);

describe('the known nodes', () => {
  it('are those of the tables, the sessions, the lists and the database, each once, with its newest record', async () => {
    const old = world.store(recordedNode(1, { hash: OUR_HASH }), clock.now() - 60_000, 'Geth/v1.17.8');
    const newer = recordedNode(1, { hash: OUR_HASH }, 5n);
    const [boot, peer, listed, stored] = [recordedNode(2), recordedNode(3), bare(4), recordedNode(5)];
    world.store(stored);
    world.lists.bootnodes.push(boot);
    world.lists.static.push(listed);
    world.labels.set(listed.idHex, 'archive-2');
    world.sources.set(old.idHex, ['v4', 'dns']);
    world.current = runningWith({ v4: [newer], v5: [newer, boot] }, [peer]);
    const nodes = new Map((await world.all()).map((node) => [node.id, node]));
    expect(nodes.size).toBe(5);
    expect(world.count()).toBe(5);
    expect(nodes.get(old.idHex)).toEqual({
      id: old.idHex,
      label: null,
      client: 'Geth/v1.17.8',
      ip: '85.0.0.1',
      hostname: null,
      udp: 30_303,
      tcp: 30_303,
      enode: enodeUrlOf(newer),
      enr: newer.record === undefined ? '' : enrToText(newer.record),
      seq: '5',
      forkHash: `0x${OUR_HASH}`,
      forkName: 'BPO2',
      fork: 'ours',
      sources: ['v4', 'dns'],
      tables: ['v4', 'v5'],
      lists: [],
      connected: false,
      lastPongAt: clock.now() - 60_000,
    });
    expect(nodes.get(boot.idHex)).toMatchObject({
      sources: ['bootnode'],
      lists: ['bootnodes'],
      tables: ['v5'],
    });
    expect(nodes.get(peer.idHex)).toMatchObject({ connected: true, sources: [], lastPongAt: null });
    expect(nodes.get(listed.idHex)).toMatchObject({
      label: 'archive-2',
      enr: null,
      seq: null,
      fork: 'unknown',
    });
    expect(nodes.get(stored.idHex)).toMatchObject({ sources: ['database'], client: null });
  });

  it('are collected anew after two seconds, and once for the pages before', async () => {
    world.store(recordedNode(1));
    expect(await world.all()).toHaveLength(1);
    world.store(recordedNode(2));
    expect(await world.all()).toHaveLength(1);
    await clock.advance(2_001);
    expect(await world.all()).toHaveLength(2);
  });

  it('show control characters of a client name as spaces', async () => {
    world.store(recordedNode(1), 1, 'Geth/\u202Evil\u0007');
    expect((await world.all())[0]?.client).toBe('Geth/ vil');
  });
});

describe('a filter of known nodes', () => {
  let ours: Node;
  let six: Node;
  let url: Node;

  beforeEach(() => {
    ours = world.store(
      recordedNode(1, { hash: OUR_HASH, snap: [] }),
      clock.now() - HOUR,
      'Geth/v1.17.8-stable',
    );
    six = world.store(
      recordedNode(2, { hash: 'ffffffff', ip: undefined, ip6: ipv6, tcp: 0 }),
      clock.now() - 2 * HOUR,
    );
    url = world.store(bare(3), 0, 'reth/v1.11.2');
    world.sources.set(six.idHex, ['v5', 'dns']);
    world.lists.trusted.push(url);
    world.labels.set(url.idHex, 'Archive');
    world.current = runningWith({ v5: [six] }, []);
  });

  test.each<readonly [string, Partial<KnownFilter>, readonly ('ours' | 'six' | 'url')[]]>([
    ['none', {}, ['ours', 'six', 'url']],
    ['fork ours', { fork: 'ours' }, ['ours']],
    ['fork of another chain', { fork: 'other' }, ['six']],
    ['fork unknown', { fork: 'unknown' }, ['url']],
    ['client', { client: 'GETH' }, ['ours']],
    ['client not known', { client: '' }, ['six']],
    ['UDP or TCP port', { port: 30_304 }, ['url']],
    ['IPv6', { family: 'ipv6' }, ['six']],
    ['IPv4', { family: 'ipv4' }, ['ours', 'url']],
    ['source DNS', { source: 'dns' }, ['six']],
    ['source of a list', { source: 'trusted' }, ['url']],
    ['database alone', { source: 'database' }, ['ours']],
    ['table', { table: 'v5' }, ['six']],
    ['age', { maxAge: 3_600 }, ['ours']],
    ['a longer age', { maxAge: 7_200 }, ['ours', 'six']],
    ['network', { ip: '192.0.2.0/24' }, ['url']],
    ['snap', { snap: true }, ['ours']],
    ['dialable', { dialable: true }, ['ours']],
    ['fork compatible with ours', { ethNetwork: 'own' }, ['ours']],
    ['label', { text: 'archive' }, ['url']],
    ['words that must all occur', { text: 'geth 30303' }, ['ours']],
    ['words that do not occur together', { text: 'geth 30304' }, []],
    ['two conditions', { fork: 'ours', family: 'ipv6' }, []],
  ])('selects by %s', async (_, filter, expected) => {
    const nodes = { ours, six, url };
    expect([...(await idsOf(filter))].sort()).toEqual(expected.map((name) => nodes[name].idHex).sort());
  });

  it('finds a node by its ID, its enode URL and its ENR, whatever their address', async () => {
    const moved = enodeUrlOf({ ...ours, ip: '198.51.100.1' });
    const enr = ours.record === undefined ? '' : enrToText(ours.record);
    for (const text of [ours.idHex, `0x${ours.idHex}`, ours.idHex.slice(0, 12), moved, enr])
      expect(await idsOf({ text }), text).toEqual([ours.idHex]);
    expect(await idsOf({ text: 'enode://12' })).toEqual([]);
  });

  it('counts what it leaves', async () => {
    expect(await world.control.page(queryOf({ filter: { fork: 'ours' }, limit: 1 }))).toMatchObject({
      matching: 1,
      total: 3,
      next: null,
    });
  });

  it('is refused with the field of a network that is none', async () => {
    await expect(world.control.page(queryOf({ filter: { ip: '10.0.0.0/99' } }))).rejects.toMatchObject({
      code: 'invalid-parameters',
      field: 'filter.ip',
    });
  });
});

describe('the order of known nodes', () => {
  beforeEach(() => {
    for (let seed = 0; seed < 40; seed++) {
      const node =
        seed % 5 === 0
          ? bare(seed)
          : recordedNode(seed, seed % 3 === 0 ? {} : { hash: OUR_HASH }, BigInt(seed) ** 12n);
      world.store(
        node,
        seed % 4 === 0 ? 0 : 1_000 * (seed % 7),
        seed % 2 === 0 ? undefined : `client ${String(seed % 6)}`,
      );
    }
  });

  test.each(KNOWN_SORTS)('by %s has pages without repetition, in both orders', async (by) => {
    for (const order of ['ascending', 'descending'] as const) {
      const whole = (await world.all({}, { by, order })).map(({ id }) => id);
      expect(new Set(whole).size).toBe(40);
      expect((await world.all({}, { by, order }, 7)).map(({ id }) => id)).toEqual(whole);
      expect((await world.all({}, { by, order }, 40)).map(({ id }) => id)).toEqual(whole);
    }
  });

  it('has nodes for which it is not known at the end', async () => {
    const pongs = async (order: 'ascending' | 'descending') =>
      (await world.all({}, { by: 'lastPong', order })).map(({ lastPongAt }) => lastPongAt);
    const down = await pongs('descending');
    const known = down.filter((at) => at !== null);
    expect(known).toEqual([...known].sort((a, b) => b - a));
    expect(down.slice(known.length)).toEqual(new Array(40 - known.length).fill(null));
    expect(await pongs('ascending')).toEqual([...known.toReversed(), ...down.slice(known.length)]);
  });

  it('compares sequence numbers and addresses as numbers', async () => {
    const seqs = (await world.all({}, { by: 'seq', order: 'ascending' })).flatMap(({ seq }) =>
      seq === null ? [] : [BigInt(seq)],
    );
    expect(seqs).toEqual([...seqs].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  it('goes on after a node that has gone meanwhile', async () => {
    const sort = { by: 'id', order: 'ascending' } as const;
    const whole = (await world.all({}, sort)).map(({ id }) => id);
    const first = await world.control.page(queryOf({ sort, limit: 10 }));
    world.stored.delete(whole[9] ?? '');
    await clock.advance(2_001);
    const second = await world.control.page(queryOf({ sort, limit: 10, after: first.next }));
    expect(second.nodes.map(({ id }) => id)).toEqual(whole.slice(10, 20));
  });

  test.each(['', 'zz', `${'a'.repeat(64)}=x`])('refuses the cursor "%s"', async (after) => {
    await expect(world.control.page(queryOf({ after }))).rejects.toMatchObject({
      code: 'invalid-parameters',
      field: 'after',
    });
  });
});

describe('an export of known nodes', () => {
  it('is a nodes.json that a crawl reads, with the last Pong as both answers', async () => {
    const node = world.store(recordedNode(1, {}, 2n ** 64n - 1n), 1_700_000_000_900);
    const url = world.store(bare(2));
    world.current = runningWith({ v4: [node] }, []);
    const file = await world.control.export({ filter: queryOf({}).filter, format: 'nodes.json' });
    expect(file).toMatchObject({ fileName: 'nodes.json', count: 2, without: 0 });
    const read = parseNodeSet(file.text);
    const at = 1_700_000_000_000;
    expect(read.get(node.idHex)).toMatchObject({
      score: 3,
      firstResponse: at,
      lastResponse: at,
      lastCheck: at,
    });
    expect(read.get(node.idHex)?.node.seq).toBe(2n ** 64n - 1n);
    expect(read.get(url.idHex)).toMatchObject({ score: 0, lastResponse: 0 });
  });

  it('is one ENR or enode URL per line; a node without an ENR is left out and counted', async () => {
    const nodes = [world.store(recordedNode(1)), world.store(bare(2)), world.store(recordedNode(3))];
    const { filter } = queryOf({});
    const enrs = await world.control.export({ filter, format: 'enr' });
    expect(enrs).toMatchObject({ fileName: 'nodes-enr.txt', count: 2, without: 1 });
    const enodes = await world.control.export({ filter, format: 'enode' });
    expect(enodes).toMatchObject({ fileName: 'nodes-enode.txt', count: 3, without: 0 });
    const ids = enodes.text
      .trimEnd()
      .split('\n')
      .map((line) => parseNode(line).idHex);
    expect(ids).toEqual(nodes.map(({ idHex }) => idHex).sort());
  });

  it('has the matching nodes only, and may be empty', async () => {
    world.store(recordedNode(1, { hash: OUR_HASH }));
    world.store(recordedNode(2));
    const ours = queryOf({ filter: { fork: 'ours' } }).filter;
    expect((await world.control.export({ filter: ours, format: 'enode' })).count).toBe(1);
    const none = queryOf({ filter: { fork: 'other' } }).filter;
    expect(await world.control.export({ filter: none, format: 'nodes.json' })).toMatchObject({
      text: '{}\n',
      count: 0,
    });
  });
});
