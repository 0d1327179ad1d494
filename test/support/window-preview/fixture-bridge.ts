import type { ApiPush, ApiReply, DesktopBridge } from '../../../shared/api-channels.ts';
import type { RequestParams } from '../../../shared/api-contract.ts';
import type { CrawlStatus, NodeSetFilter } from '../../../shared/model/crawl.ts';
import type { DesktopStatus } from '../../../shared/model/desktop.ts';
import type { FirstStartFacts } from '../../../shared/model/first-start.ts';
import type { SeriesSpan } from '../../../shared/model/series.ts';
import type { TableProtocol } from '../../../shared/model/table.ts';
import type { WhySpan, WhyStepName } from '../../../shared/model/why.ts';
import {
  createDice,
  dataScenarioOf,
  makeDetail,
  makeDials,
  makeEvents,
  makeLog,
  makeLogs,
  makeNodes,
  makePeers,
  makeSeries,
  makeStatus,
  makeTraffic,
  SCENARIOS,
  type StatusScenario,
} from './fixture-data.ts';
import { changeSettings, makeSettings, resetSetting } from './fixture-settings.ts';
import { makeBan, makeBans, makeEnd, makeSessions, pageOf } from './fixture-records.ts';
import type { DoctorStepName } from '../../../shared/model/doctor.ts';
import { makeDoctorRecords, makeDoctorReport, makeDoctorTests, makeOwnNode } from './fixture-doctor.ts';
import { idOf, makeTrace, makeWhy } from './fixture-why.ts';
import { CHAIN_SCENARIOS, makeChain } from './fixture-chain.ts';
import { makeComposed, makeComposerTarget, makePreview } from './fixture-composer.ts';
import { knownPageOf, makeKnownNodes } from './fixture-known.ts';
import { FixtureLists } from './fixture-lists.ts';
import type { NodeListName } from '../../../shared/model/node-list.ts';
import { makeAdditions, makeNodePreview } from './fixture-preview.ts';
import type { NodeAddition } from '../../../shared/model/node-preview.ts';
import { makeCounters, makeLookup, makeTable } from './fixture-discovery.ts';
import { FixtureDesktop } from './fixture-desktop.ts';
import { FixtureIdentity } from './fixture-identity.ts';
import { FixtureRecorder } from './fixture-recorder.ts';
import { makeRecord, makeTalk, errorReply } from './fixture-record.ts';
import { countFiltered, makeCrawl, makeTrees } from './fixture-ways.ts';

/*
 * A bridge without a node, put into a page before its own scripts run: `window.enodeckScenario` says which state it
 * pretends. Only tests and pictures use it; no build of the product contains it.
 */

declare global {
  interface Window {
    enodeckScenario?: { readonly name: string; readonly live: boolean };
  }
}

const LIVE_MS = 250;
/** 1,000 messages a second. */
const RECORDS_A_TICK = 250;
const NEW_CRAWL: CrawlStatus = {
  protocol: 'v4',
  state: 'running',
  startedAt: 0,
  endsAt: 0,
  failure: null,
  nodes: 109,
  answered: 0,
  added: 0,
  silent: 0,
  removed: 0,
  byFork: [],
  byClient: [],
};

type KnownQuery = RequestParams<'nodes.known'>;

