import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApiDispatcher, createHandlers } from '../../../src-main/api/handlers.ts';
import { HttpServer } from '../../../src-main/api/http-server.ts';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { Publisher } from '../../../src-main/api/publisher.ts';
import { Probes } from '../../../src-main/api/probes.ts';
import { apiWithRight, rpcWithRight } from '../../../src-main/api/permitted.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { FakeAccess } from '../../support/fake-access.ts';
import { FakeBackend, peerRowOf } from '../../support/fake-backend.ts';
import { eventually } from '../../support/eventually.ts';
import { pageRequest, pageSnapshot } from '../../support/page-client.ts';
import { RpcSocketClient } from '../../support/rpc-socket-client.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOKEN = 'a-token-of-the-tests';
let backend: FakeBackend;
let access: FakeAccess;
let publisher: Publisher;
let server: HttpServer;
let origin: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

function createServer(port: number, orAnyPort = false): HttpServer {
  const { logger } = recordedLog();
  publisher = new Publisher(backend, systemClock, logger);
  return new HttpServer(
    {
      ...{ address: '127.0.0.1', port, orAnyPort, hostNames: [], tls: undefined },
      pageFolder: join(folder.path, 'page'),
    },
    {
      access,
      apiFor: ({ right }) => apiWithRight(createApiDispatcher(createHandlers(backend), logger), right),
      publisher,
      rpcFor: ({ right }) =>
        createRpcDispatcher(rpcWithRight(createRpcTable(backend, true), right), logger, systemClock),
      probes: new Probes(() => backend.status(), systemClock),
      clock: systemClock,
      random: systemRandom,
      logger,
    },
  );
}

beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder.path, 'page'));
  await writeFile(join(folder.path, 'page', 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(folder.path, 'secret'), 'secret');
  backend = new FakeBackend();
  access = new FakeAccess(TOKEN);
  server = createServer(0);
  await server.start();
  origin = new URL(server.url).origin;
});

afterEach(async () => {
  await server.stop();
  await folder.remove();
});

/** A request with any path and headers, also those that fetch would not send. */
function raw(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const sent = request({ host: hostname, port, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const rpc = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${origin}/rpc`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${TOKEN}`, ...headers },
    body,
  });

/** The result of opening a WebSocket: its subprotocol, or the HTTP status of the refusal. */
function opened(protocols: string[], headers: Record<string, string> = {}): Promise<string | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, protocols, { headers });
    socket.on('open', () => {
      resolve(socket.protocol);
      socket.terminate();
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', reject);
  });
}

