import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import { API_REQUESTS } from '../../../shared/api-contract.ts';
import { createDoor, createHandlers } from '../../../src-main/api/handlers.ts';
import { FakeBackend, peerRowOf, SOME_ENODE } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const id = 'ab'.repeat(32);

function door(backend = new FakeBackend()) {
  const { logger, lines } = recordedLog();
  const handlers = createHandlers(backend);
  return { ...createDoor(handlers, logger), handlers, lines, backend };
}

describe('the door of the API', () => {
  test('has one handler for every request of the contract', () => {
    expect(Object.keys(door().handlers).sort()).toEqual(Object.keys(API_REQUESTS).sort());
  });

  test('hands validated parameters to the node and its answer back', async () => {
    const { call, backend } = door();
    backend.rows = [peerRowOf(id)];
    expect(await call('peers.disconnect', { id })).toEqual({ ok: true, result: { disconnected: true } });
    expect(backend.disconnected).toEqual([id]);
  });

  test.each(['constructor', 'toString', '__proto__', 'node.explode', ''])(
    'refuses a request that the contract does not have: %j',
    async (name) => {
      expect(await door().call(name, {})).toMatchObject({ ok: false, error: { code: 'unknown-request' } });
    },
  );

  test('names the parameter that is wrong', async () => {
    const reply = await door().call('peers.disconnect', { id: 'XYZ' });
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'invalid-parameters', field: 'id', message: 'id: must be 64 lower-case hex digits.' },
    });
  });

  test.each([undefined, null, 7, 'x', [], { id, more: 1 }, { id: [id] }])(
    'refuses parameters of another shape: %j',
    async (params) => {
      expect(await door().call('peers.detail', params)).toMatchObject({
        ok: false,
        error: { code: 'invalid-parameters' },
      });
    },
  );

  test('refuses text that is too long before it is parsed', async () => {
    const params = { list: 'static', text: 'enode://'.padEnd(1_025, 'a'), label: null };
    expect(await door().call('nodes.add', params)).toMatchObject({ ok: false, error: { field: 'text' } });
  });

  test('tells nothing of a defect but that there was one, and logs it', async () => {
    const { call, lines } = door();
    const reply = await call('nodes.edit', { list: 'static', id, text: SOME_ENODE, label: null });
    expect(reply).toMatchObject({ ok: false, error: { code: 'internal-error' } });
    expect(JSON.stringify(reply)).not.toContain('secret');
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { request: 'nodes.edit' } });
  });

  test('passes on only those settings that the request names', async () => {
    const { call, backend } = door();
    await call('settings.update', { maxPeers: 7, name: undefined });
    expect(backend.values).toMatchObject({ maxPeers: 7, dialRatio: 3, name: null });
  });

  test.each([{ maxPeers: -1 }, { logLevel: 'loud' }, { nat: 'magic' }, { nothing: 1 }, { addresses: [] }])(
    'refuses a setting that its schema does not allow: %j',
    async (change) => {
      const { call, backend } = door();
      expect(await call('settings.update', change)).toMatchObject({
        ok: false,
        error: { code: 'invalid-parameters' },
      });
      expect(backend.values).toEqual(DEFAULT_SETTINGS);
    },
  );

  test('resets a setting by its key and knows no other key', async () => {
    const { call, backend } = door();
    backend.values.maxPeers = 7;
    expect(await call('settings.reset', { key: 'maxPeers' })).toMatchObject({ ok: true });
    expect(backend.values.maxPeers).toBe(50);
    expect(await call('settings.reset', { key: 'toString' })).toMatchObject({ ok: false });
  });

  test('bans and unbans', async () => {
    const { call, backend } = door();
    const params = { target: '192.0.2.9', duration: 'day', reason: '  sends garbage ' };
    const reply = await call('bans.add', params);
    expect(reply).toMatchObject({ ok: true, result: { id: 'ip:192.0.2.9', reason: 'sends garbage' } });
    expect(await call('bans.remove', { id: 'ip:192.0.2.9' })).toEqual({
      ok: true,
      result: { removed: true },
    });
    expect(backend.banned).toEqual([]);
    expect(await call('bans.add', { ...params, duration: 'month' })).toMatchObject({ ok: false });
  });

  test('hands out past sessions a page at a time and refuses a page without end', async () => {
    const { call, backend } = door();
    const query = { before: null, limit: 100, text: 'geth', node: null };
    expect(await call('sessions.list', query)).toEqual({
      ok: true,
      result: { records: [], next: null, total: 0 },
    });
    expect(backend.queries).toEqual([query]);
    expect(await call('sessions.list', { ...query, limit: 501 })).toMatchObject({ ok: false });
    expect(await call('sessions.export', { format: 'csv' })).toMatchObject({
      result: { fileName: 'sessions.csv' },
    });
  });

  test('traces a node by whatever names it', async () => {
    const { call, backend } = door();
    expect(await call('why.trace', { node: SOME_ENODE })).toMatchObject({ result: { known: false } });
    expect(backend.traced).toEqual([SOME_ENODE]);
  });
});
