import type { NodeSource } from '../../../shared/model/node-source.ts';
import { healthWhenStopped } from '../../../src-main/health/health-start.ts';
import { healthOf } from '../../../src-main/health/health.ts';
import type { ChainView } from '../../../shared/model/chain.ts';
import type { LogLine } from '../../../shared/model/log.ts';
import type { NodeListEntry, NodeLists } from '../../../shared/model/node-list.ts';
import type { HealthCheck, NodeFailure, NodeStatus } from '../../../shared/model/node.ts';
import {
  NO_FIGURES,
  type DialOutcome,
  type EventLine,
  type PastOutcome,
  type PeerDetail,
  type PeerRow,
} from '../../../shared/model/peer.ts';
import { makeChain, makeServed } from './fixture-chain.ts';
import {
  SERIES_SPANS,
  type SeriesSpan,
  type TrafficNow,
  type TrafficSeries,
} from '../../../shared/model/series.ts';

/*
 * Made-up data for pictures of the window: the same from the same seed. Addresses are from the documentation ranges
 * (RFC 5737, RFC 3849); nothing here talks to a node.
 */

/** What state the pretended node is in. */
export const SCENARIOS = ['typical', 'empty', 'many', 'broken', 'hostile', 'off', 'stopped'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** Further states of the program itself, with the other data of a scenario; `tour`: no setting was changed; `stopping`: a quit goes on. */
const STATUS_SCENARIOS = {
  starting: 'stopped',
  refused: 'broken',
  tour: 'typical',
  first: 'stopped',
  stopping: 'typical',
  ...{ sentry: 'typical', lacks: 'typical', away: 'typical', unreached: 'typical', otherChain: 'typical' },
  ...{ importing: 'typical', imported: 'typical', importFailed: 'typical', importStopped: 'stopped' },
  ...{ observed: 'typical', observedOnly: 'typical' },
} as const satisfies Record<string, Scenario>;
export type StatusScenario = Scenario | keyof typeof STATUS_SCENARIOS;

/** The scenario of all other data. */
export const dataScenarioOf = (name: StatusScenario): Scenario =>
  name in STATUS_SCENARIOS ? STATUS_SCENARIOS[name as keyof typeof STATUS_SCENARIOS] : (name as Scenario);

/** Phases of a node that does not run; `refused`: a setting makes the start fail; `first`: it waits for a choice. */
const INACTIVE_PHASES: Readonly<Partial<Record<StatusScenario, 'stopped' | 'starting' | 'failed'>>> = {
  stopped: 'stopped',
  importStopped: 'stopped',
  first: 'stopped',
  starting: 'starting',
  broken: 'failed',
  refused: 'failed',
};
const PORT_IN_USE: NodeFailure = {
  code: 'port-in-use',
  message:
    'TCP port 30303 is in use by another program (0.0.0.0:30303). The setting “Port” is 30303, which is the default.',
  setting: { key: 'port', title: 'Port' },
};
const BAD_KEY: NodeFailure = {
  code: 'bad-key-file',
  message:
    'The node key file /home/ada/keys/mainnet/archive-2/nodekey is not valid: it must hold 64 hex digits and nothing else. It was left as it is. The setting “Node key file” is "/home/ada/keys/mainnet/archive-2/nodekey", from /home/ada/.local/share/enodeck/settings.json.',
  setting: { key: 'nodeKey', title: 'Node key file' },
};
const FAILURES: Readonly<Partial<Record<StatusScenario, NodeFailure>>> = {
  broken: PORT_IN_USE,
  refused: BAD_KEY,
};

const HEAD = 23_817_402;
export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A linear congruential generator: deterministic, good enough for pictures. */
export function createDice(seed: number) {
  let state = seed;
  const next = (): number => (state = (state * 1_664_525 + 1_013_904_223) >>> 0) / 2 ** 32;
  return {
    next,
    below: (limit: number): number => Math.floor(next() * limit),
    pick: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)]!,
    hex: (digits: number): string =>
      Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join(''),
  };
}
export type Dice = ReturnType<typeof createDice>;

