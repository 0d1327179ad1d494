import type { Clock } from '../../../src-main/base/runtime.ts';
import { SLICE_MS } from '../../../src-main/base/slices.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRpcDispatcher, type RpcDispatcher, type RpcMethod } from '../../../src-main/api/json-rpc.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { FakeBackend, peerRowOf, SOME_ENODE } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { silentLogger } from '../../support/silent-logger.ts';

let backend: FakeBackend;
let rpc: RpcDispatcher;

beforeEach(() => {
  backend = new FakeBackend();
  rpc = createRpcDispatcher(createRpcTable(backend, true), recordedLog().logger, systemClock);
});

/** Sends a JSON value and returns the answer. */
const answer = async (body: unknown): Promise<unknown> => {
  const text = await rpc.answer(JSON.stringify(body));
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
};

const call = async (method: string, ...params: unknown[]): Promise<unknown> => {
  const response = (await answer({ jsonrpc: '2.0', id: 1, method, params })) as Record<string, unknown>;
  return response.error ?? response.result;
};

describe('JSON-RPC', () => {
  test('answers one call with its ID', async () => {
    expect(await answer({ jsonrpc: '2.0', id: 'x', method: 'net_version' })).toEqual({
      jsonrpc: '2.0',
      id: 'x',
      result: '1',
    });
  });

  test('answers a batch in order, without its notifications', async () => {
    const answers = await answer([
      { jsonrpc: '2.0', id: 1, method: 'net_peerCount' },
      { jsonrpc: '2.0', method: 'net_version' },
      { jsonrpc: '2.0', id: 2, method: 'nope_nope' },
      7,
    ]);
    expect(answers).toMatchObject([
      { id: 1, result: '0x3' },
      { id: 2, error: { code: -32601 } },
      { id: null, error: { code: -32600 } },
    ]);
  });

  test('does not answer a body that contains only notifications', async () => {
    expect(await answer({ jsonrpc: '2.0', method: 'net_version' })).toBeUndefined();
    expect(await answer([{ jsonrpc: '2.0', method: 'net_version' }])).toBeUndefined();
  });

  test.each([
    [[]],
    [null],
    ['x'],
    [{ jsonrpc: '1.0', id: 1, method: 'net_version' }],
    [{ jsonrpc: '2.0', id: {}, method: 'a' }],
    [{ jsonrpc: '2.0', id: 1, method: 'net_version', params: {} }],
  ])('refuses %j as an invalid request', async (body) => {
    expect(await answer(body)).toMatchObject({ error: { code: -32600 } });
  });

  test('refuses a batch of more than a thousand calls as geth does, with the first call’s ID', async () => {
    const batch = Array.from({ length: 1_001 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'net_version' }));
    expect(await answer([7, { jsonrpc: '2.0', method: 'net_version' }, ...batch])).toEqual([
      { jsonrpc: '2.0', id: 0, error: { code: -32600, message: 'batch too large' } },
    ]);
    expect(await answer(batch.slice(1))).toHaveLength(1_000);
  });

  test('lets other work run between the calls of a batch', async () => {
    let [now, turns] = [0, 0];
    const after: Clock['after'] = (_delay, action) => {
      turns += 1;
      queueMicrotask(action);
      return { cancel: () => undefined };
    };
    const clock = { now: () => now, monotonic: () => now, after };
    const slow: RpcMethod = () => (now += SLICE_MS / 2);
    rpc = createRpcDispatcher(
      { methods: new Map([['test_slow', slow]]), feeds: new Map() },
      silentLogger,
      clock,
    );
    const batch = Array.from({ length: 100 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'test_slow' }));
    expect(await answer(batch)).toHaveLength(100);
    expect(turns).toBe(50);
  });

  test('runs no further calls of a batch with more than 25 MB of answers, but answers each call', async () => {
    const ran: number[] = [];
    const big: RpcMethod = ([number]) => {
      ran.push(Number(number));
      return 'é'.repeat(5_000_000);
    };
    const table = { methods: new Map([['test_big', big]]), feeds: new Map() };
    rpc = createRpcDispatcher(table, recordedLog().logger, systemClock);
    const batch = Array.from({ length: 6 }, (_, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'test_big',
      params: [id],
    }));
    const answers = (await answer([...batch, { jsonrpc: '2.0', method: 'test_big', params: [9] }, 7])) as {
      id: number | null;
      error?: object;
    }[];
    expect(ran).toEqual([0, 1, 2]);
    expect(answers.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, null]);
    const error = { code: -32003, message: 'response too large' };
    expect(answers.map((one) => one.error)).toEqual([
      undefined,
      undefined,
      undefined,
      error,
      error,
      error,
      error,
    ]);
  });
});

