import { describe, expect, test } from 'vitest';
import { RIGHTS, type Right } from '../../../shared/model/access.ts';
import { createApiDispatcher, createHandlers } from '../../../src-main/api/handlers.ts';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { apiWithRight, rpcWithRight } from '../../../src-main/api/permitted.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const backend = new FakeBackend();
const table = createRpcTable(backend, true);
const api = createApiDispatcher(createHandlers(backend), silentLogger);

/** The answer to a call by the holder of a right. */
async function called(right: Right, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const rpc = createRpcDispatcher(rpcWithRight(table, right), silentLogger, systemClock);
  const subscriber = { subscribe: () => '0x1', unsubscribe: () => true };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return JSON.parse((await rpc.answer(body, subscriber)) ?? 'null');
}

describe('a request of a page', () => {
  test.each([
    ['read', 'bans.remove', 'operate'],
    ['read', 'settings.reset', 'admin'],
    ['operate', 'settings.reset', 'admin'],
    ['operate', 'identity.export', 'admin'],
  ] as const)(
    'is refused to %s when it is %s, and the message names the right',
    async (right, name, needed) => {
      expect(await apiWithRight(api, right).call(name, {})).toEqual({
        ok: false,
        error: {
          code: 'right-missing',
          message: `${name} needs a token with the right ${needed}; this one has ${right}.`,
          field: null,
        },
      });
    },
  );

  test.each(RIGHTS)('is answered to %s when its right includes it', async (right) => {
    expect(await apiWithRight(api, right).call('sessions.list', {})).toMatchObject({
      error: { code: 'invalid-parameters' },
    });
    expect(await apiWithRight(api, right).call('toString', {})).toMatchObject({
      error: { code: 'unknown-request' },
    });
  });

  test('that changes the node is answered to those who may', async () => {
    const answer = { ok: true, result: { removed: false } };
    expect(await apiWithRight(api, 'operate').call('bans.remove', { id: 'none' })).toEqual(answer);
    expect(await apiWithRight(api, 'admin').call('bans.remove', { id: 'none' })).toEqual(answer);
  });
});

describe('a method of JSON-RPC', () => {
  test.each([
    ['read', 'admin_addPeer', 'operate'],
    ['read', 'enodeck_setSetting', 'admin'],
    ['operate', 'enodeck_setSetting', 'admin'],
  ] as const)(
    'is refused to %s when it is %s, and the message names the right',
    async (right, method, needed) => {
      expect(await called(right, method)).toMatchObject({
        error: {
          code: -32_000,
          message: `${method} needs a token with the right ${needed}; this one has ${right}.`,
        },
      });
    },
  );

  test('is answered to those whose right includes it', async () => {
    expect(await called('read', 'net_listening')).toMatchObject({ result: expect.any(Boolean) as boolean });
    expect(await called('operate', 'admin_addPeer')).toMatchObject({ error: { code: -32_602 } });
    expect(await called('admin', 'enodeck_setSetting')).toMatchObject({ error: { code: -32_602 } });
  });

  test('a subscription works with the right to read', async () => {
    expect(await called('read', 'admin_subscribe', ['peerEvents'])).toMatchObject({ result: '0x1' });
  });
});