export const CLIENTS = [
  'Geth/v1.17.8-stable-9d2f1e0c/linux-amd64/go1.25.4',
  'Geth/v1.16.7-stable/linux-arm64/go1.24.1',
  'Nethermind/v1.36.2+7f2a4c1b/linux-x64/dotnet9.0.8',
  'besu/v26.8.0/linux-x86_64/openjdk-java-21',
  'reth/v1.11.2-5c8d9e1f/x86_64-unknown-linux-gnu',
  'erigon/v3.3.0/linux-amd64/go1.25.1',
  'Geth/v1.17.8-stable-9d2f1e0c/linux-amd64/go1.25.4',
] as const;

export const HOSTILE_NAMES = [
  '<img src=x onerror=alert(1)>/v1.0',
  'Geth/\u202Evil\u0000\u0007/v1.17.8',
  'A'.repeat(200),
  '',
  '{{ 7 * 7 }} @:link | plural',
];

export const address = (dice: Dice): string =>
  `${dice.pick(['192.0.2', '198.51.100', '203.0.113'])}.${1 + dice.below(254)}`;

const FOUND: readonly (readonly NodeSource[])[] = [
  ['v4'],
  ['static'],
  ['v5'],
  ['v4', 'v5'],
  ['dns'],
  ['v4', 'v5', 'dns'],
  ['database', 'v5'],
];

export function makePeer(dice: Dice, at: number, now: number, hostile: boolean): PeerRow {
  const inbound = at > 2 && dice.next() < 0.4;
  const base = 18 + dice.below(240);
  const trend = Array.from({ length: 16 }, () => Math.max(8, Math.round(base + (dice.next() - 0.5) * 40)));
  const eth = dice.next() < 0.15 ? 68 : 69;
  const lag = dice.next() < 0.15 ? dice.below(90) : 0;
  const age =
    dice.pick([2 * DAY + 4 * HOUR, 18 * HOUR, 3 * HOUR, 41 * MINUTE, 6 * MINUTE, 38_000]) *
    (0.5 + dice.next());
  const bytes = dice.below(1_000) * age;
  return {
    id: dice.hex(64),
    name: hostile ? HOSTILE_NAMES[at % HOSTILE_NAMES.length]! : dice.pick(CLIENTS),
    label: at === 2 ? 'archive-2' : null,
    ip: dice.next() < 0.06 ? `2001:db8::${dice.hex(4)}` : address(dice),
    port: dice.next() < 0.85 ? 30303 : 30304 + dice.below(9),
    direction: inbound ? 'inbound' : 'outbound',
    kind: { static: at > 0 && at < 3, trusted: at === 0 },
    capabilities: eth === 68 ? ['eth/67', 'eth/68', 'snap/1'] : ['eth/68', 'eth/69', 'eth/70', 'snap/1'],
    ethVersion: eth,
    stage: 'running',
    latestBlock: eth === 68 ? null : String(HEAD - lag),
    // One was not pinged yet.
    latencyMs: at === 6 ? null : trend[15]!,
    latencyTrend: at === 6 ? [] : trend,
    connectedAt: now - age,
    bytesIn: bytes,
    bytesOut: Math.round(bytes * (0.2 + dice.next())),
    // Some peers only ping.
    rateIn: at % 5 === 3 ? 12 + at : 1_000 + (bytes % 58_000),
    rateOut: at % 4 === 3 ? 3 + (at % 40) : 60 + (bytes % 8_400),
    lastInAt: now - dice.below(6_000),
    lastOutAt: now - dice.below(9_000),
    reputation: at === 4 ? -18_432 : at % 7 === 5 ? -dice.below(9_000) : 0,
    ...NO_FIGURES,
    limited: at === 4 ? 214 : 0,
    droppedOut: at === 4 ? 1_208 : 0,
    sources: inbound
      ? ['inbound', ...(at % 3 === 0 ? ['v4' as const] : [])]
      : (FOUND[at % FOUND.length] ?? []),
  };
}

export function makePeers(scenario: Scenario, now: number): PeerRow[] {
  if (scenario === 'stopped') return [];
  const dice = createDice(7);
  const counts: Readonly<Record<Scenario, number>> = {
    typical: 37,
    empty: 0,
    many: 10_000,
    broken: 0,
    stopped: 0,
    hostile: 12,
    off: 3,
  };
  return Array.from({ length: counts[scenario] }, (_, at) => makePeer(dice, at, now, scenario === 'hostile'));
}

