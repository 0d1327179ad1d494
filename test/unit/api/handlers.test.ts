import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import { API_REQUESTS } from '../../../shared/api-contract.ts';
import { createApiDispatcher, createHandlers, forPages } from '../../../src-main/api/handlers.ts';
import { FakeBackend, peerRowOf, SOME_ENODE } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const id = 'ab'.repeat(32);

function dispatcher(backend = new FakeBackend()) {
  const { logger, lines } = recordedLog();
  const handlers = createHandlers(backend);
  return { ...createApiDispatcher(handlers, logger), handlers, lines, backend };
}

describe('the API dispatcher', () => {
  test('has one handler for every request of the contract', () => {
    expect(Object.keys(dispatcher().handlers).sort()).toEqual(Object.keys(API_REQUESTS).sort());
  });

  test('passes validated parameters to the node and returns its answer', async () => {
    const { call, backend } = dispatcher();
    backend.rows = [peerRowOf(id)];
    expect(await call('peers.disconnect', { id })).toEqual({ ok: true, result: { disconnected: true } });
    expect(backend.disconnected).toEqual([id]);
  });

  test.each(['constructor', 'toString', '__proto__', 'node.explode', ''])(
    'refuses a request that the contract does not have: %j',
    async (name) => {
      expect(await dispatcher().call(name, {})).toMatchObject({
        ok: false,
        error: { code: 'unknown-request' },
      });
    },
  );

  test('restarts the program for the desktop window, on the same network', async () => {
    const backend = new FakeBackend();
    const { call } = createApiDispatcher(createHandlers(backend), recordedLog().logger);
    expect(await call('desktop.restart', {})).toMatchObject({ ok: true });
    expect(backend.desktop.restarts).toEqual(['same']);
  });

  test('refuses every request of the desktop window to a page in a browser', async () => {
    const backend = new FakeBackend();
    const { call } = createApiDispatcher(forPages(createHandlers(backend), true), recordedLog().logger);
    backend.pageCommands.send({ kind: 'open-place', place: { view: 'logs' } });
    const names = Object.keys(API_REQUESTS).filter((name) => /^(desktop|firstStart)\./.test(name));
    const params: Record<string, object> = {
      'desktop.startAtLogin': { on: true },
      'desktop.theme': { theme: 'dark' },
      ...{ 'desktop.taken': { seq: 1 }, 'desktop.openFile': { id: 1 } },
      ...{ 'desktop.problemReport': { addresses: true }, 'desktop.crashReport': { name: 'a.dmp' } },
      'firstStart.choose': { network: 'sepolia', port: 30_303 },
    };
    for (const name of names) {
      expect(await call(name, params[name] ?? {})).toMatchObject({
        ok: false,
        error: { code: 'not-available' },
      });
    }
    expect(names.length).toBeGreaterThan(1);
    expect(backend.pageCommands.pending()).toHaveLength(1);
  });

  test('names the invalid parameter', async () => {
    const reply = await dispatcher().call('peers.disconnect', { id: 'XYZ' });
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'invalid-parameters', field: 'id', message: '"id" must be 64 lower-case hex digits.' },
    });
  });

  test('names the bounds of the port at the first start, and passes a port within them on', async () => {
    const chosen: unknown[] = [];
    const backend = new FakeBackend();
    backend.firstStart.choose = (...choice: unknown[]) => {
      chosen.push(choice);
      return Promise.resolve(true);
    };
    const { call } = dispatcher(backend);
    expect(await call('firstStart.choose', { network: 'sepolia', port: 65_536 })).toMatchObject({
      error: { field: 'port', message: '"port" must be a whole number from 0 to 65535.' },
    });
    expect(await call('firstStart.choose', { network: 'sepolia', port: 65_535 })).toEqual({
      ok: true,
      result: { restarts: true },
    });
    expect(chosen).toEqual([['sepolia', 65_535]]);
  });

  test.each([undefined, null, 7, 'x', [], { id, more: 1 }, { id: [id] }])(
    'refuses invalid parameters: %j',
    async (params) => {
      expect(await dispatcher().call('peers.detail', params)).toMatchObject({
        ok: false,
        error: { code: 'invalid-parameters' },
      });
    },
  );

  test('refuses text that is too long before it is parsed', async () => {
    const params = { list: 'static', text: 'enode://'.padEnd(1_025, 'a'), label: null };
    expect(await dispatcher().call('nodes.add', params)).toMatchObject({
      ok: false,
      error: { field: 'text' },
    });
  });

  test('refuses a label that is longer than the node lists keep', async () => {
    const add = (length: number) =>
      dispatcher().call('nodes.add', { list: 'static', text: SOME_ENODE, label: 'a'.repeat(length) });
    expect(await add(65)).toMatchObject({ ok: false, error: { field: 'label' } });
    expect(await add(64)).toMatchObject({ ok: true });
  });

  test('reveals no details of an internal error, and logs it', async () => {
    const { call, lines } = dispatcher();
    const reply = await call('nodes.edit', { list: 'static', id, text: SOME_ENODE, label: null });
    expect(reply).toMatchObject({ ok: false, error: { code: 'internal-error' } });
    expect(JSON.stringify(reply)).not.toContain('secret');
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { request: 'nodes.edit' } });
  });

  test('passes only the settings in the request', async () => {
    const { call, backend } = dispatcher();
    await call('settings.update', { maxPeers: 7, name: undefined });
    expect(backend.values).toMatchObject({ maxPeers: 7, dialRatio: 3, name: null });
  });

  test.each([{ maxPeers: -1 }, { logLevel: 'loud' }, { nat: 'magic' }, { nothing: 1 }, { addresses: [] }])(
    'refuses a setting that its schema does not allow: %j',
    async (change) => {
      const { call, backend } = dispatcher();
      expect(await call('settings.update', change)).toMatchObject({
        ok: false,
        error: { code: 'invalid-parameters' },
      });
      expect(backend.values).toEqual(DEFAULT_SETTINGS);
    },
  );

  test('resets a setting by its key and refuses unknown keys', async () => {
    const { call, backend } = dispatcher();
    backend.values.maxPeers = 7;
    expect(await call('settings.reset', { key: 'maxPeers' })).toMatchObject({ ok: true });
    expect(backend.values.maxPeers).toBe(50);
    expect(await call('settings.reset', { key: 'toString' })).toMatchObject({ ok: false });
  });

  test('bans and unbans', async () => {
    const { call, backend } = dispatcher();
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

  test('returns pages of past sessions and refuses a page above the maximum size', async () => {
    const { call, backend } = dispatcher();
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

  test('traces a node by its enode URL', async () => {
    const { call, backend } = dispatcher();
    expect(await call('why.trace', { node: SOME_ENODE })).toMatchObject({ result: { known: false } });
    expect(backend.traced).toEqual([SOME_ENODE]);
  });
});

describe('the requests of discovery', () => {
  const RECORD =
    'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8';

  test.each([
    ['portal', '706f7274616c'],
    ['0x500a', '500a'],
    ['0x500', '3078353030'],
  ])('accept the protocol name of a TALKREQ as text, or as hex with 0x: %s', async (protocol, bytes) => {
    const { call, backend } = dispatcher();
    const reply = await call('discovery.talk', { node: 'enr:-x', protocol, payload: '0102' });
    expect(reply).toEqual({ ok: true, result: { response: '0201', durationMs: 3 } });
    expect(backend.talks.map((talk) => Buffer.from(talk.protocol).toString('hex'))).toEqual([bytes]);
  });

  test.each([
    { node: 'enr:-x', protocol: '', payload: '' },
    { node: 'enr:-x', protocol: 'a', payload: '0x01' },
    { node: 'enr:-x', protocol: 'a', payload: '1' },
    { node: 'enr:-x', protocol: 'a', payload: '00'.repeat(1_025) },
    { protocol: 'a', payload: '' },
  ])('refuse an invalid TALKREQ: %j', async (params) => {
    const { call, backend } = dispatcher();
    expect(await call('discovery.talk', params)).toMatchObject({
      ok: false,
      error: { code: 'invalid-parameters' },
    });
    expect(backend.talks).toEqual([]);
  });

  test('decode a record, or report why it is invalid', async () => {
    const { call } = dispatcher();
    expect(await call('records.decode', { text: RECORD })).toMatchObject({
      ok: true,
      result: { text: RECORD, entries: [{ key: 'id', value: 'v4' }, {}, {}, {}] },
    });
    expect(await call('records.decode', { text: RECORD.replace('H8AAAG', 'H8AAAW') })).toMatchObject({
      ok: false,
      error: { code: 'bad-signature' },
    });
  });

  test('require a protocol', async () => {
    const { call } = dispatcher();
    for (const params of [{ target: null }, { protocol: 'v6', target: null }])
      expect(await call('discovery.lookup', params)).toMatchObject({
        ok: false,
        error: { code: 'invalid-parameters', field: 'protocol' },
      });
  });

  test('start, stop and export a crawl', async () => {
    const { call } = dispatcher();
    expect(await call('crawl.stop', {})).toEqual({ ok: true, result: null });
    expect(await call('crawl.start', { protocol: 'v5', seconds: 60, nodes: null })).toMatchObject({
      ok: true,
      result: { protocol: 'v5', state: 'running', endsAt: 60_000 },
    });
    expect(await call('crawl.stop', {})).toMatchObject({ ok: true, result: { state: 'stopped' } });
    const filter = { ip: null, minAge: null, ethNetwork: 'own', snap: false, dialable: true, limit: 10 };
    expect(await call('crawl.export', filter)).toMatchObject({
      ok: true,
      result: { fileName: 'nodes.json' },
    });
    expect(await call('crawl.export', { ...filter, ethNetwork: 'mars' })).toMatchObject({
      ok: false,
      error: { field: 'ethNetwork' },
    });
    expect(await call('crawl.start', { protocol: 'v5', seconds: 0, nodes: null })).toMatchObject({
      ok: false,
      error: { field: 'seconds' },
    });
  });
});

describe('the requests about the node key', () => {
  const fails = async (): Promise<never> => {
    throw new TypeError('correct horse');
  };

  test('log no reason of an internal error, which may repeat a password or a key', async () => {
    const backend = new FakeBackend();
    Object.assign(backend.identity, { export: fails, unlock: fails, prepare: fails });
    const { call, lines } = dispatcher(backend);
    const id = '00'.repeat(16);
    for (const [name, params] of [
      ['identity.export', { password: 'correct horse' }],
      ['identity.unlock', { id, password: 'correct horse' }],
      ['identity.prepare', { kind: 'keystore', fileName: 'a', text: 'correct horse' }],
    ] as const) {
      expect(await call(name, params)).toMatchObject({ ok: false, error: { code: 'internal-error' } });
      expect(lines.at(-1)).toMatchObject({ fields: { request: name } });
    }
    expect(JSON.stringify(lines)).not.toContain('horse');
  });

  const KEYS = [
    ['identity.export', { password: 'correct horse' }],
    ['identity.prepare', { kind: 'new' }],
    ['identity.prepare', { kind: 'keystore', fileName: 'a.json', text: '{}' }],
    ['identity.unlock', { id: '00'.repeat(16), password: 'correct horse' }],
    ['identity.apply', { id: '00'.repeat(16) }],
    ['identity.discard', { id: '00'.repeat(16) }],
  ] as const;

  test.each(KEYS)(
    'are open to a page on this machine, and closed to one on another: %s %j',
    async (name, params) => {
      const { logger } = recordedLog();
      const page = (isLocal: boolean) =>
        createApiDispatcher(forPages(createHandlers(new FakeBackend()), isLocal), logger);
      expect(await page(true).call(name, params)).toMatchObject({ ok: true });
      expect(await page(false).call(name, params)).toMatchObject({
        ...{ ok: false, error: { code: 'not-available' } },
      });
    },
  );

  test('open no dialog for a page, and say what it may do', async () => {
    const { logger } = recordedLog();
    for (const [isLocal, access] of [
      [true, 'local-page'],
      [false, 'remote-page'],
    ] as const) {
      const { call } = createApiDispatcher(forPages(createHandlers(new FakeBackend()), isLocal), logger);
      expect(await call('identity.prepare', { kind: 'file' })).toMatchObject({
        ...{ ok: false, error: { code: 'not-available', field: 'kind' } },
      });
      expect(await call('identity.details', {})).toMatchObject({ ok: true, result: { access } });
    }
  });
});
