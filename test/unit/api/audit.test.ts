import { beforeEach, describe, expect, test } from 'vitest';
import { REQUEST_SUBJECTS, RPC_SUBJECTS } from '../../../src-main/api/audit-subjects.ts';
import { Audit } from '../../../src-main/api/audit.ts';
import { createApiDispatcher, createHandlers, type ApiDispatcher } from '../../../src-main/api/handlers.ts';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { REQUEST_RIGHTS, RPC_RIGHTS } from '../../../src-main/api/rights.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { FakeBackend, SOME_ENODE } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';

const ID = nodeFromEnode(SOME_ENODE).idHex;
let backend: FakeBackend;
let log: ReturnType<typeof recordedLog>;
let audit: Audit;
let api: ApiDispatcher;

beforeEach(() => {
  backend = new FakeBackend();
  log = recordedLog();
  audit = new Audit(backend, log.logger);
  api = audit.api(createApiDispatcher(createHandlers(backend), silentLogger), 'window');
});

/** The lines since the last call: the action, and its fields. */
const lines = (): readonly object[] =>
  log.lines.splice(0).map(({ message, fields }) => ({ message, ...fields }));

async function call(method: string, ...params: readonly unknown[]): Promise<string | undefined> {
  const table = audit.rpc(createRpcTable(backend, true), 'token scripts');
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return await createRpcDispatcher(table, silentLogger, systemClock).answer(body);
}

test('every action that needs more than the right to read has a subject', () => {
  const acting = (rights: object): readonly string[] =>
    Object.entries(rights)
      .filter(([, right]) => right !== 'read')
      .map(([name]) => name);
  expect(Object.keys(REQUEST_SUBJECTS).sort()).toEqual([...acting(REQUEST_RIGHTS)].sort());
  expect(Object.keys(RPC_SUBJECTS).sort()).toEqual([...acting(RPC_RIGHTS)].sort());
});

