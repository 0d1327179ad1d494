import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApiDispatcher, createHandlers } from '../../src-main/api/handlers.ts';
import { HttpServer } from '../../src-main/api/http-server.ts';
import { createRpcDispatcher } from '../../src-main/api/json-rpc.ts';
import { Probes } from '../../src-main/api/probes.ts';
import { Publisher } from '../../src-main/api/publisher.ts';
import { createRpcTable } from '../../src-main/api/rpc-methods.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { FakeAccess } from '../support/fake-access.ts';
import { FakeBackend } from '../support/fake-backend.ts';
import { silentLogger } from '../support/silent-logger.ts';

const TOKEN = 'a-token-of-the-tests';
const script = resolve(import.meta.dirname, '../support/rpc-clients.mjs');
const run = promisify(execFile);
let backend: FakeBackend;
let server: HttpServer;

beforeEach(async () => {
  backend = new FakeBackend();
  server = new HttpServer(
    {
      ...{ address: '127.0.0.1', port: 0, orAnyPort: false, hostNames: [], tls: undefined },
      pageFolder: '/nowhere',
    },
    {
      access: new FakeAccess(TOKEN),
      apiFor: () => createApiDispatcher(createHandlers(backend), silentLogger),
      publisher: new Publisher(backend, systemClock, silentLogger),
      // Without admin methods, which the clients do not need.
      probes: new Probes(() => backend.status(), systemClock),
      rpcFor: () => createRpcDispatcher(createRpcTable(backend, false), silentLogger, systemClock),
      ...{ clock: systemClock, random: systemRandom, logger: silentLogger },
    },
  );
  await server.start();
});

afterEach(() => server.stop());

describe('ethers, viem and web3.js', () => {
  test('connect with their defaults, over HTTP and WebSocket', async () => {
    const address = `${new URL(server.url).origin}/?token=${TOKEN}`;
    const { stdout } = await run(process.execPath, [script, address]);
    const results = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, object>;
    const plain = { chainId: '1', version: backend.status().clientName };
    const whole = { ...plain, networkId: '1', listening: true, peers: '3', syncing: false };
    expect(results).toEqual({
      'ethers over HTTP': plain,
      'ethers over WebSocket': plain,
      'viem over HTTP': plain,
      'viem over WebSocket': plain,
      'web3.js over HTTP': whole,
      'web3.js over WebSocket': whole,
    });
  });
});