interface TopicParameters {
  readonly protocol?: TableProtocol;
  readonly id?: string;
  readonly span?: WhySpan;
  readonly step?: WhyStepName | null;
  readonly code?: string | null;
}
function createFixtureBridge(name: StatusScenario, live: boolean): DesktopBridge {
  const scenario = dataScenarioOf(name);
  const start = Date.now();
  const peers = new Map(makePeers(scenario, start).map((row) => [row.id, row]));
  let settings = makeSettings(name === 'tour' ? 'empty' : scenario, name === 'sentry');
  let bans = makeBans(scenario, start);
  let records = makeSessions(scenario, start, [...peers.values()][2]);
  const knownNodes = makeKnownNodes(scenario, start);
  let crawl = makeCrawl(scenario, start);
  // Decoding takes time, which the pages that never show it need not wait for.
  let recording: FixtureRecorder | undefined;
  const recorder = (): FixtureRecorder =>
    (recording ??= new FixtureRecorder(scenario, start, [...peers.values()]));
  const desktop = new FixtureDesktop(scenario, start);
  let tests = makeDoctorTests(scenario, start);
  const heard = new Map<string, Set<(push: ApiPush) => void>>();
  const tell = (topic: string, data: unknown): void => {
    for (const listener of heard.get(topic) ?? []) listener({ topic, kind: 'delta', data });
  };
  const lists: FixtureLists = new FixtureLists(makeNodes(scenario, start), (delta) => tell('nodes', delta));
  const detail = (id: string) => {
    const row = peers.get(id);
    return row === undefined ? null : makeDetail(row, start);
  };
  const snapshots: Readonly<Record<string, (params: TopicParameters) => unknown>> = {
    status: () => makeStatus(name, start),
    chain: () => makeChain(name, start),
    'desktop.status': (): DesktopStatus => ({
      hasTray: true,
      loginItem: { state: 'off', note: null },
      stopping:
        name === 'stopping' ? { left: ['sessions', 'discovery', 'record', 'database'], sessions: 37 } : null,
    }),
    'desktop.update': () => desktop.update(),
    peers: () => [...peers.values()],
    peer: ({ id }) => detail(id ?? ''),
    table: ({ protocol }) => makeTable(scenario, start, protocol),
    discovery: ({ protocol }) => makeCounters(scenario, protocol),
    lookup: ({ protocol }) =>
      scenario === 'empty' || scenario === 'broken' ? null : makeLookup(start, 6, protocol),
    dns: () => makeTrees(scenario, start),
    crawl: () => crawl,
    traffic: () => makeTraffic(scenario),
    events: () => makeEvents(scenario, start),
    dials: () => makeDials(scenario),
    nodes: () => lists.lists,
    logs: () => makeLogs(scenario, start),
    settings: () => settings,
    bans: () => bans,
    why: ({ span, step, code }) => makeWhy(scenario, start, span ?? '1h', step ?? null, code ?? null),
    trace: ({ id }) => makeTrace(scenario, start, id ?? ''),
    recorder: () => recorder().status(),
    records: () => recorder().rows,
    doctor: ({ id }) => {
      const test = tests.find((each) => each.id === id);
      return test === undefined ? null : makeDoctorReport(test.id, test.input, scenario, start);
    },
  };
  const requests: Readonly<Record<string, (params: Record<string, unknown>) => unknown>> = {
    'firstStart.facts': (): FirstStartFacts => ({
      ...{ network: 'mainnet', port: 30_303, isPortFree: false, freePort: 30_304, nat: 'any' },
      ...{ address: { ip: '192.168.1.20', isPublic: false }, gateway: '192.168.1.1' },
    }),
    'peers.detail': ({ id }) => detail(String(id)),
    'peers.disconnect': ({ id }) => {
      const row = peers.get(String(id));
      if (row === undefined) return { disconnected: false };
      peers.delete(row.id);
      records = [makeEnd(row, Date.now()), ...records];
      tell('peers', { upserted: [], removed: [row.id] });
      tell('peer', null);
      return { disconnected: true };
    },
    'nodes.dial': () => ({
      ...{ connected: false, code: 'too-many-peers', refusal: 'The peer has no free slot: too many peers' },
    }),
    'composer.messages': ({ node }) => makeComposerTarget(String(node)),
    'composer.preview': () => makePreview(),
    'composer.send': () => makeComposed(),
    'nodes.add': (params) => params,
    'nodes.edit': (params) => params,
    'nodes.check': () => ({ refusal: null }),
    'nodes.remove': ({ list, id, disconnect }) => ({
      removed: lists.remove(list as NodeListName, String(id)),
      disconnected: disconnect === true,
    }),
    'node.useFreePort': () => ({ port: 30_304 }),
    'nodes.preview': ({ text }) => makeNodePreview(String(text)),
    'nodes.addMany': ({ nodes }) => makeAdditions(nodes as readonly NodeAddition[]),
    'nodes.restore': ({ list, ids }) => lists.restore(list as NodeListName, ids as string[]),
    'nodes.move': ({ list, id, before }) => ({
      moved: lists.move(list as NodeListName, String(id), before as string | null),
    }),
    'nodes.export': () => ({ text: '[]', fileName: 'static-nodes.json' }),
    'nodes.known': (query) => knownPageOf(knownNodes, query as unknown as KnownQuery, Date.now()),
    'nodes.exportKnown': () => ({
      ...{ text: '{}\n', fileName: 'nodes.json', count: knownNodes.length, without: 0 },
    }),
    'discovery.lookup': ({ protocol }) => makeLookup(start, 6, protocol as TableProtocol),
    'records.decode': ({ text }) => makeRecord(String(text), scenario === 'hostile'),
    'crawl.start': ({ protocol, seconds }) => {
      const at = Date.now();
      const fresh = { ...NEW_CRAWL, startedAt: at, endsAt: at + Number(seconds) * 1_000 };
      crawl = { ...fresh, protocol: protocol as TableProtocol };
      return crawl;
    },
    'crawl.stop': () => {
      crawl = crawl === null ? null : { ...crawl, state: 'stopped' };
      return crawl;
    },
    'crawl.export': (filter) => ({
      text: '{}',
      fileName: 'nodes.json',
      count: countFiltered(crawl?.nodes ?? 0, filter as unknown as NodeSetFilter),
    }),
    'traffic.series': ({ span }) => makeSeries(scenario, span as SeriesSpan, Date.now()),
    'logs.export': () => ({ text: '', fileName: 'enodeck.log' }),
    'settings.update': (change) => {
      settings = changeSettings(settings, change);
      return settings;
    },
    'settings.reset': ({ key }) => {
      settings = resetSetting(settings, String(key));
      return settings;
    },
    'settings.import': ({ partial }) => ({
      settings: ['maxPeers', 'noDial', 'nat'],
      lists: { bootnodes: 0, static: 4, trusted: 1 },
      ignored: ['Node.P2P.DiscoveryV5', 'Eth.NetworkId'],
      errors: [{ line: 14, reason: 'StaticNodes[2]: the public key has 12 hex digits instead of 128' }],
      applied: partial === true,
    }),
    'settings.export': () => ({ text: '[Node.P2P]\n', fileName: 'enodeck.toml' }),
    'bans.add': (params) => {
      const ban = makeBan(params, Date.now());
      bans = [ban, ...bans.filter(({ id }) => id !== ban.id)];
      tell('bans', { upserted: bans, removed: [] });
      return ban;
    },
    'bans.remove': ({ id }) => {
      bans = bans.filter((ban) => ban.id !== id);
      tell('bans', { upserted: [], removed: [id] });
      return { removed: true };
    },
    'sessions.list': ({ before, limit, text, node }) => {
      const own = node === null ? records : records.filter(({ nodeId }) => nodeId === node);
      return pageOf(own, before as string | null, Number(limit), String(text));
    },
    'sessions.export': ({ format }) => ({ text: '', fileName: `enodeck-sessions.${String(format)}` }),
    'recorder.start': () => recorder().switch(true),
    'recorder.stop': () => recorder().switch(false),
    'recorder.clear': () => recorder().clear(),
    'recorder.export': (options) => recorder().export(options as { format: string; seqs: number[] | null }),
    'recorder.import': ({ fileName, text }) => recorder().import(String(fileName), String(text)),
    'recorder.close': () => recorder().close(),
    'recorder.detail': ({ seq }) => recorder().detail(Number(seq)),
    'recorder.summaries': ({ seqs }) => recorder().summaries(seqs as number[]),
    'recorder.search': ({ filter }) => recorder().search(String(filter)),
    'doctor.start': ({ input }) => {
      const id = String(tests.length + 1);
      tests = [makeDoctorReport(id, String(input), scenario, Date.now()), ...tests];
      return { id };
    },
    'doctor.stop': () => ({ stopped: true }),
    'doctor.list': () => tests,
    'doctor.records': ({ step }) => makeDoctorRecords(step as DoctorStepName, Date.now()),
    'doctor.ownNode': () => makeOwnNode(scenario, makeStatus(name, start), Date.now()),
    ...desktop.requests,
    ...new FixtureIdentity(scenario, makeStatus(name, start).identity.id, start).requests,
    'why.trace': ({ node }) => makeTrace(scenario, start, idOf(String(node))),
  };

  const pushes = (topic: string, listener: (push: ApiPush) => void): (() => void) => {
    const dice = createDice(97);
    let seq = 1_000_000;
    const tick = (): void => {
      if (topic === 'records') {
        const at = Date.now();
        const appended = Array.from({ length: RECORDS_A_TICK }, (_, index) => recorder().next(at + index));
        listener({ topic, kind: 'delta', data: { appended } });
        return;
      }
      if (topic === 'logs') {
        listener({ topic, kind: 'delta', data: { appended: [makeLog(dice, seq++, Date.now(), false)] } });
        return;
      }
      const upserted = [...peers.values()]
        .filter(() => dice.next() < 0.1)
        .map((row) => ({ ...row, latencyMs: 20 + dice.below(230), lastInAt: Date.now() }));
      for (const row of upserted) peers.set(row.id, row);
      listener({ topic, kind: 'delta', data: { upserted, removed: [] } });
    };
    const timer = setInterval(tick, LIVE_MS);
    return () => clearInterval(timer);
  };

  return {
    kind: 'desktop',
    platform: 'linux',
    request(name, params) {
      const given = params as Record<string, unknown>;
      if (name === 'discovery.talk') return Promise.resolve(makeTalk(String(given['protocol'])));
      if (name === 'records.decode' && String(given['text']).endsWith('bad'))
        return Promise.resolve(errorReply('bad-record', 'The signature of the ENR is invalid.', 'text'));
      const answer = requests[name];
      const reply: ApiReply<unknown> =
        answer === undefined
          ? {
              ok: false,
              error: { code: 'unknown-request', message: `No such request: ${name}`, field: null },
            }
          : replyOf(answer(given));
      return Promise.resolve(reply);
    },
    subscribe(topic, params, take) {
      const listener = (push: ApiPush): void => take(JSON.stringify(push));
      const first = setTimeout(
        () => listener({ topic, kind: 'snapshot', data: snapshots[topic]?.(params as TopicParameters) }),
        0,
      );
      const end =
        live && ['peers', 'logs', 'records'].includes(topic) ? pushes(topic, listener) : () => undefined;
      const listeners = heard.get(topic) ?? new Set();
      heard.set(topic, listeners.add(listener));
      return () => {
        clearTimeout(first);
        listeners.delete(listener);
        end();
      };
    },
  };
}

/** An answer that is a reply already is an error. */
function replyOf(answer: unknown): ApiReply<unknown> {
  const isError = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;
  return isError ? (answer as ApiReply<never>) : { ok: true, result: answer };
}

const wanted = window.enodeckScenario ?? { name: 'typical', live: false };
const STATES = ['starting', 'refused', 'tour', 'first', 'stopping'] as const;
const names: readonly StatusScenario[] = [...SCENARIOS, ...STATES, ...CHAIN_SCENARIOS];
const scenario = names.find((name) => name === wanted.name) ?? 'typical';
Object.defineProperty(window, 'enodeck', { value: createFixtureBridge(scenario, wanted.live) });
