import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RpcCredentials } from '../../../src-main/sentry/rpc-endpoint.ts';
import type { SentrySource, SentryState } from '../../../src-main/sentry/sentry-source.ts';
import { sentryOf } from '../../support/connected-sentry.ts';
import { FakeClient } from '../../support/fake-client.ts';
import {
  serveHttp,
  serveIpc,
  serveWebSocket,
  type FakeClientServer,
} from '../../support/fake-client-server.ts';
import { unhex } from '../../support/hex.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { readTestchain, type Testchain } from '../../support/testchain-blocks.ts';

const LIMITS = { items: 1_024, bytes: 2 * 1024 * 1024 };

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function startSource(address: string, credentials: RpcCredentials = {}): Promise<SentrySource> {
  const source = sentryOf(chain.network, address, credentials);
  endings.push(() => source.stop());
  await source.start();
  return source;
}

/** Resolves when the state is as wanted. */
function until(source: SentrySource, isWanted: (state: SentryState) => boolean): Promise<SentryState> {
  return new Promise((resolve) => {
    const ends: (() => void)[] = [];
    const check = (): void => {
      if (!isWanted(source.state())) return;
      for (const end of ends) end();
      resolve(source.state());
    };
    ends.push(source.onState(check), source.onChange(check));
    check();
  });
}

const connected = (source: SentrySource): Promise<SentryState> =>
  until(source, ({ phase }) => phase === 'connected');

const SERVERS: readonly (readonly [string, (client: FakeClient) => Promise<FakeClientServer>])[] = [
  ['HTTP', (client) => serveHttp(client)],
  ['WebSocket', (client) => serveWebSocket(client)],
  [
    'IPC',
    async (client) => {
      const folder = await temporaryFolder();
      endings.push(folder.remove);
      return serveIpc(client, join(folder.path, 'geth.ipc'));
    },
  ],
];

describe.each(SERVERS)('a source over %s', (_, serve) => {
  async function world(family: 'geth' | 'besu' = 'geth', head = 600) {
    const client = new FakeClient(chain, family, head);
    const server = await serve(client);
    endings.push(() => server.close());
    const source = await startSource(server.address);
    await connected(source);
    return { client, server, source };
  }

  test('serves the chain of its client', async () => {
    const { source, server } = await world();
    const { genesisHash } = chain.network;
    expect(source.state()).toMatchObject({
      client: server.address,
      phase: 'connected',
      identity: { family: 'geth' },
      range: { earliest: 0n, latest: 600n },
      wrongItems: 0,
    });
    expect(unhex(source.forkId().hash)).toBe('0x377aaa78');
    const query = { start: { hash: genesisHash }, limit: 192n, skip: 0n, reverse: false };
    expect(await source.headers(query, LIMITS, 'a')).toHaveLength(192);
    const hashes = chain.blocks.slice(1, 129).map(({ header }) => header.hash);
    expect(await source.bodies(hashes, LIMITS, 'a')).toHaveLength(128);
    expect(await source.accessLists(hashes, LIMITS, 'a')).toEqual(hashes.map(() => undefined));
  });

  test('follows the head, also back', async () => {
    const { source, server, client } = await world('geth', 500);
    const changes: bigint[] = [];
    source.onChange(() => changes.push(source.range().latest));
    client.head = 510;
    server.notify('newHeads', { number: '0x1fe' });
    await until(source, ({ range }) => range.latest === 510n);
    expect(source.range().latestHash).toEqual(chain.blocks[510]!.header.hash);
    client.head = 505;
    server.notify('newHeads', {});
    await until(source, ({ range }) => range.latest === 505n);
    expect(changes).toEqual([510n, 505n]);
  });

  test('tells of pending transactions, gives them, and submits', async () => {
    const { source, server, client } = await world();
    const hash = new Uint8Array(32).fill(9);
    const told = new Promise<readonly Uint8Array[]>((resolve) => source.transactions.onPending(resolve));
    client.filtered.push(unhex(hash));
    server.notify('newPendingTransactions', unhex(hash));
    expect(await told).toEqual([hash]);
    client.pool.set(unhex(hash), '0xc0');
    expect(await source.transactions.raw([hash, new Uint8Array(32)])).toEqual([undefined, undefined]);
    expect(source.state().wrongItems).toBe(1);
    expect(await source.transactions.submit([Uint8Array.of(0xc0)])).toEqual([{ kind: 'accepted' }]);
  });

  test('keeps the range while its client is away, and reports it', async () => {
    const { source, server } = await world();
    await server.close();
    const state = await until(source, ({ phase }) => phase === 'away');
    expect(state).toMatchObject({ range: { earliest: 0n, latest: 600n }, identity: { family: 'geth' } });
    expect(state.lastError?.message).not.toBe('');
    const query = { start: { number: 1n }, limit: 1n, skip: 0n, reverse: false };
    await expect(source.headers(query, LIMITS)).rejects.toMatchObject({ code: 'rpc-away' });
    await expect(source.transactions.raw([new Uint8Array(32)])).rejects.toMatchObject({ code: 'rpc-away' });
    expect(source.forkFilter(source.forkId())).toBe('ok');
  });
});

