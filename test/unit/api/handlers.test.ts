import { describe, expect, test } from 'vitest';
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
    const reply = await door().call('settings.update', { maxPeers: 7 });
    expect(reply).toMatchObject({ ok: true, result: { maxPeers: 7, dialRatio: 3 } });
  });
});
