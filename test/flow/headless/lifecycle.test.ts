import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { nodeFromEnode, nodeTextOf } from '../../../src-main/node-record/node-factory.ts';
import type { Protocol } from '../../../src-main/p2p/protocol.ts';
import { untilEnd } from '../../../src-main/demo/failing-connections.ts';
import { eventually } from '../../support/eventually.ts';
import { heldNow, type Held } from '../../support/held-resources.ts';
import { deadAddress, Puppet } from '../../support/puppet.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';

const ROUNDS = 20;

const applications = startedApplications();
let ours: Application;

/** The same protocol as our node has; it sends no message. */
const eth: Protocol = {
  name: 'eth',
  version: 69,
  length: 18,
  messageName: () => 'Nothing',
  run: () => new Promise(() => undefined),
};

function target(): { publicKey: Uint8Array; node: () => ReturnType<typeof nodeFromEnode> } {
  const node = nodeFromEnode(ours.backend.status().identity.enode);
  return { publicKey: node.publicKey, node: () => node };
}

const peers = (count: number): Promise<true> =>
  eventually(
    `${String(count)} peers`,
    () => Promise.resolve(ours.backend.peers().length === count || undefined),
    { everyMs: 10 },
  );

beforeEach(async () => {
  ours = await applications.compose('ours', LOOPBACK_FLAGS);
});

describe('a node', () => {
  test('bans by reputation, disconnects a peer that the user bans, and resets the reputation with the ban', async () => {
    await ours.start();
    const { bans } = ours.backend;
    const puppet = new Puppet([eth]);
    for (let times = 1; times <= 4; times++) {
      expect(bans.list()).toEqual([]);
      const connection = await puppet.greet(target());
      connection.send(99, new Uint8Array([0xc0]));
      await untilEnd(connection);
      await peers(0);
    }
    const [ban] = bans.list();
    expect(ban).toMatchObject({
      by: 'score',
      target: { kind: 'node', value: puppet.idHex },
      name: 'Puppet/v1',
    });
    await expect(puppet.greet(target())).rejects.toMatchObject({ code: 'disconnect-requested' });
    const banned = await eventually('the cause', () => {
      const trace = ours.backend.why.trace(puppet.idHex);
      return Promise.resolve(trace.cause?.code === 'banned' ? trace : undefined);
    });
    expect(banned).toMatchObject({ connected: false, cause: { by: 'local' } });
    expect(banned.next).toEqual({ code: 'advice', params: { cause: 'banned' } });

    expect(await bans.remove(ban?.id ?? '')).toBe(true);
    const connection = await puppet.greet(target());
    await peers(1);
    expect(ours.backend.peerDetail(puppet.idHex)?.reputation.score).toBe(0);
    await bans.add({ target: puppet.idHex, duration: 'hour', reason: 'enough' });
    await untilEnd(connection);
    await peers(0);
    const { records } = await ours.backend.sessions.page({ before: null, limit: 1, text: '', node: null });
    expect(records).toMatchObject([{ code: 'banned', by: 'local', params: { reason: 'enough' } }]);
  });

  test('applies settings and list entries that change while it starts', async () => {
    const { settings, lists } = ours.backend;
    const dead = new Puppet().nodeAt(await deadAddress());
    const starting = ours.start();
    const changing = Promise.all([
      settings.update({ maxPeers: 1 }),
      lists.add({ list: 'static', text: nodeTextOf(dead), label: '' }),
    ]);
    await Promise.all([starting, changing]);
    await expect(new Puppet([eth]).greet(target())).rejects.toMatchObject({ code: 'too-many-peers' });
    const waiting = await eventually('the state of the static node', () => {
      const state = lists.all().static[0]?.state;
      return Promise.resolve(state?.message?.startsWith('Connection refused') ? state : undefined);
    });
    expect(waiting.nextTryAt).toSatisfy(Number.isInteger, 'Unix milliseconds');
  });

  test(`holds no more sockets, timers and files after ${String(ROUNDS)} starts and stops than after three`, async () => {
    await ours.start();
    let before: Held | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const connection = await new Puppet([eth]).greet(target());
      await peers(1);
      await Promise.all([ours.backend.stop(), untilEnd(connection)]);
      // A closed handle counts until the end of the turn of the event loop that closes it.
      await nextTurn();
      await nextTurn();
      const held = await heldNow();
      if (round === 2) before = held;
      if (before !== undefined) {
        expect(held.descriptors ?? 0).toBeLessThanOrEqual(before.descriptors ?? 0);
        for (const [name, count] of Object.entries(held.resources)) {
          expect(count, name).toBeLessThanOrEqual(before.resources[name] ?? 0);
        }
      }
      await ours.backend.start();
    }
  });
});
