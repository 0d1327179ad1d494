import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApiDispatcher, createHandlers } from '../../../src-main/api/handlers.ts';
import { HttpServer } from '../../../src-main/api/http-server.ts';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { Probes } from '../../../src-main/api/probes.ts';
import { Publisher } from '../../../src-main/api/publisher.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { readTlsCertificate, type TlsCertificate } from '../../../src-main/base/tls-certificate.ts';
import { FakeAccess } from '../../support/fake-access.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const TOKEN = 'a-token-of-the-tests';
const ONE = certificateOf('one');
const TWO = certificateOf('two');
let listener: ((certificate: TlsCertificate) => void) | undefined;
let server: HttpServer;
let url: URL;

function certificateOf(name: string): TlsCertificate {
  const read = (end: string): string =>
    readFileSync(join(import.meta.dirname, '../../vectors/tls', `${name}.${end}`), 'utf8');
  const result = readTlsCertificate(read('crt'), read('key'));
  if (!result.ok) throw new TypeError(result.reason);
  return result.certificate;
}

beforeEach(async () => {
  const backend = new FakeBackend();
  const logger = silentLogger;
  const tls = {
    current: ONE,
    onChange: (changed: (certificate: TlsCertificate) => void) => {
      listener = changed;
      return () => (listener = undefined);
    },
  };
  server = new HttpServer(
    {
      ...{ address: '127.0.0.1', port: 0, orAnyPort: false, hostNames: [], tls },
      pageFolder: join(import.meta.dirname, 'nowhere'),
    },
    {
      access: new FakeAccess(TOKEN),
      apiFor: () => createApiDispatcher(createHandlers(backend), logger),
      publisher: new Publisher(backend, systemClock, logger),
      probes: new Probes(() => backend.status(), systemClock),
      rpcFor: () => createRpcDispatcher(createRpcTable(backend, true), logger, systemClock),
      ...{ clock: systemClock, random: systemRandom, logger },
    },
  );
  await server.start();
  url = new URL(server.url);
});

afterEach(() => server.stop());

/** Posts a call of JSON-RPC. */
function post(body: string, options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    const sent = request(new URL('/rpc', url), { method: 'POST', headers, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const CALL = '{"jsonrpc":"2.0","id":1,"method":"net_listening"}';
const here = (): { readonly host: string; readonly port: number } => ({
  host: url.hostname,
  port: Number(url.port),
});

async function handshake(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ ...here(), ...options });
  await once(socket, 'secureConnect');
  return socket;
}

test('the address of the page is https, and JSON-RPC answers there', async () => {
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/#token=/);
  expect(JSON.parse(await post(CALL, { ca: ONE.cert }))).toMatchObject({
    id: 1,
    result: expect.any(Boolean) as boolean,
  });
});

test('a client that does not know the authority refuses the certificate', async () => {
  await expect(post(CALL, { ca: TWO.cert })).rejects.toThrow(/certificate/);
});

test('the page’s WebSocket opens from an origin of https, not from one of http', async () => {
  const opened = (origin: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const protocols = ['enodeck', `token.${TOKEN}`];
      const socket = new WebSocket(`wss://${url.host}/ws`, protocols, { ca: ONE.cert, origin });
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('unexpected-response', (_request, response) => {
        socket.terminate();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', reject);
    });
  expect(await opened(`https://${url.host}`)).toBe(101);
  expect(await opened(`http://${url.host}`)).toBe(403);
});

test('TLS 1.1 is refused', async () => {
  const old: ConnectionOptions = {
    ca: ONE.cert,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0',
  };
  await expect(handshake(old)).rejects.toThrow(/protocol version|unsupported protocol/);
  const socket = await handshake({ ca: ONE.cert, maxVersion: 'TLSv1.2' });
  expect(socket.getProtocol()).toBe('TLSv1.2');
  socket.destroy();
});

test('new connections get a certificate that was replaced', async () => {
  listener?.(TWO);
  const socket = await handshake({ ca: TWO.cert });
  expect(socket.authorized).toBe(true);
  socket.destroy();
});

test('a connection without a handshake does not hold up the end', async () => {
  const idle = connectTcp(here());
  const ended = once(idle, 'close');
  await once(idle, 'connect');
  await post(CALL, { ca: ONE.cert });
  const start = performance.now();
  await server.stop();
  await ended;
  // The handshake may take 10 s.
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(listener).toBeUndefined();
});