describe('a change', () => {
  test('of settings has a line for each, from what to what', async () => {
    await api.call('settings.update', { maxPeers: 20, snap: true });
    expect(lines()).toEqual([
      { message: 'settings.update', who: 'window', what: 'maxPeers', from: '50', to: '20' },
      { message: 'settings.update', who: 'window', what: 'snap', from: 'false', to: 'true' },
    ]);
    await call('enodeck_resetSetting', 'maxPeers');
    expect(lines()).toEqual([
      { message: 'enodeck_resetSetting', who: 'token scripts', what: 'maxPeers', from: '20', to: '50' },
    ]);
  });

  test('of a list has the node', async () => {
    await api.call('nodes.add', { list: 'static', text: SOME_ENODE, label: 'ours' });
    const what = `static ${ID}`;
    expect(lines()).toEqual([{ message: 'nodes.add', who: 'window', what, to: `${SOME_ENODE} (ours)` }]);
    await call('admin_removePeer', SOME_ENODE);
    expect(lines()).toEqual([
      { message: 'admin_removePeer', who: 'token scripts', what, from: `${SOME_ENODE} (ours)` },
    ]);
  });

  test('of a ban has its end and its reason', async () => {
    await call('enodeck_ban', '192.0.2.1', 'forever', 'noise');
    expect(lines()).toEqual([
      { message: 'enodeck_ban', who: 'token scripts', what: 'ip:192.0.2.1', to: 'forever, noise' },
    ]);
    await api.call('bans.remove', { id: 'ip:192.0.2.1' });
    expect(lines()).toEqual([
      { message: 'bans.remove', who: 'window', what: 'ip:192.0.2.1', from: 'forever, noise' },
    ]);
  });

  test('of the recording has what is recorded', async () => {
    await call('enodeck_recorder', { action: 'start', discovery: true });
    const what = 'recording';
    const scope = '{"nodes":null,"discovery":true}';
    expect(lines()).toEqual([
      { message: 'enodeck_recorder', who: 'token scripts', what, from: 'off', to: scope },
    ]);
    await api.call('recorder.stop', {});
    expect(lines()).toEqual([{ message: 'recorder.stop', who: 'window', what, from: scope, to: 'off' }]);
    await call('enodeck_recorder', { action: 'clear' });
    await api.call('recorder.clear', {});
    expect(lines()).toEqual([
      { message: 'enodeck_recorder', who: 'token scripts', what: 'clear' },
      { message: 'recorder.clear', who: 'window' },
    ]);
  });

  test('without values before and after has what it was about', async () => {
    await api.call('peers.disconnect', { id: ID });
    expect(lines()).toEqual([{ message: 'peers.disconnect', who: 'window', what: ID }]);
  });

  test('by a method of a request has the lines of the request', async () => {
    await call('enodeck_updateSettings', { maxPeers: 20 });
    await call('enodeck_addNode', { list: 'static', text: SOME_ENODE, label: null });
    await call('enodeck_disconnect', { id: ID });
    const who = 'token scripts';
    expect(lines()).toEqual([
      { message: 'enodeck_updateSettings', who, what: 'maxPeers', from: '50', to: '20' },
      { message: 'enodeck_addNode', who, what: `static ${ID}`, to: SOME_ENODE },
      { message: 'enodeck_disconnect', who, what: ID },
    ]);
  });

  test('of the phase of the node has the phases', async () => {
    await call('enodeck_stop');
    await api.call('node.start', {});
    expect(lines()).toEqual([
      { message: 'enodeck_stop', who: 'token scripts', what: 'phase', from: 'running', to: 'stopped' },
      { message: 'node.start', who: 'window', what: 'phase', from: 'stopped', to: 'running' },
    ]);
  });

  test('waits for an action that writes its own lines', async () => {
    let end = (): void => undefined;
    let ended: Promise<void> | undefined;
    await new Promise<void>((begun) => {
      ended = audit.alone(() => {
        begun();
        return new Promise((resolve) => (end = resolve));
      });
    });
    const changed = Promise.all([
      api.call('settings.update', { maxPeers: 20 }),
      call('admin_addPeer', SOME_ENODE),
    ]);
    await api.call('bans.add', { target: '192.0.2.1', duration: 'day', reason: '' });
    expect(lines()).toMatchObject([{ message: 'bans.add' }]);
    end();
    await ended;
    await changed;
    expect(lines()).toHaveLength(2);
  });

  test('that is refused has no line, and neither has what changes nothing', async () => {
    await api.call('settings.update', { maxPeers: 'many' });
    await api.call('nodes.edit', { list: 'static', id: ID, text: SOME_ENODE, label: null });
    await call('enodeck_setSetting', 'maxPeers', -1);
    await api.call('sessions.list', { before: null, limit: 1, text: '', node: null });
    await api.call('toString', {});
    await call('admin_peers');
    await api.call('bans.remove', { id: 'ip:192.0.2.1' });
    await call('enodeck_recorder', { action: 'status' });
    expect(lines()).toEqual([]);
  });

  test('has the author of its own, also when two are made at once', async () => {
    await Promise.all([
      api.call('settings.update', { maxPeers: 20 }),
      call('enodeck_setSetting', 'maxPeers', 30),
    ]);
    expect(lines()).toEqual([
      { message: 'settings.update', who: 'window', what: 'maxPeers', from: '50', to: '20' },
      { message: 'enodeck_setSetting', who: 'token scripts', what: 'maxPeers', from: '20', to: '30' },
    ]);
  });

  test('has no password and no payload', async () => {
    await api.call('identity.export', { password: 'a-long-password-of-a-user' });
    const raw = {
      protocol: 'eth/69',
      code: 0,
      fields: null,
      raw: 'c0',
      confirmRaw: true,
      confirmListed: true,
    };
    await api.call('composer.send', { node: ID, ...raw });
    expect(lines()).toEqual([
      { message: 'identity.export', who: 'window' },
      { message: 'composer.send', who: 'window', what: ID },
    ]);
  });
});