describe('the methods of go-ethereum', () => {
  test('net_ and web3_ methods return geth’s values', async () => {
    expect(await call('net_listening')).toBe(true);
    expect(await call('net_peerCount')).toBe('0x3');
    expect(await call('web3_clientVersion')).toBe('Enodeck/v0.1.0/linux-x64/node20.20.2');
  });

  test('eth_ has the methods that clients call first', async () => {
    expect(await call('eth_chainId')).toBe('0x1');
    expect(await call('eth_syncing')).toBe(false);
    expect(await call('eth_protocolVersion')).toBe('0x45');
    expect(await call('eth_chainId', 1)).toMatchObject({ code: -32602 });
    expect(await call('eth_blockNumber')).toMatchObject({ code: -32601 });
    const status = backend.status();
    backend.status = () => ({ ...status, network: { ...status.network, chainId: '18446744073709551615' } });
    expect(await call('eth_chainId')).toBe('0xffffffffffffffff');
    backend.status = () => ({ ...status, capabilities: ['snap/1'] });
    expect(await call('eth_protocolVersion')).toMatchObject({ code: -32000 });
  });

  test.each([
    ['0x', '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
    ['0x68656c6c6f20776f726c64', '0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad'],
    ['0X61', '0x3ac225168df54212a25c1c01fd35bebfea408fdac2e31ddd6f80a4bbf9a5f1cb'],
  ])('web3_sha3 of %s is its keccak-256', async (data, hash) => {
    expect(await call('web3_sha3', data)).toBe(hash);
  });

  test.each([[], [7], ['61'], ['0x6'], ['0xzz'], ['0x61', 1]])('web3_sha3 refuses %j', async (...params) => {
    expect(await call('web3_sha3', ...params)).toMatchObject({ code: -32602 });
  });

  test('admin_nodeInfo has geth’s JSON shape, with the head of the served chain', async () => {
    const range = { earliest: '0', latest: '600', latestHash: `0x${'44'.repeat(32)}` };
    backend.servedChain = { ...backend.servedChain, range };
    expect(await call('admin_nodeInfo')).toEqual({
      id: 'bb'.repeat(32),
      name: 'Enodeck/v0.1.0/linux-x64/node20.20.2',
      enode: SOME_ENODE,
      enr: 'enr:-x',
      ip: '203.0.113.7',
      ports: { discovery: 30301, listener: 30303 },
      listenAddr: '[::]:30303',
      protocols: {
        eth: {
          network: 1,
          genesis: `0x${'33'.repeat(32)}`,
          config: { chainId: 1 },
          head: `0x${'44'.repeat(32)}`,
        },
      },
    });
  });

  test('admin_peers has geth’s JSON shape, with the block range of eth/69', async () => {
    backend.rows = [peerRowOf('ab'.repeat(32))];
    expect(await call('admin_peers')).toEqual([
      {
        enode: SOME_ENODE,
        id: 'ab'.repeat(32),
        name: 'Geth/v1.17.8/linux-amd64/go1.25',
        caps: ['eth/68', 'eth/69'],
        network: {
          localAddress: '127.0.0.1:1',
          remoteAddress: '192.0.2.9:30303',
          inbound: false,
          trusted: true,
          static: false,
        },
        protocols: {
          eth: { version: 69, earliestBlock: 0, latestBlock: 600, latestBlockHash: `0x${'22'.repeat(32)}` },
        },
      },
    ]);
  });

  test('admin_nodeInfo and admin_peers contain snap and a missing Status as in geth', async () => {
    const status = backend.status();
    backend.status = () => ({ ...status, capabilities: [...status.capabilities, 'snap/1'] });
    expect(await call('admin_nodeInfo')).toMatchObject({ protocols: { eth: { network: 1 }, snap: {} } });
    backend.rows = [peerRowOf('ab'.repeat(32))];
    const detail = backend.peerDetail('ab'.repeat(32))!;
    backend.peerDetail = () => ({ ...detail, negotiated: ['eth/69', 'snap/1'], status: null });
    expect(await call('admin_peers')).toMatchObject([
      { protocols: { eth: 'handshake', snap: { version: 1 } } },
    ]);
  });

  test('debug_discoveryV4Table has the nearest bucket first', async () => {
    expect(await call('debug_discoveryV4Table')).toEqual([
      [
        {
          node: SOME_ENODE,
          addedToTable: '1970-01-01T00:00:00.000Z',
          addedToBucket: '1970-01-01T00:00:01.000Z',
          checks: 2,
          live: true,
        },
      ],
      [],
    ]);
  });

  test('admin_addPeer and admin_removePeer change the static list, and may be repeated', async () => {
    expect(await call('admin_addPeer', SOME_ENODE)).toBe(true);
    expect(await call('admin_addPeer', SOME_ENODE)).toBe(true);
    expect(backend.entries.static).toHaveLength(1);
    const [entry] = backend.entries.static;
    expect(await call('admin_removePeer', SOME_ENODE)).toBe(true);
    expect(await call('admin_removePeer', SOME_ENODE)).toBe(true);
    expect(backend.entries.static).toHaveLength(0);
    expect(backend.disconnected).toEqual([entry!.id, entry!.id]);
  });

  test('admin_addTrustedPeer and admin_removeTrustedPeer change the trusted list', async () => {
    expect(await call('admin_addTrustedPeer', SOME_ENODE)).toBe(true);
    expect(backend.entries.trusted).toHaveLength(1);
    expect(await call('admin_removeTrustedPeer', SOME_ENODE)).toBe(true);
    expect(backend.entries.trusted).toHaveLength(0);
  });

  test.each([[], [7], [SOME_ENODE, 1]])('refuses wrong arguments', async (...params) => {
    expect(await call('admin_addPeer', ...params)).toMatchObject({ code: -32602 });
  });

  test('reports why an enode URL is invalid', async () => {
    expect(await call('admin_addPeer', 7)).toEqual({
      code: -32602,
      message: 'invalid argument 0: it must be a string',
    });
    expect(await call('admin_addPeer', 'enode://12@1.2.3.4:5')).toMatchObject({
      code: -32000,
      message: expect.stringMatching(/^invalid enode: /) as string,
    });
  });

  test('does not serve the admin and debug namespaces without the admin flag', async () => {
    rpc = createRpcDispatcher(createRpcTable(backend, false), recordedLog().logger, systemClock);
    for (const method of ['admin_nodeInfo', 'admin_addPeer', 'debug_discoveryV4Table']) {
      expect(await call(method)).toMatchObject({ code: -32601 });
    }
    expect(await call('net_version')).toBe('1');
  });
});
