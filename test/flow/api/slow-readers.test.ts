import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApiDispatcher, createHandlers } from '../../../src-main/api/handlers.ts';
import { HttpServer } from '../../../src-main/api/http-server.ts';
import { createRpcDispatcher, type RpcMethod } from '../../../src-main/api/json-rpc.ts';
import { Probes } from '../../../src-main/api/probes.ts';
import { Publisher } from '../../../src-main/api/publisher.ts';
import { MAX_WAITING } from '../../../src-main/api/reader-watch.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { FakeAccess } from '../../support/fake-access.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { heldBytes } from '../../support/memory.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const TOKEN = 'a-token-of-the-tests';
/** Size of one answer, bytes. */
const BIG = 10_000_000;
const CLIENTS = 16;
/** Memory for all clients, bytes: the send queues, and answers under construction. Without a bound it is above 160 MB. */
const MOST_HELD = MAX_WAITING + 4 * BIG;

let clock: VirtualClock;
let server: HttpServer;
let port: number;
let sockets: Socket[];

beforeEach(async () => {
  clock = new VirtualClock();
  sockets = [];
  const { logger } = recordedLog();
  const backend = new FakeBackend();
  const big: RpcMethod = () => 'x'.repeat(BIG);
  server = new HttpServer(
    {
      ...{ address: '127.0.0.1', port: 0, orAnyPort: false, hostNames: [], tls: undefined },
      pageFolder: '/nowhere',
    },
    {
      access: new FakeAccess(TOKEN),
      apiFor: () => createApiDispatcher(createHandlers(backend), logger),
      publisher: new Publisher(backend, clock, logger),
      probes: new Probes(() => backend.status(), clock),
      rpcFor: () =>
        createRpcDispatcher({ methods: new Map([['test_big', big]]), feeds: new Map() }, logger, clock),
      ...{ clock, random: systemRandom, logger },
    },
  );
  await server.start();
  port = Number(new URL(server.url).port);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await server.stop();
});

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

const call = '{"jsonrpc":"2.0","id":1,"method":"test_big"}';
const post = [
  `POST /rpc?token=${TOKEN} HTTP/1.1`,
  ...[
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${String(call.length)}`,
    '',
    call,
  ],
].join('\r\n');

/** A masked text frame of a WebSocket client (RFC 6455 section 5.2), with a mask of zeros. */
function frame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return Uint8Array.from([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}

async function upgrade(): Promise<Socket> {
  const socket = await open();
  socket.write(
    [
      `GET /rpc?token=${TOKEN} HTTP/1.1`,
      ...['Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      ...['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''],
    ].join('\r\n'),
  );
  await once(socket, 'data');
  socket.pause();
  return socket;
}

/** Gives the server enough turns of the event loop to finish its work. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await nextTurn();
}

describe('clients that never read', () => {
  test.each([
    ['over HTTP', open, post],
    ['over HTTP, with pipelined calls', open, post.repeat(3)],
    ['over WebSocket', upgrade, frame(call)],
  ])('%s share one memory bound, and are disconnected after 20 seconds', async (_kind, begin, bytes) => {
    const before = heldBytes();
    const clients: Socket[] = [];
    for (let count = 0; count < CLIENTS; count += 1) {
      const client = await begin();
      client.pause();
      client.write(bytes);
      clients.push(client);
      await settle();
    }
    expect(heldBytes() - before).toBeLessThan(MOST_HELD);
    // The server checks for progress every 5 seconds.
    await clock.advance(25_000);
    await settle();
    expect(heldBytes() - before).toBeLessThan(BIG);
    // A paused socket reports the close only when it is read again.
    await Promise.all(
      clients.map(async (client) => {
        const closed = once(client, 'close');
        client.resume();
        await closed;
      }),
    );
  });

  test('do not affect another client', async () => {
    for (let count = 0; count < CLIENTS; count += 1) {
      const client = await open();
      client.pause();
      client.write(post);
    }
    await settle();
    const response = await fetch(`http://127.0.0.1:${String(port)}/rpc?token=${TOKEN}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1.0,"method":"test_big"}',
    });
    const text = await response.text();
    expect(text.slice(0, 40)).toContain('"id":1.0,"result":"xxx');
    expect(text.length).toBeGreaterThan(BIG);
  });

  test('that pipeline too many calls are disconnected', async () => {
    const client = await open();
    client.resume();
    client.write(post.repeat(40));
    await once(client, 'close');
    expect(client.destroyed).toBe(true);
  });
});