describe('the page over HTTP', () => {
  test('has a strict Content-Security-Policy and contains no token', async () => {
    const response = await fetch(origin);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<title>page</title>');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each(['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/assets/%2e%2e/%2e%2e/secret', '/.hidden'])(
    'is the only folder that is served: %s',
    async (path) => {
      const { status, body } = await raw(path, { Host: '127.0.0.1' });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain('secret\n');
      expect(body).not.toBe('secret');
    },
  );

  test('is refused for a foreign Host header, as DNS rebinding would send', async () => {
    expect((await raw('/', { Host: 'evil.example' })).status).toBe(403);
    expect((await raw('/rpc', { Host: 'evil.example', Authorization: `Bearer ${TOKEN}` })).status).toBe(403);
  });

  test('is replaced by instructions when it is not built', async () => {
    await server.stop();
    await folder.remove();
    server = createServer(0);
    await server.start();
    const response = await fetch(new URL(server.url).origin);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});

test('the probes need no token, and have the Host check of the page', async () => {
  const alive = await fetch(`${origin}/healthz`);
  expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }]);
  const ready = await fetch(`${origin}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', failing: [] }]);
  for (const path of ['/healthz', '/readyz']) {
    expect((await raw(path, { Host: 'evil.example' })).status).toBe(403);
    expect((await raw(path, { Host: '10.1.2.3:8546' })).status).toBe(200);
  }
});

describe('the WebSocket of a page', () => {
  test('opens with the token only, from its own origin or without one', async () => {
    expect(await opened(['enodeck', `token.${TOKEN}`])).toBe('enodeck');
    expect(await opened(['enodeck', `token.${TOKEN}`], { Origin: origin })).toBe('enodeck');
    expect(await opened(['enodeck'])).toBe(401);
    expect(await opened(['enodeck', 'token.wrong-token'])).toBe(401);
    expect(await opened(['enodeck', `token.${TOKEN}`], { Origin: 'http://evil.example' })).toBe(403);
  });

  test('answers requests and pushes topics', async () => {
    backend.rows = [peerRowOf('ab'.repeat(32))];
    expect(await pageRequest(origin, TOKEN, 'peers.disconnect', { id: 'ab'.repeat(32) })).toEqual({
      disconnected: true,
    });
    expect(await pageSnapshot(origin, TOKEN, 'peers', {})).toEqual(backend.rows);
    await expect(pageSnapshot(origin, TOKEN, 'peer', { id: 'x' })).rejects.toThrow(/invalid-parameters/);
  });

  test('ends its subscriptions when it closes', async () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, ['enodeck', `token.${TOKEN}`]);
    const first = new Promise((resolve) => socket.once('message', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'subscribe', id: 1, topic: 'peers', params: {} }));
    await first;
    expect(publisher.followed).toEqual(['peers']);
    socket.close();
    await new Promise((resolve) => socket.once('close', resolve));
    await eventually('no subscription', async () => publisher.followed.length === 0 || undefined);
  });

  test.each([
    'not json',
    '[]',
    '{"type":"shout","id":1}',
    '{"type":"request","id":-1,"name":"x","params":{}}',
  ])('is closed after an invalid message: %s', async (text) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, ['enodeck', `token.${TOKEN}`]);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(text);
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1008);
  });
});

describe('JSON-RPC over HTTP', () => {
  test('requires the token', async () => {
    const body = '{"jsonrpc":"2.0","id":1,"method":"net_version"}';
    expect((await rpc(body, { Authorization: '' })).status).toBe(401);
    expect((await rpc(body, { Authorization: 'Bearer wrong-token' })).status).toBe(401);
    expect(await (await rpc(body)).json()).toEqual({ jsonrpc: '2.0', id: 1, result: '1' });
  });

  test.each(['/', '/rpc'])('at %s accepts the token in the URL too', async (path) => {
    const ask = (token: string, body: string): Promise<Response> =>
      fetch(`${origin}${path}?token=${token}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
    const body = '{"jsonrpc":"2.0","id":9007199254740993,"method":"net_version"}';
    const answer = await ask(TOKEN, body);
    expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(await answer.text()).toBe('{"jsonrpc":"2.0","id":9007199254740993,"result":"1"}');
    expect(await (await ask(TOKEN, '{')).json()).toMatchObject({ error: { code: -32700 } });
    expect((await ask('wrong', body)).status).toBe(401);
    expect((await ask('', body)).status).toBe(401);
    const page = await fetch(`${origin}/?token=${TOKEN}`);
    expect(await page.text()).not.toContain(TOKEN);
  });

  test('accepts JSON of limited size, from no foreign origin', async () => {
    expect(await (await rpc('{')).json()).toMatchObject({ error: { code: -32700 } });
    expect((await rpc('x', { 'Content-Type': 'text/html' })).status).toBe(415);
    expect((await rpc(`"${'x'.repeat(1_100_000)}"`)).status).toBe(413);
    expect((await rpc('{}', { Origin: 'http://evil.example' })).status).toBe(403);
  });
});

