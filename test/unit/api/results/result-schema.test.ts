import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRpcTable, type DocumentedTable } from '../../../../src-main/api/rpc-methods.ts';
import { encodeRlp } from '../../../../src-main/base/rlp.ts';
import type { ApiBackend } from '../../../../src-main/api/backend.ts';
import { crawlOf, FakeBackend, SOME_ENODE } from '../../../support/fake-backend.ts';
import { sessionOf } from '../../../support/saved-sessions.ts';
import {
  dataScenarioOf,
  makeDials,
  makeEvents,
  makeLogs,
  makeNodes,
  makePeers,
  makeSeries,
  makeStatus,
  makeTraffic,
  type StatusScenario,
} from '../../../support/window-preview/fixture-data.ts';
import { makeCounters, makeLookup, makeTable } from '../../../support/window-preview/fixture-discovery.ts';
import { makeDoctorReport } from '../../../support/window-preview/fixture-doctor.ts';
import { knownPageOf, makeKnownNodes } from '../../../support/window-preview/fixture-known.ts';
import { makeBans } from '../../../support/window-preview/fixture-records.ts';
import { NO_KNOWN_FILTER, DEFAULT_KNOWN_SORT } from '../../../../shared/model/known-node.ts';

const NOW = 1_790_000_000_000;
const ID = 'ab'.repeat(32);

/** The methods whose results have parts without a schema: trees of fields, statements with their params, and previews. */
const OPEN = [
  ...['enodeck_session', 'enodeck_why', 'enodeck_whyNot', 'enodeck_chain', 'enodeck_ownNode'],
  ...['enodeck_decode', 'enodeck_record', 'enodeck_sessionMessages', 'enodeck_doctorRecords'],
  ...['enodeck_composerMessages', 'enodeck_previewMessage', 'enodeck_sendMessage', 'enodeck_decodeRecord'],
  ...['enodeck_previewNodes', 'enodeck_importSettings', 'enodeck_updateSettings'],
  // geth's, whose members depend on the protocols.
  ...['admin_nodeInfo', 'admin_peers', 'rpc_discover', 'rpc.discover'],
];

let backend: FakeBackend;
let table: DocumentedTable;

/** A node in one of the states that the pictures of the window show. */
function backendIn(scenario: StatusScenario): FakeBackend {
  const made = new FakeBackend();
  const data = dataScenarioOf(scenario);
  made.status = () => makeStatus(scenario, NOW);
  made.rows = makePeers(data, NOW);
  made.eventLines = makeEvents(data, NOW);
  made.logLines = makeLogs(data, NOW);
  made.banned = [...makeBans(data, NOW)];
  made.crawled = crawlOf({ byFork: [{ fork: 'none', ours: false, count: 1 }] });
  made.trafficNow = () => makeTraffic(data);
  made.trafficSeries = (span) => makeSeries(data, span, NOW);
  Object.assign(made, { dials: () => makeDials(data) });
  Object.assign(made.lists, { all: () => makeNodes(data, NOW) });
  Object.assign(made.known, {
    page: async () =>
      knownPageOf(
        makeKnownNodes(data, NOW),
        {
          filter: { ...NO_KNOWN_FILTER, ethNetwork: null },
          sort: DEFAULT_KNOWN_SORT,
          limit: 500,
          after: null,
        },
        NOW,
      ),
  });
  Object.assign(made.discovery, {
    table: (protocol) => makeTable(data, NOW, protocol),
    counters: (protocol) => makeCounters(data, protocol),
    latestLookup: (protocol) => makeLookup(NOW, 3, protocol),
    lookup: async (protocol) => makeLookup(NOW, 3, protocol),
  } satisfies Partial<ApiBackend['discovery']>);
  made.records = [{ ...sessionOf(ID, 1, NOW), key: 'k' }];
  return made;
}

beforeEach(() => {
  backend = backendIn('typical');
  table = createRpcTable(backend, true);
});

/** Calls a method and compares its result, as a client gets it, with its schema. */
async function check(name: string, ...params: unknown[]): Promise<unknown> {
  const method = table.methods.get(name);
  if (method === undefined) throw new Error(`no method ${name}`);
  const result = JSON.parse(JSON.stringify(await method(params))) as unknown;
  expect(method.document.result.safeParse(result).error?.issues.slice(0, 3), name).toBeUndefined();
  return result;
}