describe('a client that comes back', () => {
  test.each([
    ['HTTP', serveHttp],
    ['WebSocket', serveWebSocket],
  ] as const)('over %s is used again, with its new head', async (_, serve) => {
    const client = new FakeClient(chain, 'geth', 500);
    const first = await serve(client);
    const source = await startSource(first.address);
    await connected(source);
    await first.close();
    await until(source, ({ phase }) => phase === 'away');
    client.head = 520;
    const second = await serve(client, {}, Number(new URL(first.address).port));
    endings.push(() => second.close());
    const state = await connected(source);
    expect(state.range.latest).toBe(520n);
    const query = { start: { number: 520n }, limit: 1n, skip: 0n, reverse: false };
    expect(await source.headers(query, LIMITS)).toEqual([chain.blocks[520]!.encodedHeader]);
  });

  test('was not there at the start', async () => {
    const reserved = await serveHttp(new FakeClient(chain, 'geth'));
    await reserved.close();
    const source = await startSource(reserved.address);
    const state = await until(source, ({ lastError }) => lastError !== undefined);
    expect(state).toMatchObject({ phase: 'away', range: { earliest: 0n, latest: 0n } });
    expect(state.range.latestHash).toEqual(chain.network.genesisHash);
    const port = Number(new URL(reserved.address).port);
    const server = await serveHttp(new FakeClient(chain, 'reth'), {}, port);
    endings.push(() => server.close());
    expect((await connected(source)).identity?.family).toBe('reth');
  });
});

describe('a hostile server', () => {
  async function failureOf(address: string): Promise<string | undefined> {
    const source = await startSource(address);
    const { lastError, phase } = await until(source, (state) => state.lastError !== undefined);
    expect(phase).toBe('away');
    return lastError?.code;
  }

  test('cannot redirect the token', async () => {
    const server = await serveHttp(new FakeClient(chain, 'geth'), { status: 307 });
    endings.push(() => server.close());
    expect(await failureOf(server.address)).toBe('rpc-redirect');
  });

  test.each([
    ['HTTP', 401, 'rpc-http-status', serveHttp],
    ['HTTP', 500, 'rpc-http-status', serveHttp],
    ['WebSocket', 401, 'rpc-http-status', serveWebSocket],
    ['WebSocket', 307, 'rpc-redirect', serveWebSocket],
  ] as const)('that answers over %s with status %i is named so: %s', async (_, status, code, serve) => {
    const server = await serve(new FakeClient(chain, 'geth'), { status });
    endings.push(() => server.close());
    expect(await failureOf(server.address)).toBe(code);
  });

  test('that is no socket is named so', async () => {
    const folder = await temporaryFolder();
    endings.push(folder.remove);
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    const reasonOf = async (path: string): Promise<string | undefined> => {
      const source = await startSource(path);
      return (await until(source, ({ lastError }) => lastError !== undefined)).lastError?.message;
    };
    expect(await reasonOf(file)).toMatch(/: no program listens on it, or it is no socket$/);
    expect(await reasonOf(join(folder.path, 'x.ipc'))).toMatch(/: it does not exist$/);
  });

  test('is not read beyond the limit of an answer', async () => {
    const bytes = 64 * 1024 * 1024;
    const http = await serveHttp(new FakeClient(chain, 'geth'), { bytes });
    const webSocket = await serveWebSocket(new FakeClient(chain, 'geth'), { bytes });
    const folder = await temporaryFolder();
    const ipc = await serveIpc(new FakeClient(chain, 'geth'), join(folder.path, 'x.ipc'), { bytes });
    endings.push(folder.remove, ...[http, webSocket, ipc].map((server) => () => server.close()));
    expect(await failureOf(http.address)).toBe('rpc-answer-too-large');
    expect(await failureOf(ipc.address)).toBe('rpc-answer-too-large');
    expect(await failureOf(webSocket.address)).toBe('rpc-answer-too-large');
  });
});

describe('credentials', () => {
  test.each([
    ['HTTP', serveHttp],
    ['WebSocket', serveWebSocket],
  ] as const)('are sent over %s', async (_, serve) => {
    const server = await serve(new FakeClient(chain, 'geth'));
    endings.push(() => server.close());
    const source = await startSource(server.address, {
      jwtSecret: new Uint8Array(32),
      headers: ['X-Api-Key: k'],
    });
    await connected(source);
    expect(server.headers()).toMatchObject({
      authorization: expect.stringMatching(/^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$/) as string,
      'x-api-key': 'k',
    });
  });
});