const walk = (dice: Dice, count: number, start: number, step: number, least: number): number[] => {
  let value = start;
  return Array.from({ length: count }, () => (value = Math.max(least, value + (dice.next() - 0.5) * step)));
};

/** What a fixture does not show of an end. */
export const ended = <By extends 'local' | 'remote' | 'network'>(by: By) => ({
  by,
  params: {},
  stage: 'running' as const,
  message: null,
});

export function makeDetail(row: PeerRow, now: number): PeerDetail {
  const dice = createDice(Number.parseInt(row.id.slice(0, 6), 16));
  const publicKey = dice.hex(128);
  const version = row.ethVersion ?? 69;
  const message = (protocol: string, name: string, into: number, out: number) => ({
    protocol,
    name,
    in: into,
    out,
    bytesIn: into * 180,
    bytesOut: out * 140,
    rateIn: Math.round(into / 2) / 100,
    rateOut: Math.round(out / 2) / 100,
    lastInAt: into === 0 ? null : now - 200 * (1 + (name.length % 9)),
    lastOutAt: out === 0 ? null : now - 900 * (1 + (name.length % 7)),
  });
  return {
    row,
    publicKey,
    enode: `enode://${publicKey}@${row.ip}:${row.port}`,
    enr: `enr:-KO4Q${dice.hex(123)}`,
    localAddress: '192.0.2.1:30303',
    remoteAddress: `${row.ip}:${row.port}`,
    p2pVersion: 5,
    negotiated: [`eth/${version}`],
    status: {
      version,
      networkId: '1',
      genesisHash: `0x${dice.hex(64)}`,
      forkId: { hash: '0x07c9462e', next: '0' },
      headHash: `0x${dice.hex(64)}`,
      earliestBlock: version === 68 ? null : '0',
      latestBlock: row.latestBlock,
    },
    messages: [
      message(`eth/${version}`, 'NewPooledTransactionHashes', 18_204, 6_113),
      message(`eth/${version}`, 'PooledTransactions', 2_940, 801),
      message(`eth/${version}`, 'GetPooledTransactions', 811, 2_944),
      message(`eth/${version}`, 'BlockRangeUpdate', 412, 0),
      message(`eth/${version}`, 'GetBlockHeaders', 96, 14),
      message(`eth/${version}`, 'BlockHeaders', 14, 96),
      message(`eth/${version}`, 'Status', 1, 1),
      message('p2p', 'Ping', 402, 403),
      message('p2p', 'Pong', 403, 402),
      message('p2p', 'Hello', 1, 1),
    ],
    latencyHistory: walk(dice, 120, row.latencyMs ?? 40, 14, 12).map(Math.round),
    latencyBestMs: row.latencyMs === null ? null : Math.min(...row.latencyTrend),
    earlier: [
      { at: now - 2 * DAY, code: 'read-timeout', ...ended('network') },
      { at: now - 3 * DAY, code: 'too-many-peers', ...ended('remote') },
      { at: now - 6 * DAY, code: 'connected', by: null, direction: 'outbound' },
    ],
    reputation: {
      score: row.reputation,
      banAt: -51_200,
      changes:
        row.reputation === 0
          ? []
          : [
              { at: now - 40_000, code: 'timeout', change: -4_096 },
              {
                at: now - 3 * MINUTE,
                code: 'unrequested-answer',
                change: -16_384,
              },
              { at: now - 4 * MINUTE, code: 'does-not-read', change: -4_096 },
            ],
    },
    queuedBytes: row.droppedOut > 0 ? 1_048_576 : 0,
    requests: { open: 1, answered: 14, timedOut: row.reputation < 0 ? 3 : 0 },
    trend: {
      intervalMs: 8_000,
      bytesIn: walk(dice, 56, 320_000, 160_000, 20_000).map(Math.round),
      bytesOut: walk(dice, 56, 120_000, 80_000, 4_000).map(Math.round),
    },
    requestKinds: [
      {
        ...{ protocol: 'p2p', name: 'Ping', origin: 'node', open: 0, answered: 403, timedOut: 0 },
        ...{ p50Ms: row.latencyMs ?? 31, p95Ms: (row.latencyMs ?? 31) + 17 },
      },
      {
        ...{ protocol: `eth/${version}`, name: 'GetBlockHeaders', origin: 'node', open: 0, answered: 14 },
        ...{ timedOut: row.reputation < 0 ? 3 : 0, p50Ms: 38, p95Ms: 112 },
      },
      {
        ...{ protocol: `eth/${version}`, name: 'GetReceipts', origin: 'composed', open: 1, answered: 0 },
        ...{ timedOut: 0, p50Ms: null, p95Ms: null },
      },
    ],
    openRequests: [
      {
        ...{ protocol: `eth/${version}`, name: 'GetReceipts', origin: 'composed' },
        ...{ requestId: '4294967297', sentAt: now - 1_900 },
      },
    ],
    served: row.kind.static ? makeServed() : [],
    forkName: 'BPO2',
    enrSeq: '1747000012345',
    sources: row.sources ?? [],
  };
}

