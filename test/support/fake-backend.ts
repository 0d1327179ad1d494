import { DoctorController } from '../../src-main/app/doctor-control.ts';
import { RecorderController } from '../../src-main/app/recorder-control.ts';
import { FakeIdentity } from './fake-identity.ts';
import type { TableSnapshot } from '../../shared/model/table.ts';
import { SOME_ENODE } from './some-enode.ts';
import { SOME_SESSIONS, SOME_TABLE } from './some-table.ts';
import { FakeKnownNodes } from './fake-known-nodes.ts';
import { FakePastedNodes } from './fake-pasted-nodes.ts';
import { openRecorder } from './open-recorder.ts';
import { doctorEnvironment } from './doctor-environment.ts';
import { VirtualClock } from './virtual-clock.ts';
import type {
  ApiBackend,
  BanControl,
  ComposerControl,
  CrawlControl,
  DialControl,
  DiscoveryControl,
  NodeListControl,
  SessionControl,
  SessionQuery,
  SettingsControl,
  TalkInput,
  WhyControl,
} from '../../src-main/api/backend.ts';
import { fakeDiscv5 } from './fake-discv5.ts';
import { statusOf } from './fake-status.ts';
import { FakeDesktop } from './fake-desktop.ts';
import { PageCommands } from '../../src-main/desktop/page-commands.ts';
import { nodeFromEnode } from '../../src-main/node-record/node-factory.ts';
import type { ChainView } from '../../shared/model/chain.ts';
import type { LogLine } from '../../shared/model/log.ts';
import type { HealthCheck, NodeStatus } from '../../shared/model/node.ts';
import type { OwnVerdict } from '../../shared/model/own-node.ts';
import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';
import { NO_FIGURES, type EventLine, type PeerDetail, type PeerRow } from '../../shared/model/peer.ts';
import type { Ban } from '../../shared/model/ban.ts';
import type { SessionChange, SessionRecord } from '../../shared/model/session.ts';
import type { SettingValue, SettingView } from '../../shared/model/settings.ts';
import { WHY_STEPS, type NodeTrace } from '../../shared/model/why.ts';
import { DEFAULT_SETTINGS, SETTING_KEYS, SETTINGS, type SettingKey } from '../../shared/settings-table.ts';
import type { CrawlStatus } from '../../shared/model/crawl.ts';
import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type { PeerEvent } from '../../src-main/events/peer-events.ts';
import { API_TOPICS } from '../../shared/api-contract.ts';

export { SOME_ENODE };

export function peerRowOf(id: string, change: Partial<PeerRow> = {}): PeerRow {
  return {
    id,
    name: 'Geth/v1.17.8/linux-amd64/go1.25',
    label: null,
    ip: '192.0.2.9',
    port: 30303,
    direction: 'outbound',
    kind: { static: false, trusted: true },
    capabilities: ['eth/68', 'eth/69'],
    ethVersion: 69,
    stage: 'running',
    latestBlock: '600',
    latencyMs: 12,
    latencyTrend: [12],
    connectedAt: 1_000,
    bytesIn: 10,
    bytesOut: 20,
    rateIn: 48_000,
    rateOut: 3,
    lastInAt: 1_000,
    lastOutAt: 1_000,
    reputation: 0,
    ...NO_FIGURES,
    ...change,
  };
}

export function peerDetailOf(row: PeerRow): PeerDetail {
  return {
    row,
    publicKey: '00'.repeat(64),
    enode: SOME_ENODE,
    enr: null,
    localAddress: '127.0.0.1:1',
    remoteAddress: '192.0.2.9:30303',
    p2pVersion: 5,
    negotiated: ['eth/69'],
    status: {
      version: 69,
      networkId: '1',
      genesisHash: `0x${'11'.repeat(32)}`,
      forkId: { hash: '0x07c9462e', next: '0' },
      headHash: `0x${'22'.repeat(32)}`,
      earliestBlock: '0',
      latestBlock: row.latestBlock,
    },
    messages: [],
    latencyHistory: [],
    latencyBestMs: null,
    earlier: [],
    reputation: { score: row.reputation, banAt: -51_200, changes: [] },
    queuedBytes: 0,
    requests: { open: 0, answered: 0, timedOut: 0 },
    trend: { intervalMs: 1_000, bytesIn: [10], bytesOut: [20] },
    requestKinds: [],
    openRequests: [],
    served: [],
    forkName: 'BPO2',
    enrSeq: null,
    sources: ['v4'],
  };
}