/** Whether a schema says nothing about a part of what it describes. */
function isOpen(schema: z.core.JSONSchema.BaseSchema): boolean {
  const parts = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...[schema.items, schema.additionalProperties].flat(),
  ].filter((part) => typeof part === 'object');
  if (schema.type === 'object' && schema.properties === undefined)
    return parts.length === 0 || parts.some(isOpen);
  const keys = Object.keys(schema).filter((key) => !key.startsWith('$'));
  return keys.length === 0 || JSON.stringify(schema.additionalProperties) === '{}' || parts.some(isOpen);
}

describe('the schemas of the results', () => {
  test('describe every part of them, except for the methods in the list', () => {
    const open = [...table.methods]
      .filter(([, { document }]) =>
        isOpen(z.toJSONSchema(document.result, { unrepresentable: 'any', io: 'output' })),
      )
      .map(([name]) => name);
    expect(open.sort()).toEqual(OPEN.toSorted());
  });

  test.each([
    'typical',
    'many',
    'broken',
    'hostile',
    'off',
    'stopped',
    'starting',
    'refused',
    'first',
  ] as const)('fit a node in the state %s', async (scenario) => {
    backend = backendIn(scenario);
    table = createRpcTable(backend, true);
    for (const name of [
      'status',
      'health',
      'chain',
      'peers',
      'dials',
      'lists',
      'traffic',
      'dnsTrees',
      'crawl',
    ])
      await check(`enodeck_${name}`);
    for (const name of ['events', 'logs', 'bans', 'sessions', 'nodes', 'settings', 'recorder', 'doctorTests'])
      await check(`enodeck_${name}`);
    for (const protocol of ['v4', 'v5'])
      for (const name of ['table', 'discovery', 'latestLookup']) await check(`enodeck_${name}`, protocol);
    await check('enodeck_lookup', { protocol: 'v5', target: null });
    await check('enodeck_trafficSeries', { span: '1h' });
  });

  test('fit the results of the methods that change something', async () => {
    await check('enodeck_ban', '192.0.2.1', 'hour');
    await check('enodeck_unban', '192.0.2.1');
    await check('enodeck_setSetting', 'maxPeers', 7);
    await check('enodeck_resetSetting', 'maxPeers');
    await check('enodeck_addNode', { list: 'static', text: SOME_ENODE, label: null });
    await check('enodeck_restoreNodes', { list: 'static', ids: [ID] });
    await check('enodeck_addNodes', { list: 'static', nodes: [{ text: SOME_ENODE, label: null }] });
    await check('enodeck_dial', { id: ID });
    await check('enodeck_startCrawl', { protocol: 'v4', seconds: 1, nodes: null });
    await check('enodeck_stopCrawl');
    await check('enodeck_exportKnownNodes', { filter: NO_KNOWN_FILTER, format: 'enr' });
    await check('discv5_ping', 'enr:-x');
  });

  test('fit the recording, its rows and its notifications', async () => {
    const rows: unknown[] = [];
    const feed = table.feeds.get('enodeck_records');
    const end = feed?.([])((row) => rows.push(row));
    await check('enodeck_recorder', { action: 'start', discovery: true });
    const tap = backend.recordings.connection('inbound', { ip: '127.0.0.1', port: 30_303 });
    const payload = encodeRlp([]);
    tap.message(2, { direction: 'in', payload, wireBytes: 32, compressedBytes: null, timing: null });
    expect(await check('enodeck_sessionMessages')).toHaveLength(1);
    expect(await check('enodeck_recordSummaries', { seqs: [1] })).toHaveLength(1);
    await check('enodeck_exportRecording', { format: 'jsonl', seqs: null, anonymous: false });
    await check('enodeck_closeRecording');
    end?.();
    expect(rows).toHaveLength(1);
    expect(feed?.document.result.safeParse(rows[0]).error).toBeUndefined();
  });

  test('fit the reports of tests', async () => {
    await check('enodeck_doctor', 'enode://zz');
    expect(await check('enodeck_doctorTests')).toHaveLength(1);
    for (const input of [SOME_ENODE, 'enode://zz']) {
      const report = makeDoctorReport('1', input, 'typical', NOW);
      expect(table.feeds.get('enodeck_doctor')?.document.result.safeParse(report).error).toBeUndefined();
    }
  });
});