export function makeStatus(scenario: StatusScenario, now: number): NodeStatus {
  const dice = createDice(11);
  const rows = makePeers(dataScenarioOf(scenario), now);
  const inbound = rows.filter((row) => row.direction === 'inbound').length;
  const broken = INACTIVE_PHASES[scenario] !== undefined;
  const fresh = scenario === 'empty' || broken;
  const maxPeers = scenario === 'many' ? 10_000 : 50;
  const key = dice.hex(128);
  const status: Omit<NodeStatus, 'health'> = {
    phase: scenario === 'stopping' ? scenario : (INACTIVE_PHASES[scenario] ?? 'running'),
    failure: FAILURES[scenario] ?? null,
    mode: 'desktop',
    version: '0.1.0',
    clientName: 'Enodeck/v0.1.0/linux-x64/node20.18.1',
    startedAt: broken ? null : fresh ? now - 4_000 : now - 3 * DAY - 4 * HOUR,
    dataFolder: '/home/ada/.local/share/enodeck',
    firstStart: scenario === 'first',
    network: {
      name: 'mainnet',
      networkId: '1',
      chainId: '1',
      genesisHash: '0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3',
      forkId: { hash: '0x07c9462e', next: '0' },
      forkOverrides: [],
      demo: false,
    },
    identity: {
      id: dice.hex(64),
      publicKey: key,
      enode: `enode://${key}@203.0.113.7:30303`,
      enr: broken ? '' : 'enr:-KO4QNAMbAjNRwJV4CoRnX-3Te9XYAM4ppDuK8dYRZf8uQ2n0aGmCkYDxgw3R8',
      seq: broken ? '0' : '1747000012345',
      nextId: null,
    },
    listening: broken
      ? []
      : ['0.0.0.0', '::'].flatMap((ip) =>
          (['tcp', 'udp'] as const).map((protocol) => ({
            ...{ protocol, ip, port: 30303 },
            ...(protocol === 'udp' && { receiveBuffer: { bytes: 212_992, requested: 4_194_304 } }),
          })),
        ),
    external: fresh ? [] : [{ ip: '203.0.113.7', source: 'votes', votes: 41 }],
    capabilities: ['eth/68', 'eth/69', 'eth/70', 'eth/71'],
    limits: {
      maxPeers,
      maxPendingInbound: 50,
      maxPendingOutbound: 50,
      dialRatio: 3,
      maxDialed: Math.floor(maxPeers / 3),
      maxInbound: maxPeers - Math.floor(maxPeers / 3),
    },
    peers: {
      total: rows.length,
      inbound,
      outbound: rows.length - inbound,
      static: rows.filter((row) => row.kind.static).length,
      trusted: rows.filter((row) => row.kind.trusted).length,
      dialing: broken ? 0 : 5,
      dialSlots: 16,
      waiting: fresh ? 0 : 118,
      known: fresh ? 4 : 2_318,
      stored: fresh ? 0 : 2_204,
    },
    nat: fresh
      ? {
          method: 'any',
          state: broken ? 'off' : 'searching',
          gateway: null,
          mappings: [],
          failure: null,
          nextTryAt: null,
        }
      : {
          method: 'any',
          state: 'partial',
          gateway: 'UPnP at 192.168.1.1',
          mappings: [
            { protocol: 'tcp', internalPort: 30303, externalPort: 30303, expiresAt: now + 14 * MINUTE },
          ],
          failure: { code: 'refused', message: 'The gateway refused the mapping of udp 30303' },
          nextTryAt: now + 4 * MINUTE,
        },
    clock: fresh ? null : { offsetMs: 40, samples: 38 },
  };
  const { phase } = status;
  const health =
    phase === 'running'
      ? makeHealth(status, fresh, now, makeChain(scenario, now))
      : makeStoppedHealth(scenario, phase);
  return { ...status, health };
}