/** A crawl that has just started. */
export function crawlOf(change: Partial<CrawlStatus> = {}): CrawlStatus {
  return {
    protocol: 'v5',
    state: 'running',
    startedAt: 0,
    endsAt: 1_000,
    failure: null,
    nodes: 0,
    answered: 0,
    added: 0,
    silent: 0,
    removed: 0,
    byFork: [],
    byClient: [],
    ...change,
  };
}

/** A backend whose figures a test sets. `reads` counts how often a topic was read. */
export class FakeBackend implements ApiBackend {
  readonly reads = Object.fromEntries(Object.keys(API_TOPICS).map((name) => [name, 0])) as Record<
    keyof typeof API_TOPICS,
    number
  >;
  rows: PeerRow[] = [];
  servedChain: ChainView = {
    source: { kind: 'none' },
    range: { earliest: '0', latest: '0', latestHash: `0x${'33'.repeat(32)}` },
    ...{ headTime: null, served: [], cache: null, transactions: null },
  };
  eventLines: EventLine[] = [];
  logLines: LogLine[] = [];
  phase: NodeStatus['phase'] = 'running';
  peersTotal = 3;
  disconnected: string[] = [];
  entries: Record<NodeListName, NodeListEntry[]> = { bootnodes: [], static: [], trusted: [] };

  readonly events = {
    all: () => {
      this.reads.events += 1;
      return this.eventLines;
    },
    after: (seq: number) => this.eventLines.filter((line) => line.seq > seq),
  };
  readonly logs = {
    all: () => this.logLines,
    after: (seq: number) => this.logLines.filter((line) => line.seq > seq),
  };
  /** The real recording, to which tests add records. */
  readonly recordings = openRecorder(new VirtualClock());
  readonly recorder = new RecorderController(this.recordings, {
    clock: new VirtualClock(),
    application: 'Enodeck test',
  });
  readonly pageCommands = new PageCommands();
  readonly desktop = new FakeDesktop(this.pageCommands);
  readonly dialed: string[] = [];
  readonly dialer: DialControl = {
    dial: async (id) => {
      this.dialed.push(id);
      return { connected: false, code: 'banned', refusal: 'The node is banned' };
    },
  };
  readonly known = new FakeKnownNodes();
  readonly identity = new FakeIdentity();
  readonly firstStart = {
    isOpen: false,
    facts: () => Promise.reject(new Error('not used')),
    choose: () => Promise.resolve(false),
    skip: () => Promise.resolve(),
    tryDemo: () => undefined,
  };
  readonly composed: unknown[] = [];
  readonly composer: ComposerControl = {
    messages: (id) => ({
      ...{
        id,
        name: null,
        isConnected: false,
        isListed: false,
        protocols: [],
        refusal: 'The node is stopped.',
      },
    }),
    preview: () => ({ payload: 'c0', plainBytes: 1, wireBytes: 64, requestId: '4294967296' }),
    send: async (input, consent) => {
      this.composed.push({ input, consent });
      return {
        ...{ outcome: 'sent', requestId: null, requestSeq: null, answerSeq: null, latencyMs: null },
        ...{ summary: null, answer: null },
      };
    },
  };
  /** Tests no node without discovery: only the input is read. */
  readonly doctor = new DoctorController(doctorEnvironment());
  readonly lists: NodeListControl = {
    all: () => this.entries,
    entries: (list) => this.entries[list],
    find: (list, id) => this.entries[list].find((entry) => entry.id === id),
    add: async ({ list, text, label }) => {
      const node = nodeFromEnode(text);
      const entry: NodeListEntry = {
        id: node.idHex,
        text,
        label,
        addedAt: 0,
        source: 'user',
        host: node.ip ?? null,
        tcp: node.tcp,
        udp: node.udp,
        state: { state: 'idle', message: null, nextTryAt: null, action: null },
        ...{ client: null, lastEnd: null },
      };
      this.entries[list].push(entry);
      return entry;
    },
    edit: async () => {
      throw new TypeError('a defect with a secret in its text');
    },
    check: async () => null,
    remove: async (list, id) => {
      const before = this.entries[list].length;
      this.entries[list] = this.entries[list].filter((entry) => entry.id !== id);
      return this.entries[list].length < before;
    },
    move: async () => true,
    restore: async (_list, ids) => ({ restored: ids, refused: [] }),
    export: () => ({ text: '', fileName: 'x' }),
  };
  readonly pasted = new FakePastedNodes();

