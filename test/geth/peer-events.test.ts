import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Application } from '../../src-main/compose/application.ts';
import type { PeerEvent } from '../../src-main/events/peer-events.ts';
import { run } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN } from '../support/geth.ts';
import { realPeer } from '../support/real-peers.ts';
import { RpcSocketClient } from '../support/rpc-socket-client.ts';
import { composeApplication, LOOPBACK_FLAGS } from '../support/started-applications.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'a-token-of-the-tests';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let geth: Geth;
let us: Application;
let ours: RpcSocketClient;
let theirs: RpcSocketClient;

/** Our node on the testchain, on loopback alone. */
async function startUs(): Promise<Application> {
  const application = await composeApplication(folder.path, [
    ...[...LOOPBACK_FLAGS, '--nodiscover', '--http.token', TOKEN],
    ...['--genesis', TESTCHAIN.genesisFile, '--networkid', TESTCHAIN.networkId],
  ]);
  await application.start();
  return application;
}

const socketUrl = (): string => `ws://${new URL(us.pageUrl ?? '').host}/?token=${TOKEN}`;

const eventOf = (client: RpcSocketClient, type: PeerEvent['type'], peer: string): Promise<PeerEvent> =>
  eventually(`${type} of ${peer.slice(0, 8)}`, async () => client.events(type, peer)[0]);

beforeAll(async () => {
  folder = await temporaryFolder();
  [us, geth] = await Promise.all([startUs(), Geth.start({ version: 'geth72', chain: false })]);
  ours = await RpcSocketClient.open(socketUrl());
  theirs = await RpcSocketClient.open(geth.socketUrl);
});

afterAll(async () => {
  ours.close();
  theirs.close();
  await us.stop();
  await geth.stop();
  await folder.remove();
});

describe('the peer events of our node and of geth for the same session', () => {
  test('have the same members in the same order, and the same reason for the end', async () => {
    const ids = await Promise.all(
      [ours, theirs].map((client) => client.call<string>('admin_subscribe', 'peerEvents')),
    );
    for (const id of ids) expect(id).toMatch(/^0x[0-9a-f]{1,32}$/);
    await ours.call('admin_addPeer', geth.info.enode);
    const { id: ourId } = us.backend.status().identity;
    const added = [await eventOf(ours, 'add', geth.info.id), await eventOf(theirs, 'add', ourId)] as const;
    expect(Object.keys(added[0])).toEqual(['type', 'peer', 'local', 'remote']);
    expect(Object.keys(added[1])).toEqual(Object.keys(added[0]));
    expect(added[0].local).toBe(added[1].remote);
    expect(added[0].remote).toBe(added[1].local);

    await ours.call('admin_removePeer', geth.info.enode);
    const dropped = [
      await eventOf(ours, 'drop', geth.info.id),
      await eventOf(theirs, 'drop', ourId),
    ] as const;
    expect(Object.keys(dropped[0])).toEqual(['type', 'peer', 'error', 'local', 'remote']);
    expect(Object.keys(dropped[1])).toEqual(Object.keys(dropped[0]));
    expect(dropped.map(({ error }) => error)).toEqual(['disconnect requested', 'disconnect requested']);
    const shapes = [ours, theirs].map(({ notifications: [first] }) => [
      Object.keys(first ?? {}),
      first?.method,
      Object.keys(first?.params ?? {}),
    ]);
    expect(shapes[0]).toEqual(shapes[1]);
  });

  test('are refused with the same message: unknown name, unknown ID, unknown method', async () => {
    const refusal = (client: RpcSocketClient, method: string, ...params: unknown[]): Promise<string> =>
      client.call(method, ...params).then(
        () => 'taken',
        (error: unknown) => String(error),
      );
    for (const [method, ...params] of [
      ['admin_subscribe', 'heads'],
      ['admin_subscribe'],
      ['admin_subscribe', 7],
      ['admin_unsubscribe', '0x1'],
      ['admin_nothing'],
    ] as const) {
      expect(await refusal(ours, method, ...params)).toBe(await refusal(theirs, method, ...params));
    }
  });
});

test('geth’s console attaches to our node', async () => {
  const code = 'console.log(admin.nodeInfo.id, admin.peers.length, net.peerCount)';
  const args = ['attach', '--datadir', folder.path, '--exec', code, socketUrl()];
  const { lines } = await run('geth attach', realPeer('geth72'), args);
  expect(lines[0]).toBe(`${us.backend.status().identity.id} 0 0`);
});
