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

describe('a change of settings', () => {
  const change = (right: Right, name: string, params: object) => apiWithRight(api, right).call(name, params);

  test('needs operate when it is only of what the node writes to its log', async () => {
    for (const update of [{ logLevel: 'debug' }, { logModules: 'dial=debug' }]) {
      expect(await change('operate', 'settings.update', update)).toMatchObject({ ok: true });
      expect(await change('read', 'settings.update', update)).toMatchObject({
        error: { message: 'settings.update needs a token with the right operate; this one has read.' },
      });
    }
    expect(await change('operate', 'settings.reset', { key: 'logLevel' })).toMatchObject({ ok: true });
    expect(await called('operate', 'enodeck_updateSettings', [{ logLevel: 'warn' }])).toHaveProperty(
      'result',
    );
    expect(await called('operate', 'enodeck_setSetting', ['logLevel', 'debug'])).toHaveProperty('result');
    expect(await called('operate', 'enodeck_resetSetting', ['logModules'])).toHaveProperty('result');
  });

  test.each([
    ['settings.update', { maxPeers: 20 }],
    ['settings.update', { logLevel: 'debug', maxPeers: 20 }],
    ['settings.update', JSON.parse('{"logLevel":"debug","__proto__":{"maxPeers":20}}') as object],
    ['settings.update', []],
    ['settings.reset', { key: 'maxPeers' }],
    ['settings.reset', { key: ['logLevel'] }],
    ['settings.reset', { key: 'logLevel', also: 'maxPeers' }],
  ])('needs admin when it is more: %s %j', async (name, params) => {
    const before = { ...backend.values };
    expect(await change('operate', name, params)).toMatchObject({ error: { code: 'right-missing' } });
    expect(backend.values).toEqual(before);
    expect(await change('admin', name, params)).not.toMatchObject({ error: { code: 'right-missing' } });
  });

  test('needs admin also in a method', async () => {
    const refused = { error: { message: expect.stringContaining('the right admin; this one') as string } };
    expect(await called('operate', 'enodeck_setSetting', ['maxPeers', 20])).toMatchObject(refused);
    expect(await called('operate', 'enodeck_resetSetting', ['maxPeers'])).toMatchObject(refused);
    expect(await called('operate', 'enodeck_updateSettings', [{ maxPeers: 20 }])).toMatchObject(refused);
  });
});

describe('enodeck_recorder', () => {
  test('says its state to read, records for operate, and changes its bounds for admin', async () => {
    const refusal = (needed: Right, held: Right) => ({
      error: { message: `enodeck_recorder needs a token with the right ${needed}; this one has ${held}.` },
    });
    const bounds = { action: 'start', recordLimit: 5_000 };
    for (const params of [[], [null], [{ action: 'status' }]]) {
      expect(await called('read', 'enodeck_recorder', params)).toHaveProperty('result');
    }
    for (const action of ['start', 'stop', 'clear']) {
      expect(await called('read', 'enodeck_recorder', [{ action }])).toMatchObject(
        refusal('operate', 'read'),
      );
      expect(await called('operate', 'enodeck_recorder', [{ action }])).toHaveProperty('result');
    }
    expect(await called('operate', 'enodeck_recorder', [bounds])).toMatchObject(refusal('admin', 'operate'));
    expect(backend.values).not.toMatchObject({ recordLimit: 5_000 });
    expect(await called('admin', 'enodeck_recorder', [bounds])).toHaveProperty('result');
    expect(backend.values).toMatchObject({ recordLimit: 5_000 });
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
