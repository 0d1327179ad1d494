import { beforeEach, describe, expect, test } from 'vitest';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { FakeBackend, SOME_ENODE } from '../../support/fake-backend.ts';
import { sessionOf } from '../../support/saved-sessions.ts';
import { rpcCall } from '../../support/rpc-call.ts';

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

const call = (method: string, ...params: unknown[]): Promise<unknown> =>
  rpcCall({ backend }, method, ...params);

describe('the methods of the enodeck namespace', () => {
  test('are available with the admin flag, and in rpc_modules', async () => {
    expect(await call('rpc_modules')).toMatchObject({ admin: '1.0', enodeck: '1.0', net: '1.0' });
    for (const method of ['enodeck_health', 'enodeck_ban', 'enodeck_setSetting'])
      expect(await rpcCall({ backend, admin: false }, method)).toMatchObject({ code: -32601 });
  });

  test('enodeck_status returns the status that the window shows', async () => {
    expect(await call('enodeck_status')).toMatchObject({
      phase: 'running',
      listening: [
        { protocol: 'tcp', ip: '::', port: 30303 },
        { protocol: 'udp', receiveBuffer: { bytes: 212_992, requested: 4_194_304 } },
      ],
    });
    expect(await call('enodeck_status', 1)).toMatchObject({ code: -32602 });
  });

  test('enodeck_health returns the list of checks', async () => {
    expect(await call('enodeck_health')).toEqual([]);
    expect(await call('enodeck_health', 1)).toMatchObject({ code: -32602 });
  });

  test('enodeck_sessions accepts a filter with optional fields', async () => {
    await call('enodeck_sessions');
    await call('enodeck_sessions', { limit: 3, text: 'geth', before: 'k' });
    expect(backend.queries).toEqual([
      { before: null, limit: 100, text: '', node: null },
      { before: 'k', limit: 3, text: 'geth', node: null },
    ]);
    expect(await call('enodeck_sessions', { limit: 0 })).toMatchObject({ code: -32602 });
    expect(await call('enodeck_sessions', { page: 1 })).toMatchObject({ code: -32602 });
    expect(await call('enodeck_sessions', 7)).toMatchObject({ code: -32602 });
  });

  test('enodeck_ban bans for a day by default, and enodeck_unban accepts ID or target', async () => {
    expect(await call('enodeck_ban', '192.0.2.7')).toMatchObject({
      id: 'ip:192.0.2.7',
      until: 1,
      reason: '',
    });
    expect(await call('enodeck_ban', '192.0.2.8', 'forever', 'garbage')).toMatchObject({
      until: null,
      reason: 'garbage',
    });
    expect(await call('enodeck_bans')).toHaveLength(2);
    expect(await call('enodeck_unban', '192.0.2.7')).toBe(true);
    expect(await call('enodeck_unban', 'ip:192.0.2.8')).toBe(true);
    expect(await call('enodeck_unban', 'ip:192.0.2.8')).toBe(false);
    expect(await call('enodeck_ban', '192.0.2.7', 'year')).toMatchObject({ code: -32602 });
    expect(await call('enodeck_ban')).toMatchObject({ code: -32602 });
  });

  test('admin_addPeer refuses a node with a manual ban', async () => {
    const { idHex } = nodeFromEnode(SOME_ENODE);
    backend.banned.push({
      ...{ id: `node:${idHex}`, target: { kind: 'node', value: idHex }, reason: 'sends garbage' },
      ...{ by: 'user', offence: null, createdAt: 0, until: null, name: null },
    });
    expect(await call('admin_addPeer', SOME_ENODE)).toEqual({
      code: -32000,
      message: 'the node is banned (sends garbage): remove the ban with enodeck_unban first',
    });
    expect(backend.entries.static).toEqual([]);
  });

  test('adds the sentences of the window to the codes of sessions and bans', async () => {
    const params = { count: 50, limit: 50 };
    const ended = sessionOf('ab'.repeat(32), 1, 2_000);
    backend.records = [
      { key: 'k', ...ended, code: 'too-many-peers', by: 'local', params },
      { key: 'l', ...ended, message: 'As it was stored' },
    ];
    expect(await call('enodeck_sessions')).toMatchObject({
      records: [
        { code: 'too-many-peers', params, message: 'All our peer slots are taken: 50 of 50' },
        { code: 'client-quitting', message: 'As it was stored' },
      ],
    });
    backend.banned = [
      {
        ...{ id: 'ip:192.0.2.1', target: { kind: 'ip', value: '192.0.2.1' }, reason: 'bad RLP' },
        ...{ by: 'score', offence: 'bad-message', createdAt: 0, until: null, name: null },
      },
    ];
    expect(await call('enodeck_bans')).toMatchObject([
      { offence: 'bad-message', reason: 'Bad message: bad RLP' },
    ]);
  });

  test('enodeck_whyNot traces one node, and enodeck_why returns the funnel over all', async () => {
    expect(await call('enodeck_whyNot', 'ab'.repeat(32))).toMatchObject({ known: false });
    expect(await call('enodeck_why')).toMatchObject({ span: '1h', focus: 'status' });
    expect(await call('enodeck_why', '10m', 'hello')).toMatchObject({ span: '10m', focus: 'hello' });
    expect(await call('enodeck_why', '2m')).toMatchObject({ code: -32602 });
    expect(await call('enodeck_whyNot')).toMatchObject({ code: -32602 });
  });

  test('enodeck_doctor returns the whole report of a test', async () => {
    expect(await call('enodeck_doctor', 'enode://zz')).toMatchObject({
      wrongAt: 8,
      verdict: { result: 'not-tested', cause: { code: 'invalid-node-text' } },
    });
    expect(await call('enodeck_doctor', 'ab'.repeat(32), { special: true })).toMatchObject({
      verdict: { cause: { code: 'not-known' } },
    });
    expect(await call('enodeck_doctor')).toMatchObject({ code: -32602 });
    expect(await call('enodeck_doctor', 'enode://zz', { special: 1 })).toMatchObject({ code: -32602 });
  });

  test('enodeck_settings and enodeck_setSetting read and change settings by their key', async () => {
    const settings = (await call('enodeck_settings')) as { key: string }[];
    expect(settings.find(({ key }) => key === 'maxPeers')).toEqual({
      ...{ key: 'maxPeers', value: 50, default: 50, source: 'default', restart: 'none' },
    });
    expect(await call('enodeck_setSetting', 'maxPeers', 9)).toMatchObject({ key: 'maxPeers', value: 9 });
    expect(await call('enodeck_setSetting', 'maxPeers', 'nine')).toMatchObject({ code: -32602 });
    expect(await call('enodeck_setSetting', 'toString', 9)).toMatchObject({ code: -32602 });
    expect(await call('enodeck_setSetting', 'maxPeers')).toMatchObject({ code: -32602 });
    expect(await call('enodeck_setSetting', 'name', null)).toMatchObject({ value: null });
  });
});