describe('JSON-RPC over WebSocket', () => {
  const url = (path: string): string => `${origin.replace('http', 'ws')}${path}`;
  const bearer = { Authorization: `Bearer ${TOKEN}` };

  test.each(['/', '/rpc'])('is served at %s with the token in a header or in the URL', async (path) => {
    for (const client of [
      await RpcSocketClient.open(url(path), bearer),
      await RpcSocketClient.open(url(`${path}?token=${TOKEN}`)),
    ]) {
      expect(await client.call('net_version')).toBe('1');
      expect(await client.call('eth_chainId')).toBe('0x1');
      await expect(client.call('nope_nope')).rejects.toThrow('does not exist');
      client.close();
    }
  });

  test('is refused without the token, and for foreign Origin and Host headers', async () => {
    await expect(RpcSocketClient.open(url('/'))).rejects.toThrow('401');
    await expect(RpcSocketClient.open(url('/?token=wrong-token'))).rejects.toThrow('401');
    await expect(RpcSocketClient.open(url('/?token=a&token=b'))).rejects.toThrow('401');
    const origins = { ...bearer, Origin: 'http://evil.example' };
    await expect(RpcSocketClient.open(url('/'), origins)).rejects.toThrow('403');
    await expect(RpcSocketClient.open(url('/rpc'), { ...bearer, Host: 'evil.example' })).rejects.toThrow(
      '403',
    );
  });

  test('accepts 32 clients, and another one after one has closed', async () => {
    const clients = await Promise.all(
      Array.from({ length: 32 }, () => RpcSocketClient.open(url('/'), bearer)),
    );
    const late = new WebSocket(url('/'), { headers: bearer });
    expect(await new Promise((resolve) => late.once('close', resolve))).toBe(1013);
    clients.pop()?.close();
    await eventually('a place for another client', async () => {
      const client = await RpcSocketClient.open(url('/'), bearer);
      const answer = await Promise.race([client.call('net_version'), client.closed]);
      client.close();
      return answer === '1' || undefined;
    });
    for (const client of clients) client.close();
  });

  test('leaves the page at / and HTTP calls at both paths', async () => {
    expect(await (await fetch(origin)).text()).toContain('<title>page</title>');
    expect((await fetch(`${origin}/rpc`)).status).toBe(405);
    const body = '{"jsonrpc":"2.0","id":1,"method":"net_version"}';
    const headers = { 'Content-Type': 'application/json', ...bearer };
    expect(await (await fetch(`${origin}/`, { method: 'POST', headers, body })).json()).toMatchObject({
      result: '1',
    });
    expect((await fetch(`${origin}/`, { method: 'POST', body })).status).toBe(401);
  });
});

describe('a named token', () => {
  const url = (path: string): string => `${origin.replace('http', 'ws')}${path}`;
  const bearer = { Authorization: 'Bearer reader' };

  beforeEach(() => {
    access.add('reader', 'read');
  });

  test('permits what its right includes, on each way', async () => {
    const reads = '{"jsonrpc":"2.0","id":1,"method":"net_version"}';
    expect(await (await rpc(reads, bearer)).json()).toMatchObject({ result: '1' });
    expect(await pageSnapshot(origin, 'reader', 'peers', {})).toEqual([]);
    const refusal = 'needs a token with the right operate; this one has read.';
    const changes = '{"jsonrpc":"2.0","id":1,"method":"admin_addPeer","params":["enode://"]}';
    expect(await (await rpc(changes, bearer)).json()).toMatchObject({
      error: { message: `admin_addPeer ${refusal}` },
    });
    const client = await RpcSocketClient.open(url('/'), bearer);
    await expect(client.call('enodeck_unban', 'x')).rejects.toThrow(`enodeck_unban ${refusal}`);
    client.close();
    await expect(pageRequest(origin, 'reader', 'node.stop', {})).rejects.toThrow(`node.stop ${refusal}`);
  });

  test('that is revoked ends its WebSockets at once, and those of others stay', async () => {
    const page = new WebSocket(url('/ws'), ['enodeck', 'token.reader']);
    const ended = new Promise((resolve) => page.once('close', resolve));
    await new Promise((resolve) => page.once('open', resolve));
    const client = await RpcSocketClient.open(url('/'), bearer);
    const other = await RpcSocketClient.open(url('/'), { Authorization: `Bearer ${TOKEN}` });
    expect(await client.call('net_version')).toBe('1');
    access.revoke('reader');
    await ended;
    await client.closed;
    expect(await other.call('net_version')).toBe('1');
    other.close();
    await expect(RpcSocketClient.open(url('/'), bearer)).rejects.toThrow('401');
    expect((await rpc('{}', bearer)).status).toBe(401);
  });
});

test('a port in use is reported with the flag to change it', async () => {
  const other = createServer(Number(new URL(origin).port));
  await expect(other.start()).rejects.toMatchObject({
    code: 'address-in-use',
    message: expect.stringMatching(/the port is in use; choose another with --http.port\.$/) as string,
  });
});

test('a default port in use is replaced by a free one', async () => {
  const taken = Number(new URL(origin).port);
  const other = createServer(taken, true);
  await other.start();
  try {
    const { port } = new URL(other.url);
    expect(Number(port)).not.toBe(taken);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  } finally {
    await other.stop();
  }
});
