import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import { eventually } from '../support/eventually.ts';
import { Geth } from '../support/geth.ts';
import type { PeerInfo } from '../support/node-process.ts';
import { limitsOf } from '../support/p2p-node.ts';
import { SkippingClock } from '../support/skipping-clock.ts';
import { startedNodes } from '../support/started-nodes.ts';
import { enodeOf, ethOf, nodeOf, skipToNextTry, testchainNetwork } from '../support/testchain-node.ts';

/** Two peers: one outbound and one inbound, as geth divides them. */
const two = limitsOf(2);

const start = startedNodes();
const gethPeers = (geth: Geth): Promise<PeerInfo[]> => geth.rpc<PeerInfo[]>('admin_peers');

let eth: readonly Protocol[];
let wide: Geth;
let small: Geth;

beforeAll(async () => {
  eth = ethOf(await testchainNetwork());
  [wide, small] = await Promise.all([
    Geth.start({ version: 'geth72', chain: false }),
    Geth.start({ version: 'geth69', chain: false, maxPeers: 2 }),
  ]);
});

afterAll(() => Promise.all([wide, small].map((geth) => geth.stop())));

describe('a geth with two peer slots', () => {
  test('has one for inbound peers, refuses the next with too many peers, and admits a trusted peer above the limit', async () => {
    const first = await start.node({ protocols: eth });
    first.server.dialing.addStatic(nodeOf(small));
    await first.events.first('peer/established');

    const clock = new SkippingClock();
    const second = await start.node({ protocols: eth, clock });
    second.server.dialing.addStatic(nodeOf(small));
    expect((await second.events.first('dial/ended')).cause).toEqual({
      code: 'too-many-peers',
      params: {},
      by: 'remote',
      stage: 'hello',
      disconnectReason: 'too many peers',
    });
    expect(second.server.dialing.stateOf(nodeOf(small))).toMatchObject({ state: 'waiting', failures: 1 });

    expect(await small.rpc('admin_addTrustedPeer', enodeOf(second))).toBe(true);
    await skipToNextTry(second, small, clock);
    await second.events.first('peer/established', ({ idHex }) => idHex === small.info.id);
    const seen = await small.peer(second.idHex);
    expect(seen.network).toMatchObject({ inbound: true, trusted: true, static: false });
    expect(await gethPeers(small)).toHaveLength(2);
  });
});

describe('our node with two peer slots', () => {
  test('has one for inbound peers, refuses the next with too many peers, and admits a trusted peer above the limit', async () => {
    const us = await start.node({ protocols: eth, limits: two });
    await wide.rpc('admin_addPeer', enodeOf(us));
    expect((await us.events.first('peer/established')).idHex).toBe(wide.info.id);

    await small.rpc('admin_addPeer', enodeOf(us));
    const ended = await us.events.first('inbound/ended');
    expect(ended.idHex).toBe(small.info.id);
    expect(ended.cause).toEqual({
      code: 'too-many-inbound-peers',
      params: { count: 1, limit: 1 },
      by: 'local',
      stage: 'encryption',
      disconnectReason: 'too many peers',
    });
    expect(us.server.counts()).toMatchObject({ total: 1, inbound: 1 });
    await wide.rpc('admin_removePeer', enodeOf(us));

    const full = await start.node({ protocols: eth, limits: { ...two, maxPeers: 0 } });
    full.server.addTrusted(wide.info.id);
    await wide.rpc('admin_addPeer', enodeOf(full));
    expect((await full.events.first('peer/established')).idHex).toBe(wide.info.id);
    expect(full.server.counts()).toMatchObject({ total: 1, inbound: 1, trusted: 1 });
    expect((await wide.peer(full.idHex)).network).toMatchObject({ static: true, inbound: false });
    await wide.rpc('admin_removePeer', enodeOf(full));
    expect((await full.events.first('peer/dropped')).kind).toBe('trusted');
  });
});

describe('two nodes that dial each other at the same time', () => {
  test('keep one session, the same on both sides', async () => {
    const us = await start.node({ protocols: eth });
    const added = us.events.first('peer/established');
    us.server.dialing.addStatic(nodeOf(wide));
    await wide.rpc('admin_addPeer', enodeOf(us));
    await added;
    const theirs = await eventually('both show one connection', async () => {
      const session = us.server.peer(wide.info.id)?.session;
      const peers = (await gethPeers(wide)).filter(({ id }) => id === us.idHex);
      if (session === undefined || peers.length !== 1) return undefined;
      const [peer] = peers;
      return peer?.network.remoteAddress === `127.0.0.1:${String(session.local.port)}` ? peer : undefined;
    });
    const session = us.server.peer(wide.info.id)?.session;
    expect(theirs.network.localAddress).toBe(`127.0.0.1:${String(session?.remote.port)}`);
    expect(theirs.network.inbound).toBe(session?.direction === 'outbound');
    expect(us.server.counts().total).toBe(1);
    await wide.rpc('admin_removePeer', enodeOf(us));
  });
});