  values: Record<string, SettingValue> = { ...DEFAULT_SETTINGS };
  readonly settings: SettingsControl = {
    views: () => SETTING_KEYS.map((key) => settingViewOf(key, this.values[key] ?? null)),
    update: async (change) => {
      Object.assign(this.values, change);
      return this.settings.views();
    },
    reset: async (key) => {
      this.values[key] = DEFAULT_SETTINGS[key];
      return this.settings.views();
    },
    choosePath: async () => null,
    import: async () => ({
      settings: ['maxPeers'],
      lists: { bootnodes: 0, static: 1, trusted: 0 },
      ignored: [],
      errors: [],
      applied: true,
    }),
    export: () => ({ text: '[Node.P2P]\n', fileName: 'config.toml' }),
  };
  banned: Ban[] = [];
  readonly bans: BanControl = {
    list: () => this.banned,
    add: async ({ target, duration, reason }) => {
      const ban: Ban = {
        id: `ip:${target}`,
        target: { kind: 'ip', value: target },
        reason,
        offence: null,
        by: 'user',
        createdAt: 0,
        until: duration === 'forever' ? null : 1,
        name: null,
      };
      this.banned.push(ban);
      return ban;
    },
    remove: async (id) => {
      const before = this.banned.length;
      this.banned = this.banned.filter((ban) => ban.id !== id && ban.target.value !== id);
      return this.banned.length < before;
    },
  };
  records: SessionRecord[] = [];
  readonly queries: SessionQuery[] = [];
  readonly sessionListeners = new Set<(change: SessionChange) => void>();
  readonly sessions: SessionControl = {
    page: async (query) => {
      this.queries.push(query);
      return { records: this.records.slice(0, query.limit), next: null, total: this.records.length };
    },
    onChange: (listener) => listenIn(this.sessionListeners, listener),
    export: async (format) => ({ text: '', fileName: `sessions.${format}` }),
  };
  readonly traced: string[] = [];
  readonly why: WhyControl = {
    snapshot: (span, step) => {
      this.reads.why += 1;
      const steps = WHY_STEPS.map((name) => ({ step: name, reached: this.peersTotal, lost: 0, causes: [] }));
      return { span, steps, statements: [], focus: step ?? 'status', nodes: [], total: 0 };
    },
    trace: (node) => {
      this.traced.push(node);
      return traceOf(node);
    },
    now: () => 0,
  };
  readonly talks: TalkInput[] = [];
  trees: DnsTreeView[] = [];
  readonly knownRecords = new Map<string, string>();
  readonly network = new Map<string, string>();
  readonly discovery: DiscoveryControl = {
    table: (protocol) => (protocol === 'v4' ? SOME_TABLE : this.v5Table),
    counters: (protocol) => ({
      enabled: true,
      packets: [],
      dropped: [],
      pingsAnswered: null,
      knownByFork: { ours: 0, other: 0, unknown: 1, stale: 0 },
      v5: protocol === 'v4' ? null : SOME_SESSIONS,
    }),
    lookup: async () => {
      throw new Error('not in this test');
    },
    latestLookup: () => null,
    talk: async (input) => {
      this.talks.push(input);
      return { payload: input.payload.toReversed(), durationMs: 3 };
    },
    dnsTrees: () => this.trees,
  };
  /** A test with a network has a Discv5Controller here. */
  discv5 = fakeDiscv5(this.knownRecords, this.network);
  v5Table: TableSnapshot = SOME_TABLE;
  crawled: CrawlStatus | null = null;
  readonly crawl: CrawlControl = {
    status: () => this.crawled,
    start: ({ protocol, seconds }) => (this.crawled = crawlOf({ protocol, endsAt: seconds * 1_000 })),
    stop: () => {
      if (this.crawled !== null) this.crawled = { ...this.crawled, state: 'stopped' };
      return this.crawled;
    },
    export: () => ({ text: '{}', fileName: 'nodes.json', count: 0 }),
  };
  readonly peerListeners = new Set<(event: PeerEvent) => void>();
  onPeerEvent(listener: (event: PeerEvent) => void): () => void {
    return listenIn(this.peerListeners, listener);
  }
  readonly healthListeners = new Set<(health: readonly HealthCheck[]) => void>();
  onHealth(listener: (health: readonly HealthCheck[]) => void): () => void {
    return listenIn(this.healthListeners, listener);
  }