/** What the node itself says while it does not run. */
const makeStoppedHealth = (
  scenario: StatusScenario,
  phase: Exclude<NodeStatus['phase'], 'running'>,
): readonly HealthCheck[] =>
  healthWhenStopped({
    phase,
    failure: FAILURES[scenario] ?? null,
    freePort: scenario === 'broken' ? { key: 'port', port: 30_304 } : undefined,
    port: 30_303,
    database: { nodes: 2_318, failure: undefined },
  });

/** The health list as the node derives it from the figures of the preview. */
function makeHealth(
  { limits, peers, external, nat, clock }: Omit<NodeStatus, 'health'>,
  fresh: boolean,
  now: number,
  chain: ChainView,
): readonly HealthCheck[] {
  const pings = (sent: number, answered: number) => ({
    proven: { sent, answered },
    first: { sent: fresh ? 4 : 310, answered: fresh ? 0 : 190 },
  });
  const table = fresh
    ? { entries: 0, live: 0, replacements: 0 }
    : { entries: 214, live: 187, replacements: 96 };
  return healthOf({
    running: true,
    electronVersion: undefined,
    uptimeMs: fresh ? 4_000 : 3 * DAY,
    now,
    demo: false,
    networkPresent: true,
    confined: false,
    tcpPort: 30_303,
    udpPort: 30_303,
    external,
    nat,
    clock,
    discoveryEnabled: true,
    protocols: (['v4', 'v5'] as const).map((protocol) => ({
      protocol,
      pings: fresh ? pings(0, 0) : pings(470, 451),
      table,
    })),
    peers,
    limits,
    noDial: false,
    staticNodes: 2,
    dynamicDials: true,
    arrivals: fresh ? { sessions: 0, newestAt: null } : { sessions: 61, newestAt: now - 4 * MINUTE },
    outsideContacts: fresh ? 0 : 74,
    database: { nodes: peers.known, failure: undefined },
    eventLoop: fresh ? undefined : { p99Ms: 11, maxMs: 42 },
    unknownFork: undefined,
    forkOverrides: [],
    chain,
  });
}

export function makeTraffic(scenario: Scenario): TrafficNow {
  if (scenario === 'empty' || scenario === 'broken') {
    return {
      bytesInPerSecond: 0,
      bytesOutPerSecond: 0,
      bytesInTotal: 0,
      bytesOutTotal: 0,
      packetsInPerSecond: scenario === 'broken' ? 0 : 0.4,
      packetsOutPerSecond: scenario === 'broken' ? 0 : 3.1,
    };
  }
  return {
    bytesInPerSecond: 214_000,
    bytesOutPerSecond: 96_000,
    bytesInTotal: 41.2e9,
    bytesOutTotal: 18.9e9,
    packetsInPerSecond: 22.4,
    packetsOutPerSecond: 25.7,
  };
}

export function makeSeries(scenario: Scenario, span: SeriesSpan, now: number): TrafficSeries {
  const dice = createDice(23);
  const samples = 140;
  const step = SERIES_SPANS[span] / samples;
  const still = scenario === 'empty' || scenario === 'broken';
  const line = (start: number, swing: number): number[] =>
    still ? Array.from({ length: samples }, () => 0) : walk(dice, samples, start, swing, start * 0.1);
  return {
    span,
    at: Array.from({ length: samples }, (_, at) => Math.round(now / 1_000 - (samples - 1 - at) * step)),
    bytesIn: line(190_000, 70_000),
    bytesOut: line(90_000, 45_000),
    packetsIn: line(18, 8),
    packetsOut: line(22, 6),
    peers: Array.from({ length: samples }, (_, at) => (still ? 0 : Math.round(26 + (11 * at) / samples))),
  };
}

