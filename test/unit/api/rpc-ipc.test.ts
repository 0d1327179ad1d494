import { lstat } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { IpcServer } from '../../../src-main/api/rpc-ipc.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import type { PeerEvent } from '../../../src-main/events/peer-events.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';
import { IpcClient } from '../../support/ipc-client.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const folder = folderOfTest();
let backend: FakeBackend;
let clock: VirtualClock;
let log: ReturnType<typeof recordedLog>;
let server: IpcServer;

beforeEach(async () => {
  backend = new FakeBackend();
  clock = new VirtualClock();
  log = recordedLog();
  server = new IpcServer(folder.path('a.ipc'), {
    rpc: createRpcDispatcher(createRpcTable(backend, true), log.logger, clock),
    ...{ clock, logger: log.logger, random: new SeededRandom(7) },
  });
  folder.atEnd(() => server.stop());
  await server.start();
});

async function open(): Promise<IpcClient> {
  const client = await IpcClient.open(folder.path('a.ipc'));
  folder.atEnd(() => {
    client.close();
  });
  return client;
}

const event: PeerEvent = { type: 'add', peer: 'ab'.repeat(32), remote: '192.0.2.9:30303' };
const emitPeerEvent = (): void => {
  for (const listener of backend.peerListeners) listener(event);
};
const versionCall = (id: number): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'net_version', params: [] });

describe('JSON-RPC over IPC', () => {
  test('answers a stream of calls and batches, wherever its chunks end', async () => {
    const client = await open();
    const text = `${versionCall(1)}\n[${versionCall(2)},${versionCall(3)}]${versionCall(4)}`;
    for (const character of text) {
      client.write(character);
    }
    const answers = [await client.next(), await client.next(), await client.next()];
    const answer = (id: number): object => ({ jsonrpc: '2.0', id, result: '1' });
    // The calls of a batch give way to others.
    expect(answers).toEqual(expect.arrayContaining([answer(1), [answer(2), answer(3)], answer(4)]));
  });

  test('has the methods that change the node', async () => {
    const client = await open();
    expect(await client.call('admin_datadir')).toMatchObject({ result: '/nowhere' });
  });

  test('sends notifications after the ID of their subscription, until its end', async () => {
    const client = await open();
    const { result: id } = await client.call('admin_subscribe', 'peerEvents');
    emitPeerEvent();
    expect(await client.next()).toEqual({
      ...{ jsonrpc: '2.0', method: 'admin_subscription' },
      params: { subscription: id, result: event },
    });
    expect(await client.call('admin_unsubscribe', id)).toMatchObject({ result: true });
    expect(backend.peerListeners.size).toBe(0);
  });

  test('has the subscriptions to health and sessions, of which a client may hold 16', async () => {
    const client = await open();
    const { result: health } = await client.call('enodeck_subscribe', 'health');
    const { result: sessions } = await client.call('enodeck_subscribe', 'sessions');
    for (const listener of backend.healthListeners) listener([]);
    expect(await client.next()).toEqual({
      ...{ jsonrpc: '2.0', method: 'enodeck_subscription', params: { subscription: health, result: [] } },
    });
    for (let count = 2; count < 16; count += 1)
      expect(await client.call('enodeck_subscribe', 'health')).toHaveProperty('result');
    expect(await client.call('enodeck_subscribe', 'sessions')).toMatchObject({
      error: { message: 'too many subscriptions' },
    });
    expect(await client.call('enodeck_unsubscribe', sessions)).toMatchObject({ result: true });
    expect([backend.healthListeners.size, backend.sessionListeners.size]).toEqual([15, 0]);
    client.close();
    await eventually('no listener', async () => (backend.healthListeners.size === 0 ? true : undefined));
  });

  test('ends the subscriptions of a client that went away', async () => {
    const client = await open();
    await client.call('admin_subscribe', 'peerEvents');
    client.close();
    await eventually('no listener', async () => (backend.peerListeners.size === 0 ? true : undefined));
  });

  test.each([
    ['bytes that are no JSON', 'GET / HTTP/1.1\r\n', /the stream is not a sequence of JSON objects/],
    ['a message of more than 1 MiB', `{"a":"${'x'.repeat(1_048_576)}"}`, /more than 1048576 bytes/],
  ])('answers %s with a parse error, and closes the connection', async (_, text, message) => {
    const client = await open();
    client.write(text);
    expect(await client.next()).toEqual({
      ...{ jsonrpc: '2.0', id: null },
      error: { code: -32_700, message: expect.stringMatching(message) as string },
    });
    await client.closed();
  });

  test('serves 32 clients at once, and another one when one of them has gone', async () => {
    const clients: IpcClient[] = [];
    for (let count = 0; count < 32; count += 1) clients.push(await open());
    for (const client of clients) expect(await client.call('net_version')).toMatchObject({ result: '1' });
    const refused = await open();
    await refused.closed();
    clients[0]?.close();
    await eventually('a free place', async () => {
      const client = await open();
      client.write(versionCall(1));
      return await eventually('an answer', async () =>
        client.isClosed ? 'closed' : (client.messages[0] as object | undefined),
      ).then((answer) => (answer === 'closed' ? undefined : answer));
    });
  });

  test('drops a client that does not read its notifications', async () => {
    const client = await open();
    await client.call('admin_subscribe', 'peerEvents');
    client.socket.pause();
    const large: PeerEvent = { ...event, remote: 'x'.repeat(1_000_000) };
    for (let count = 0; count < 12; count += 1) {
      for (const listener of backend.peerListeners) listener(large);
    }
    expect(backend.peerListeners.size).toBe(0);
    expect(log.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'an RPC client was dropped because it does not read',
    });
    client.socket.resume();
    await client.closed();
  });

  test('closes its clients and removes the socket when it stops', async () => {
    const client = await open();
    await client.call('admin_subscribe', 'peerEvents');
    await server.stop();
    await client.closed();
    expect(backend.peerListeners.size).toBe(0);
    await expect(lstat(folder.path('a.ipc'))).rejects.toMatchObject({ code: 'ENOENT' });
    await server.stop();
  });
});