  useFreePort(): Promise<number> {
    return Promise.resolve(30_304);
  }

  start(): Promise<void> {
    this.phase = 'running';
    return Promise.resolve();
  }
  stop(): Promise<void> {
    this.phase = 'stopped';
    return Promise.resolve();
  }
  status(): NodeStatus {
    this.reads.status += 1;
    return { ...statusOf(this.peersTotal), phase: this.phase };
  }
  chain(): ChainView {
    this.reads.chain += 1;
    return this.servedChain;
  }
  ownNode(): ReturnType<ApiBackend['ownNode']> {
    const { network, version } = this.status();
    const verdict: OwnVerdict = {
      ...{ result: 'unknown', title: 'No contact', meaning: '', fault: 'none', certainty: 'unclear' },
      ...{ reason: '', advice: null, actions: [] },
    };
    return { checkedAt: 0, startedAt: 0, network: network.name, version, checks: [], verdict };
  }
  peers(): readonly PeerRow[] {
    this.reads.peers += 1;
    return this.rows;
  }
  peerDetail(id: string): PeerDetail | null {
    const row = this.rows.find((candidate) => candidate.id === id);
    return row === undefined ? null : peerDetailOf(row);
  }
  disconnect(id: string): boolean {
    this.disconnected.push(id);
    return this.rows.some((row) => row.id === id);
  }
  trafficNow(): ReturnType<ApiBackend['trafficNow']> {
    return {
      bytesInPerSecond: 0,
      bytesOutPerSecond: 0,
      bytesInTotal: 0,
      bytesOutTotal: 0,
      packetsInPerSecond: 0,
      packetsOutPerSecond: 0,
    };
  }
  trafficSeries(span: '5m' | '1h' | '6h' | '24h'): ReturnType<ApiBackend['trafficSeries']> {
    return { span, at: [], bytesIn: [], bytesOut: [], packetsIn: [], packetsOut: [], peers: [] };
  }
  dials(): [] {
    return [];
  }
  exportLogs(): { text: string; fileName: string } {
    return { text: '', fileName: 'x.log' };
  }
}

function listenIn<Value>(
  listeners: Set<(value: Value) => void>,
  listener: (value: Value) => void,
): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A setting as it is shown, on its default. */
export function settingViewOf(key: SettingKey, value: SettingValue): SettingView {
  const { group, title, help, flag, kind, restart } = SETTINGS[key];
  const fallback = DEFAULT_SETTINGS[key];
  return {
    ...{
      key,
      group,
      title,
      help,
      flag,
      variable: null,
      kind,
      unit: null,
      min: null,
      max: null,
      choices: null,
      unset: null,
    },
    ...{ value, default: fallback, source: 'default', restart, pending: false, next: value },
  };
}

/** The trace of an unknown node. */
export function traceOf(id: string): NodeTrace {
  return {
    id,
    name: null,
    address: null,
    enode: null,
    enr: null,
    kind: { static: false, trusted: false },
    connected: false,
    known: false,
    firstSeenAt: null,
    sources: [],
    steps: WHY_STEPS.map((step) => ({ step, state: 'open', at: null, seen: null })),
    cause: null,
    next: { code: 'none', params: {} },
    nextTryAt: null,
    failuresInARow: 0,
    reputation: 0,
    earlier: [],
  };
}
