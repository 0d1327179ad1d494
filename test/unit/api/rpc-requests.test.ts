import { beforeEach, describe, expect, test } from 'vitest';
import { API_REQUESTS, API_TOPICS } from '../../../shared/api-contract.ts';
import { createRpcTable, type DocumentedTable } from '../../../src-main/api/rpc-methods.ts';
import { REQUEST_METHODS } from '../../../src-main/api/rpc-requests.ts';
import { FakeBackend, SOME_ENODE } from '../../support/fake-backend.ts';

/** The method with positional arguments of a request. */
const OTHER_METHODS: Readonly<Record<string, string>> = {
  'peers.detail': 'enodeck_session',
  'nodes.known': 'enodeck_nodes',
  'discovery.talk': 'discv5_talkReq',
  'settings.reset': 'enodeck_resetSetting',
  'bans.add': 'enodeck_ban',
  'bans.remove': 'enodeck_unban',
  'sessions.list': 'enodeck_sessions',
  'why.trace': 'enodeck_whyNot',
  'recorder.start': 'enodeck_recorder',
  'recorder.stop': 'enodeck_recorder',
  'recorder.clear': 'enodeck_recorder',
  'recorder.decode': 'enodeck_decode',
};

/** The method that reads a topic. */
const TOPIC_METHODS: Readonly<Record<string, string>> = {
  status: 'enodeck_status',
  chain: 'enodeck_chain',
  peers: 'enodeck_peers',
  peer: 'enodeck_session',
  table: 'enodeck_table',
  discovery: 'enodeck_discovery',
  lookup: 'enodeck_latestLookup',
  traffic: 'enodeck_traffic',
  events: 'enodeck_events',
  dials: 'enodeck_dials',
  nodes: 'enodeck_lists',
  logs: 'enodeck_logs',
  dns: 'enodeck_dnsTrees',
  crawl: 'enodeck_crawl',
  settings: 'enodeck_settings',
  bans: 'enodeck_bans',
  why: 'enodeck_why',
  trace: 'enodeck_whyNot',
  recorder: 'enodeck_recorder',
  doctor: 'enodeck_doctorReport',
  records: 'enodeck_sessionMessages',
};

/** The node key, whose passwords no log of a client may have, the first start, the dialogs and the desktop application. */
const IN_THE_WINDOW_ONLY = /^(?:desktop\.|firstStart\.|identity\.|settings\.choosePath$)/;

let backend: FakeBackend;
let table: DocumentedTable;
beforeEach(() => {
  backend = new FakeBackend();
  table = createRpcTable(backend, true);
});
const call = async (name: string, ...params: unknown[]): Promise<unknown> =>
  table.methods.get(name)?.(params);

describe('what the window can do', () => {
  test('has a method, except for what belongs to the window alone', () => {
    const methodOf = (name: string): string | undefined =>
      OTHER_METHODS[name] ??
      Object.entries(REQUEST_METHODS).find(([request]) => request === name)?.[1].method;
    const without = Object.keys(API_REQUESTS).filter(
      (name) => !IN_THE_WINDOW_ONLY.test(name) && !table.methods.has(methodOf(name) ?? ''),
    );
    expect(without).toEqual([]);
    const twice = Object.keys(REQUEST_METHODS).filter((name) => name in OTHER_METHODS);
    expect(twice).toEqual([]);
  });

  test('has a method for each topic that it shows', () => {
    const without = Object.keys(API_TOPICS).filter(
      (name) => !IN_THE_WINDOW_ONLY.test(name) && !table.methods.has(TOPIC_METHODS[name] ?? ''),
    );
    expect(without).toEqual([]);
  });
});

describe('the methods of the requests', () => {
  test('take the parameters of the request in one object, and return its result', async () => {
    expect(await call('enodeck_start')).toBeNull();
    expect(await call('enodeck_stop')).toBeNull();
    const added = await call('enodeck_addNode', { list: 'static', text: SOME_ENODE, label: 'mine' });
    expect(added).toMatchObject({ label: 'mine' });
    const { id } = added as { id: string };
    expect(await call('enodeck_removeNode', { list: 'static', id, disconnect: true })).toEqual({
      ...{ removed: true, disconnected: false },
    });
    expect(await call('enodeck_startCrawl', { protocol: 'v5', seconds: 9, nodes: null })).toMatchObject({
      ...{ protocol: 'v5', state: 'running' },
    });
    expect(await call('enodeck_stopCrawl')).toMatchObject({ state: 'stopped' });
    expect(await call('enodeck_updateSettings', { maxPeers: 9, logLevel: 'warn' })).toContainEqual(
      expect.objectContaining({ key: 'maxPeers', value: 9 }),
    );
  });

  test.each([
    ['enodeck_addNode', [], 'missing value for required argument 0'],
    ['enodeck_addNode', [{ list: 'best', text: 'x', label: null }], 'invalid argument 0: "list" must be'],
    ['enodeck_stop', [{}], 'too many arguments, want at most 0'],
    ['enodeck_lookup', [{ protocol: 'v6', target: null }], '"protocol" must be v4 or v5'],
    ['enodeck_updateSettings', [{ maxPeers: -1 }], '"maxPeers" must be'],
  ])('%s refuses %j', async (name, params, message) => {
    await expect(call(name, ...params)).rejects.toThrow(message);
  });

  test('need the admin flag', () => {
    const { methods } = createRpcTable(backend, false);
    expect([...methods.keys()].filter((name) => name.startsWith('enodeck_'))).toEqual([]);
  });
});