export function makeEvents(scenario: Scenario, now: number): EventLine[] {
  if (scenario === 'empty') return [];
  const line = (
    seq: number,
    ago: number,
    event: Partial<EventLine> & { text: string; kind: string },
  ): EventLine => ({
    seq,
    at: now - ago * 1_000,
    tone: 'quiet',
    nodeId: null,
    nodeName: null,
    address: null,
    direction: null,
    endedBy: null,
    ...event,
  });
  const id = createDice(3).hex(64);
  if (scenario === 'broken') {
    const text = `Node could not start: ${PORT_IN_USE.message.replace(/\.$/, '')}`;
    return [
      line(1, 5, { kind: 'node-phase', text: 'Node is starting' }),
      line(2, 4, { kind: 'node-phase', text, tone: 'bad' }),
    ];
  }
  return [
    line(1, 640, { kind: 'node-phase', text: 'node started', tone: 'good' }),
    line(2, 300, {
      kind: 'peer-added',
      nodeName: 'besu/v26.8.0',
      text: 'peer added',
      tone: 'good',
      nodeId: id,
      direction: 'inbound',
    }),
    line(3, 53, {
      kind: 'peer-added',
      nodeName: 'archive-2',
      text: 'static node back after 41 s',
      tone: 'good',
      nodeId: id,
    }),
    line(4, 39, {
      kind: 'discovery-external-address',
      text: 'external IPv6 address lost its majority',
      tone: 'warning',
    }),
    line(5, 20, {
      kind: 'peer-dropped',
      nodeName: 'Geth/v1.16.7',
      text: 'peer dropped: subprotocol error',
      tone: 'bad',
      nodeId: id,
      endedBy: 'local',
    }),
    line(6, 11, { kind: 'discovery-lookup-done', text: 'lookup for own ID: 14 new nodes in 1.9 s' }),
    line(7, 2, {
      kind: 'dial-ended',
      address: '198.51.100.21:30303',
      text: 'dial ended: too many peers',
      endedBy: 'remote',
    }),
    line(8, 0, {
      kind: 'peer-added',
      nodeName: 'reth/v1.11.2',
      text: 'peer added',
      tone: 'good',
      nodeId: id,
      direction: 'outbound',
    }),
  ];
}

export function makeDials(scenario: Scenario): DialOutcome[] {
  if (scenario === 'empty' || scenario === 'broken') return [];
  return [
    { code: 'too-many-peers', count: 192, dialled: true },
    { code: 'timed-out', count: 62, dialled: true },
    { code: 'wrong-network', count: 25, dialled: true },
    { code: 'connection-refused', count: 16, dialled: true },
    { code: 'connected', count: 15, dialled: true },
    { code: 'already-connected', count: 48, dialled: false },
    { code: 'other-network', count: 12, dialled: false },
  ];
}

