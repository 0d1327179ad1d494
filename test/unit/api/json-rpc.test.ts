import { beforeEach, describe, expect, test } from 'vitest';
import { createDispatcher, type RpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { FakeBackend, peerRowOf, SOME_ENODE } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';

let backend: FakeBackend;
let rpc: RpcDispatcher;

beforeEach(() => {
  backend = new FakeBackend();
  rpc = createDispatcher(createRpcTable(backend, true), recordedLog().logger);
});

const call = async (method: string, ...params: unknown[]): Promise<unknown> => {
  const answer = (await rpc.answer({ jsonrpc: '2.0', id: 1, method, params })) as Record<string, unknown>;
  return answer.error ?? answer.result;
};

describe('JSON-RPC', () => {
  test('answers one call with its id', async () => {
    expect(await rpc.answer({ jsonrpc: '2.0', id: 'x', method: 'net_version' })).toEqual({
      jsonrpc: '2.0',
      id: 'x',
      result: '1',
    });
  });

  test('answers a batch in its order, leaving out notifications', async () => {
    const answer = await rpc.answer([
      { jsonrpc: '2.0', id: 1, method: 'net_peerCount' },
      { jsonrpc: '2.0', method: 'net_version' },
      { jsonrpc: '2.0', id: 2, method: 'nope_nope' },
      7,
    ]);
    expect(answer).toMatchObject([
      { id: 1, result: '0x3' },
      { id: 2, error: { code: -32601 } },
      { id: null, error: { code: -32600 } },
    ]);
  });

  test('answers nothing to notifications alone', async () => {
    expect(await rpc.answer({ jsonrpc: '2.0', method: 'net_version' })).toBeUndefined();
    expect(await rpc.answer([{ jsonrpc: '2.0', method: 'net_version' }])).toBeUndefined();
  });

  test.each([
    [[]],
    [null],
    ['x'],
    [{ jsonrpc: '1.0', id: 1, method: 'net_version' }],
    [{ jsonrpc: '2.0', id: {}, method: 'a' }],
    [{ jsonrpc: '2.0', id: 1, method: 'net_version', params: {} }],
  ])('calls %j an invalid request', async (body) => {
    expect(await rpc.answer(body)).toMatchObject({ error: { code: -32600 } });
  });

  test('refuses a batch without end', async () => {
    const batch = Array.from({ length: 101 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'net_version' }));
    expect(await rpc.answer(batch)).toMatchObject({ error: { code: -32600, message: 'batch too large' } });
  });
});

describe('the methods of go-ethereum', () => {
  test('net_ and web3_ have its values', async () => {
    expect(await call('net_listening')).toBe(true);
    expect(await call('net_peerCount')).toBe('0x3');
    expect(await call('web3_clientVersion')).toBe('Enodeck/v0.1.0/linux-x64/node20.20.2');
  });

  test('admin_nodeInfo has its shape', async () => {
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
          head: `0x${'33'.repeat(32)}`,
        },
      },
    });
  });

  test('admin_peers has its shape, with the block range of eth/69', async () => {
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

  test('admin_nodeInfo and admin_peers tell of snap as geth does, and of a Status that is still to come', async () => {
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

  test('says what is wrong with an enode', async () => {
    expect(await call('admin_addPeer', 7)).toEqual({
      code: -32602,
      message: 'invalid argument 0: it must be a string',
    });
    expect(await call('admin_addPeer', 'enode://12@1.2.3.4:5')).toMatchObject({
      code: -32000,
      message: expect.stringMatching(/^invalid enode: /) as string,
    });
  });

  test('does not serve the admin and debug namespaces where they are off', async () => {
    rpc = createDispatcher(createRpcTable(backend, false), recordedLog().logger);
    for (const method of ['admin_nodeInfo', 'admin_addPeer', 'debug_discoveryV4Table']) {
      expect(await call(method)).toMatchObject({ code: -32601 });
    }
    expect(await call('net_version')).toBe('1');
  });
});
