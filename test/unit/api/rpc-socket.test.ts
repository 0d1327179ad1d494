import { beforeEach, describe, expect, test } from 'vitest';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { serveRpcSocket } from '../../../src-main/api/rpc-socket.ts';
import type { PageSocket } from '../../../src-main/api/web-socket.ts';
import type { PeerEvent } from '../../../src-main/events/peer-events.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { FakeSocket } from '../../support/fake-socket.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let backend: FakeBackend;
let socket: FakeSocket;
let lines: ReturnType<typeof recordedLog>['lines'];

function serve(admin: boolean): void {
  const log = recordedLog();
  lines = log.lines;
  socket = new FakeSocket();
  const rpc = createRpcDispatcher(createRpcTable(backend, admin), log.logger, clock);
  serveRpcSocket(socket as unknown as PageSocket, {
    ...{ rpc, clock, logger: log.logger, random: new SeededRandom(7) },
  });
}

beforeEach(() => {
  clock = new VirtualClock();
  backend = new FakeBackend();
  serve(true);
});

const event: PeerEvent = { type: 'add', peer: 'ab'.repeat(32), remote: '192.0.2.9:30303' };
const emitPeerEvent = (): void => {
  for (const listener of backend.peerListeners) listener(event);
};
const call = async (method: string, ...params: unknown[]): Promise<Record<string, unknown>[]> => {
  socket.say({ jsonrpc: '2.0', id: 1, method, params });
  await clock.settle();
  return socket.take();
};
const subscribed = async (): Promise<string> => {
  const [answer] = await call('admin_subscribe', 'peerEvents');
  return (answer as { result: string }).result;
};

describe('JSON-RPC over a WebSocket', () => {
  test('answers calls and batches', async () => {
    expect(await call('net_version')).toEqual([{ jsonrpc: '2.0', id: 1, result: '1' }]);
    socket.say([
      { jsonrpc: '2.0', id: 1, method: 'net_version' },
      { jsonrpc: '2.0', id: 2, method: 'net_peerCount' },
    ]);
    await clock.settle();
    expect(socket.take()).toEqual([
      [
        { jsonrpc: '2.0', id: 1, result: '1' },
        { jsonrpc: '2.0', id: 2, result: '0x3' },
      ],
    ]);
  });

  test('echoes IDs byte for byte', async () => {
    const texts: string[] = [];
    socket.send = (text: string) => texts.push(text);
    socket.say('{"jsonrpc":"2.0","id":12345678901234567890,"method":"net_version"}');
    socket.say('[{"jsonrpc":"2.0","id":1.0,"method":"net_version"}]');
    await clock.settle();
    expect(texts).toEqual([
      '{"jsonrpc":"2.0","id":12345678901234567890,"result":"1"}',
      '[{"jsonrpc":"2.0","id":1.0,"result":"1"}]',
    ]);
  });

  test('answers pings, but not those of a client that does not read', () => {
    const pongs: unknown[] = [];
    Object.assign(socket, { pong: (data: unknown) => pongs.push(data) });
    socket.emit('ping', 'a');
    socket.bufferedAmount = 2_000_000;
    socket.emit('ping', 'b');
    expect(pongs).toEqual(['a']);
  });

  test('sends peer events with the subscription’s ID, as geth does', async () => {
    const id = await subscribed();
    expect(id).toMatch(/^0x[1-9a-f][0-9a-f]{0,31}$/);
    emitPeerEvent();
    expect(socket.take()).toEqual([
      { jsonrpc: '2.0', method: 'admin_subscription', params: { subscription: id, result: event } },
    ]);
  });

  test('sends the ID of a subscription before its notifications', async () => {
    socket.say([
      { jsonrpc: '2.0', id: 1, method: 'admin_subscribe', params: ['peerEvents'] },
      { jsonrpc: '2.0', id: 2, method: 'net_version' },
    ]);
    emitPeerEvent();
    await clock.settle();
    const [answers, notification] = socket.take();
    expect(answers).toMatchObject([{ id: 1 }, { id: 2 }]);
    expect(notification).toMatchObject({ method: 'admin_subscription' });
  });

  test('ends a subscription on request, once', async () => {
    const id = await subscribed();
    expect(await call('admin_unsubscribe', id)).toMatchObject([{ result: true }]);
    expect(backend.peerListeners.size).toBe(0);
    expect(await call('admin_unsubscribe', id)).toMatchObject([
      { error: { code: -32000, message: 'subscription not found' } },
    ]);
  });

  test.each([
    ['admin_subscribe', [], -32602, 'expected subscription name as first argument'],
    ['admin_subscribe', ['heads'], -32601, 'no "heads" subscription in admin namespace'],
    ['eth_subscribe', ['newHeads'], -32601, 'no "newHeads" subscription in eth namespace'],
    ['admin_subscribe', ['peerEvents', 1], -32602, 'too many arguments, want at most 1'],
    ['admin_unsubscribe', [], -32602, 'missing value for required argument 0'],
  ])('refuses %s %j with geth’s message', async (method, params, code, message) => {
    expect(await call(method, ...params)).toMatchObject([{ error: { code, message } }]);
  });

  test('has no peer events without the admin flag', async () => {
    serve(false);
    expect(await call('admin_subscribe', 'peerEvents')).toMatchObject([{ error: { code: -32601 } }]);
  });

  test('answers invalid JSON with a parse error, and continues', async () => {
    socket.say('{');
    await clock.settle();
    expect(socket.take()).toMatchObject([{ id: null, error: { code: -32700 } }]);
    expect(await call('net_version')).toMatchObject([{ result: '1' }]);
  });

  test('allows 16 subscriptions per client and ends them with its connection', async () => {
    for (let count = 0; count < 16; count += 1) await subscribed();
    expect(await call('admin_subscribe', 'peerEvents')).toMatchObject([
      { error: { message: 'too many subscriptions' } },
    ]);
    expect(backend.peerListeners.size).toBe(16);
    socket.terminate();
    expect(backend.peerListeners.size).toBe(0);
  });

  test('disconnects a client that does not read, and logs that', async () => {
    await subscribed();
    socket.bufferedAmount = 8_388_609;
    emitPeerEvent();
    emitPeerEvent();
    expect(socket.ended).toEqual([1013]);
    expect(socket.take()).toEqual([]);
    expect(backend.peerListeners.size).toBe(0);
    expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { queued: '8388609' } });
  });

  test('disconnects a client whose message is too big, and one that answers no ping', async () => {
    socket.say('x'.repeat(1_048_577));
    await clock.settle();
    expect(socket.ended).toEqual([1009]);
    serve(true);
    await clock.advance(60_001);
    expect(socket.ended).toEqual(['cut']);
  });
});