export function makeNodes(scenario: Scenario, now: number): NodeLists {
  const dice = createDice(53);
  const tooMany: PastOutcome = {
    at: now - 6 * MINUTE,
    code: 'too-many-peers',
    params: {},
    by: 'remote',
    stage: 'hello',
    message: null,
  };
  const refused: PastOutcome = {
    ...tooMany,
    at: now - 18 * MINUTE,
    code: 'connection-refused',
    stage: 'connect',
  };
  const lastEnds: Partial<Record<NodeListEntry['state']['state'], PastOutcome>> = {
    waiting: tooMany,
    refused,
  };
  const entry = (
    label: string | null,
    source: NodeListEntry['source'],
    state: NodeListEntry['state'],
  ): NodeListEntry => {
    const ip = address(dice);
    return {
      id: dice.hex(64),
      text: `enode://${dice.hex(128)}@${ip}:30303`,
      label,
      addedAt: now - dice.below(9 * DAY),
      source,
      host: ip,
      tcp: 30303,
      udp: 30303,
      state,
      client: state.state === 'connected' ? 'Geth/v1.17.8-stable/linux-amd64/go1.25' : null,
      lastEnd: state.action === 'net-restrict' ? null : (lastEnds[state.state] ?? null),
    };
  };
  const idle = { state: 'idle', message: null, nextTryAt: null, action: null } as const;
  const bootnodes = Array.from({ length: 4 }, (_, at) =>
    entry(null, 'network', {
      state: scenario === 'typical' && at !== 2 ? 'answering' : 'silent',
      message: null,
      nextTryAt: null,
      action: null,
    }),
  );
  if (scenario === 'empty' || scenario === 'broken') return { bootnodes, static: [], trusted: [] };
  const many = scenario === 'many' ? Array.from({ length: 9_990 }, () => entry(null, 'user', idle)) : [];
  return {
    bootnodes: [
      ...bootnodes,
      entry('my-boot', 'user', { state: 'answering', message: null, nextTryAt: null, action: null }),
    ],
    static: [
      entry('archive-1', 'user', { state: 'connected', message: null, nextTryAt: null, action: null }),
      entry('archive-2', 'user', { state: 'connected', message: null, nextTryAt: null, action: null }),
      entry('archive-3', 'user', {
        state: 'waiting',
        message: 'too many peers (ended by peer)',
        nextTryAt: now + 7 * MINUTE,
        action: null,
      }),
      entry(scenario === 'hostile' ? '<b>bold</b> \u202Eevil' : 'office', 'user', {
        state: 'refused',
        message: 'connection refused',
        nextTryAt: now + 12 * MINUTE,
        action: null,
      }),
      entry('lab', 'user', {
        state: 'refused',
        message: 'Its address is outside the networks of the setting “Allowed networks”',
        nextTryAt: null,
        action: 'net-restrict',
      }),
      entry(null, 'flag', { state: 'dialing', message: null, nextTryAt: null, action: null }),
      ...many,
    ],
    trusted: [
      entry('archive-1', 'user', { state: 'connected', message: null, nextTryAt: null, action: null }),
    ],
  };
}

const LOG_TEXTS = [
  ['debug', 'discovery', 'Pong does not match any ping', { ip: '198.51.100.77' }],
  ['debug', 'dialing', 'Candidate refused by policy', { reason: 'recently-dialled', ip: '203.0.113.90' }],
  ['info', 'server', 'Session opened', { client: 'reth/v1.11.2', direction: 'outbound' }],
  ['info', 'discovery', 'Lookup done', { target: '5f0e…c2a1', found: '16', ms: '1903' }],
  ['info', 'server', 'Session ended', { reason: 'too many peers', by: 'remote' }],
  ['warn', 'nat', 'Mapping was not renewed; next attempt in 4 min', {}],
  ['error', 'eth', 'Network ID mismatch in Status', { theirs: '11155111', ours: '1' }],
  [
    ...(['warn', 'discovery/dns', 'The node list could not be read; it is tried again in 30 min'] as const),
    {
      url: 'enrtree://AKA3AM6LPBYEUDMVNU3BSVQJ5AD45Y7YPOHJLEF6W26QOE4VTUDPE@all.mainnet.example.org',
      cause: 'The TXT record of LXC7N3HLKEYV4WOLJZV2FX7JAQ.all.mainnet.example.org has no valid signature',
    },
  ],
] as const;

export function makeLog(dice: Dice, seq: number, at: number, hostile: boolean): LogLine {
  const [level, module, message, fields] =
    dice.next() < 0.94 ? LOG_TEXTS[dice.below(5)]! : LOG_TEXTS[5 + dice.below(3)]!;
  return {
    seq,
    at,
    level,
    module,
    message: hostile ? `${message} <script>alert(1)</script>\r\nforged line \u202E` : message,
    fields,
  };
}

export function makeLogs(scenario: Scenario, now: number): LogLine[] {
  const dice = createDice(61);
  const count = scenario === 'many' ? 10_000 : scenario === 'empty' ? 0 : scenario === 'broken' ? 3 : 400;
  return Array.from({ length: count }, (_, at) =>
    makeLog(dice, at, now - (count - at) * 730, scenario === 'hostile'),
  );
}
