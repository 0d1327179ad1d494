import { describe, expect, test } from 'vitest';
import type { HealthCheck, NatStatus } from '../../../shared/model/node.ts';
import type { TableProtocol } from '../../../shared/model/table.ts';
import type { HealthFacts, ProtocolFacts } from '../../../src-main/health/health-facts.ts';
import { healthOf } from '../../../src-main/health/health.ts';
import { OutsideContacts } from '../../../src-main/health/outside-contacts.ts';
import { chainViewOf } from '../../support/chain-view.ts';

const NOW = 1_800_000_000_000;

const MAPPED: NatStatus = {
  method: 'any',
  state: 'mapped',
  gateway: 'UPnP at 192.168.1.1',
  mappings: [
    { protocol: 'tcp', internalPort: 30_303, externalPort: 30_303, expiresAt: NOW + 400_000 },
    { protocol: 'udp', internalPort: 30_303, externalPort: 30_304, expiresAt: NOW + 400_000 },
  ],
  failure: null,
  nextTryAt: null,
};

/** Facts of a discovery protocol with a full table; pings as [sent, answered]. */
function protocolFacts(
  protocol: TableProtocol,
  { proven = [0, 0], first = [0, 0] }: Partial<Record<'proven' | 'first', readonly [number, number]>>,
  table = { entries: 130, live: 112, replacements: 43 },
): ProtocolFacts {
  const figures = ([sent, answered]: readonly [number, number]) => ({ sent, answered });
  return { protocol, pings: { proven: figures(proven), first: figures(first) }, table };
}

const HEALTHY: HealthFacts = {
  running: true,
  uptimeMs: 3_600_000,
  now: NOW,
  demo: false,
  networkPresent: true,
  electronVersion: undefined,
  confined: false,
  tcpPort: 30303,
  udpPort: 30303,
  external: [{ ip: '81.2.69.142', source: 'votes', votes: 41 }],
  nat: MAPPED,
  clock: { offsetMs: 40, samples: 41 },
  discoveryEnabled: true,
  protocols: [protocolFacts('v4', { proven: [470, 450] }), protocolFacts('v5', { proven: [100, 90] })],
  peers: {
    total: 12,
    inbound: 4,
    outbound: 8,
    static: 0,
    trusted: 0,
    dialing: 0,
    dialSlots: 8,
    waiting: 0,
    ...{ known: 1_240, stored: 1_100 },
  },
  limits: {
    maxPeers: 50,
    maxPendingInbound: 50,
    maxPendingOutbound: 50,
    dialRatio: 3,
    maxDialed: 16,
    maxInbound: 34,
  },
  noDial: false,
  staticNodes: 0,
  dynamicDials: true,
  arrivals: { sessions: 12, newestAt: NOW - 240_000 },
  outsideContacts: 15,
  database: { nodes: 1_240, failure: undefined },
  eventLoop: { p99Ms: 4.2, maxMs: 31 },
  unknownFork: undefined,
  forkOverrides: [],
  chain: chainViewOf(),
};

/** A table in which most nodes are not live. */
const SPARSE = { entries: 30, live: 3, replacements: 0 };
const EMPTY = { entries: 0, live: 0, replacements: 0 };

/** Long after the start, without any peer or packet. */
const NO_PEERS: HealthFacts = {
  ...HEALTHY,
  external: [],
  nat: { ...MAPPED, state: 'off', gateway: null, mappings: [], method: 'none' },
  clock: null,
  protocols: [protocolFacts('v4', {}, EMPTY), protocolFacts('v5', {}, EMPTY)],
  peers: { ...HEALTHY.peers, total: 0, inbound: 0, outbound: 0, known: 0 },
  arrivals: { sessions: 0, newestAt: null },
  outsideContacts: 0,
};

const check = (id: string, change: Partial<HealthFacts> = {}, from = HEALTHY): HealthCheck =>
  healthOf({ ...from, ...change }).find((candidate) => candidate.id === id)!;

/** IDs of the checks that are a warning or an error. */
const warnings = (facts: HealthFacts): string[] =>
  healthOf(facts)
    .filter(({ state }) => state === 'warning' || state === 'bad')
    .map(({ id }) => id);

describe('the health list', () => {
  test('has only good checks for a healthy node, with their evidence', () => {
    expect(healthOf(HEALTHY).map(({ title, state, evidence }) => [title, state, evidence])).toEqual([
      ['Port 30303 reachable', 'good', '15 inbound connections'],
      ['Ports mapped by the gateway', 'good', 'UPnP at 192.168.1.1 · tcp 30303, udp 30304'],
      ['External address confirmed', 'good', '81.2.69.142 · 41 votes'],
      ['Clock', 'good', '±0.0 s against 41 nodes'],
      [
        'Discovery v4 works',
        'good',
        '96% of pings to known nodes answered, last 10 min; 112 of 130 table nodes live',
      ],
      [
        'Discovery v5 works',
        'good',
        '90% of pings to known nodes answered, last 10 min; 112 of 130 table nodes live',
      ],
      ['Inbound peers', 'good', '4 of 34 slots'],
      ['Outbound peers', 'good', '8 of 16 slots'],
      ['Chain source: none', 'good', 'peers that synchronise get no blocks and leave'],
      ['Database', 'good', '1,240 nodes known'],
      ['Event loop', 'good', 'delay 4.2 ms p99, 31 ms max'],
    ]);
  });

  test('has no checks while the node is stopped', () => {
    expect(healthOf({ ...HEALTHY, running: false })).toEqual([]);
  });

  test('gives no warning of missing figures soon after the start', () => {
    expect(warnings({ ...NO_PEERS, uptimeMs: 5_000 })).toEqual([]);
    expect(warnings(NO_PEERS)).toEqual([
      'inbound',
      'external-address',
      'discovery-v4',
      'discovery-v5',
      'peers-out',
    ]);
    for (const { state, advice } of healthOf(NO_PEERS))
      if (state === 'warning' || state === 'bad') expect(advice).toMatch(/^[A-Z].*\.$/);
  });

  test.each([
    ['--nodiscover without static nodes', { discoveryEnabled: false }],
    ['--nodial', { noDial: true, discoveryEnabled: false }],
    [
      'a limit of one peer',
      { discoveryEnabled: false, limits: { ...HEALTHY.limits, maxPeers: 1, maxDialed: 1, maxInbound: 0 } },
    ],
    [
      'a limit of no peers',
      { discoveryEnabled: false, limits: { ...HEALTHY.limits, maxPeers: 0, maxDialed: 0, maxInbound: 0 } },
    ],
  ])('has no warning for %s when the node allows only some networks', (_what, change) => {
    expect(warnings({ ...NO_PEERS, confined: true, ...change })).toEqual([]);
  });

  test('has no clock check without discovery v4', () => {
    expect(check('clock', { clock: null, discoveryEnabled: false })).toBeUndefined();
    expect(check('clock', { clock: null })).toMatchObject({ state: 'pending' });
    expect(check('clock', { clock: null, protocols: [protocolFacts('v5', {})] })).toBeUndefined();
  });
});

describe('the check of the port', () => {
  test('does not require internet connections of the demo, or of a node that allows only some networks', () => {
    for (const change of [{ demo: true }, { confined: true }]) {
      expect(check('inbound', { ...change, outsideContacts: 0 })).toMatchObject({
        state: 'good',
        title: 'Port 30303 accepts connections',
      });
      expect(check('inbound', change, NO_PEERS)).toMatchObject({ state: 'pending' });
    }
  });

  test('does not count peers of the local network as internet peers', () => {
    expect(check('inbound', { outsideContacts: 0 })).toMatchObject({
      state: 'warning',
      evidence: 'inbound peers from the local network only',
    });
  });

  test('gives advice that depends on the port mapping', () => {
    expect(check('inbound', {}, NO_PEERS).advice).toContain('Forward TCP and UDP port 30303');
    expect(check('inbound', { nat: MAPPED }, NO_PEERS).advice).toContain('The gateway forwards port 30303');
  });

  test('counts only connections from the internet', () => {
    const contacts = new OutsideContacts();
    const passed = {
      type: 'connection/passed',
      idHex: 'a',
      direction: 'inbound',
      stage: 'encryption',
    } as const;
    for (const ip of ['127.0.0.1', '192.168.1.9', 'fd00::1']) contacts.apply({ ...passed, ip }, NOW);
    contacts.apply({ ...passed, ip: '81.2.69.1', direction: 'outbound' }, NOW);
    contacts.apply({ ...passed, ip: '81.2.69.1', stage: 'hello' }, NOW);
    expect(contacts.count).toBe(0);
    contacts.apply({ ...passed, ip: '81.2.69.1' }, NOW);
    expect(contacts.count).toBe(1);
  });
});

describe('the check of the gateway', () => {
  const failed: NatStatus = {
    ...MAPPED,
    state: 'failed',
    gateway: null,
    mappings: [],
    failure: { code: 'no-gateway', message: 'No UPnP gateway answers in the local network.' },
    nextTryAt: NOW + 240_000,
  };

  test('has the time of the next attempt and advice', () => {
    expect(check('nat', { nat: failed }, NO_PEERS)).toEqual({
      id: 'nat',
      state: 'warning',
      title: 'No gateway maps the ports',
      evidence: 'No UPnP gateway answers in the local network, next attempt in 4 min',
      advice: 'Turn on UPnP or NAT-PMP in the router, or forward TCP and UDP port 30303 manually.',
    });
    expect(check('nat', { nat: failed, uptimeMs: 10_000 }, NO_PEERS)).toMatchObject({ state: 'pending' });
  });

  test('is good without a gateway when the port is reachable, unless the setting names a method', () => {
    expect(check('nat', { nat: failed })).toMatchObject({ state: 'good', title: 'No port mapping needed' });
    const external = [{ ip: '81.2.69.142', source: 'interface' as const, votes: 0 }];
    expect(check('nat', { nat: failed, external }, NO_PEERS)).toMatchObject({ state: 'good' });
    expect(check('nat', { nat: { ...failed, method: 'upnp' } })).toMatchObject({ state: 'warning' });
  });

  test('warns of an unmapped port and of a second router', () => {
    const partial: NatStatus = {
      ...MAPPED,
      state: 'partial',
      failure: { code: 'no-gateway', message: 'The gateway has no free ports.' },
      nextTryAt: NOW + 60_000,
    };
    expect(check('nat', { nat: partial })).toMatchObject({
      state: 'warning',
      title: 'One port is not mapped',
    });
    const nat: NatStatus = {
      ...MAPPED,
      failure: { code: 'no-gateway', message: 'The external address 10.0.0.2 is not public.' },
    };
    expect(check('nat', { nat })).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('outer router') as string,
    });
  });

  test('reports why no gateway is queried, and the state of a STUN server', () => {
    const off: NatStatus = {
      ...failed,
      state: 'off',
      failure: { code: 'no-gateway', message: 'The node listens on loopback only: no gateway is queried.' },
    };
    expect(check('nat', { nat: off })).toMatchObject({
      state: 'good',
      evidence: 'The node listens on loopback only: no gateway is queried',
    });
    const stun: NatStatus = { ...off, method: 'stun:81.2.69.1:3478', state: 'known', failure: null };
    expect(check('nat', { nat: stun })).toMatchObject({ state: 'good', evidence: 'stun:81.2.69.1:3478' });
    expect(
      check('nat', {
        nat: { ...stun, state: 'failed', failure: { code: 'no-gateway', message: 'No response.' } },
      }),
    ).toMatchObject({
      title: 'No response from the STUN server',
    });
    expect(
      check('nat', { nat: { ...stun, failure: { code: 'no-gateway', message: 'No response.' } } }),
    ).toMatchObject({ state: 'warning' });
    expect(check('nat', { nat: { ...stun, state: 'searching' } })).toMatchObject({ state: 'pending' });
  });
});

describe('the check of the address', () => {
  test.each([
    ['flag', 0, 'External address', '81.2.69.142 · set by the setting NAT'],
    ['nat', 0, 'External address', '81.2.69.142 · from the gateway'],
    ['nat', 11, 'External address confirmed', '81.2.69.142 · from the gateway, 11 votes'],
    ['stun', 0, 'External address', '81.2.69.142 · from the STUN server'],
    ['interface', 0, 'External address', '81.2.69.142 · this machine’s own address'],
  ] as const)('names the source %s with %i votes', (source, votes, title, evidence) => {
    const external = [{ ip: '81.2.69.142', source, votes }];
    expect(check('external-address', { external })).toMatchObject({ state: 'good', title, evidence });
  });
});

describe('the check of the clock', () => {
  test.each([
    [-4_000, 'good', 'Clock', '+4.0 s against 41 nodes'],
    [4_000, 'good', 'Clock', '−4.0 s against 41 nodes'],
    [9_000, 'warning', 'Clock is off', '9.0 s behind 41 nodes'],
    [-20_000, 'warning', 'Clock is off', '20 s ahead of 41 nodes'],
    [21_000, 'bad', 'Clock is wrong', '21 s behind 41 nodes'],
    [-7_200_000, 'bad', 'Clock is wrong', '2 h ahead of 41 nodes'],
  ])('for a clock that is %i ms behind the other nodes', (offsetMs, state, title, evidence) => {
    expect(check('clock', { clock: { offsetMs, samples: 41 } })).toMatchObject({ state, title, evidence });
  });

  test('is the advice of a discovery check without responses', () => {
    const protocols = [protocolFacts('v4', { proven: [20, 0] })];
    expect(check('discovery-v4', { clock: null, protocols }).advice).toContain(
      'the clock of this machine is correct',
    );
    const clock = { offsetMs: 90_000, samples: 7 };
    expect(check('discovery-v4', { clock, protocols }).advice).toBe(
      'The clock is the likely cause: correct it first.',
    );
  });
});

describe('the checks of peers', () => {
  test('are separate for the two directions', () => {
    const peers = { ...HEALTHY.peers, total: 4, outbound: 0 };
    expect(check('peers-in', { peers })).toMatchObject({ state: 'good', evidence: '4 of 34 slots' });
    expect(check('peers-out', { peers })).toMatchObject({ state: 'warning', title: 'No outbound peers yet' });
  });

  test('are good when inbound peers take all slots', () => {
    const peers = { ...HEALTHY.peers, total: 50, inbound: 50, outbound: 0 };
    expect(check('peers-out', { peers })).toMatchObject({ state: 'good', title: 'All peer slots are taken' });
  });

  test('refer to the static nodes when there is nothing else to dial', () => {
    expect(check('peers-out', { dynamicDials: false, staticNodes: 2 }, NO_PEERS).advice).toContain(
      'static node',
    );
    expect(check('peers-out', { dynamicDials: false }, NO_PEERS)).toMatchObject({
      state: 'pending',
      title: 'No nodes to dial',
    });
  });

  test('include earlier inbound sessions', () => {
    const peers = { ...HEALTHY.peers, inbound: 0 };
    expect(check('peers-in', { peers })).toMatchObject({ state: 'good', evidence: '12 since start' });
  });
});

describe('the other checks', () => {
  test.each([
    [
      'few responses',
      protocolFacts('v4', { proven: [100, 20] }, SPARSE),
      'warning',
      'Discovery v4 gets few responses',
    ],
    ['no responses', protocolFacts('v4', { proven: [100, 0] }), 'bad', 'Discovery v4 gets no responses'],
    [
      'no responses to first pings',
      protocolFacts('v4', { first: [4, 0] }, EMPTY),
      'bad',
      'Discovery v4 gets no responses',
    ],
    ['no nodes to query', protocolFacts('v4', {}, EMPTY), 'warning', 'Discovery v4 has no nodes to query'],
    [
      'a response to one of few first pings',
      protocolFacts('v4', { first: [9, 1] }, EMPTY),
      'good',
      'Discovery v4 works',
    ],
    [
      'a few lost pings',
      protocolFacts('v4', { proven: [2, 0], first: [5, 4] }),
      'good',
      'Discovery v4 works',
    ],
    [
      'responses to half of the pings',
      protocolFacts('v4', { proven: [10, 5], first: [900, 0] }),
      'good',
      'Discovery v4 works',
    ],
    [
      'few responses with a live table',
      protocolFacts('v4', { proven: [100, 13] }),
      'good',
      'Discovery v4 works',
    ],
    [
      'hardly any response with a live table',
      protocolFacts('v4', { proven: [100, 1] }),
      'bad',
      'Discovery v4 gets no responses',
    ],
  ] as const)('derive the state of discovery from its pings: %s', (_, own, state, title) => {
    const facts = { ...NO_PEERS, protocols: [own] };
    expect(check('discovery-v4', {}, facts)).toMatchObject({ state, title });
    if (state !== 'good') {
      expect(check('discovery-v4', { uptimeMs: 1_000 }, facts)).toMatchObject({ state: 'pending' });
      expect(check('discovery-v4', {}, facts).advice).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('are separate for v4 and v5, and do not advise on the firewall when one of them works', () => {
    const protocols = [
      protocolFacts('v4', { proven: [50, 48] }),
      protocolFacts('v5', { first: [12, 0] }, EMPTY),
    ];
    expect(check('discovery-v4', { protocols })).toMatchObject({ state: 'good' });
    expect(check('discovery-v5', { protocols })).toMatchObject({
      state: 'warning',
      title: 'Discovery v5 gets no responses',
      evidence: '0 of 12 pings answered',
      advice: expect.stringContaining('may not support v5') as string,
    });
    const both = [protocolFacts('v4', { proven: [50, 0] }), protocolFacts('v5', { first: [12, 0] }, EMPTY)];
    for (const id of ['discovery-v4', 'discovery-v5'])
      expect(check(id, { protocols: both })).toMatchObject({ state: 'bad' });
  });

  test('report that discovery is off, with and without DNS node lists', () => {
    expect(check('discovery', { discoveryEnabled: false })).toMatchObject({ title: 'Discovery is off' });
    expect(check('discovery', { protocols: [] })).toMatchObject({
      ...{ state: 'good', title: 'Discovery is off', evidence: 'only DNS node lists are used, by setting' },
    });
    expect(warnings({ ...NO_PEERS, confined: true, protocols: [] })).toEqual(['peers-out']);
  });

  test('name settings, not flags', () => {
    const lines = [HEALTHY, NO_PEERS, { ...NO_PEERS, networkPresent: false, noDial: true }].flatMap(healthOf);
    for (const { title, evidence, advice } of lines)
      expect([title, evidence, advice ?? ''].join(' ')).not.toMatch(/--[a-z]/);
  });

  test('report that the machine has no network, and offer the demo', () => {
    expect(check('network', { networkPresent: false })).toMatchObject({
      state: 'bad',
      advice: expect.stringContaining('demo') as string,
    });
    expect(check('network', { networkPresent: false, demo: true })).toBeUndefined();
  });

  test('name the fault of the disk, with advice', () => {
    const failure = 'settings.json cannot be saved: the disk is full';
    expect(check('database', { database: { nodes: 0, failure, diskFault: 'disk-full' } })).toEqual({
      id: 'database',
      state: 'bad',
      title: 'Disk is full',
      evidence: failure,
      advice: 'Free disk space. Writing resumes automatically.',
    });
  });

  test('report what a recovery kept, and the path of the damaged files', () => {
    const recovery = {
      damage: '000005.ldb is missing',
      kept: 'Kept: 1 ban, 0 past sessions, 12 nodes',
      copy: '/data/database.damaged-2026-11-28T18-00-00Z',
      replaced: false,
    };
    const database = { nodes: 12, failure: undefined, recovery, copies: { count: 1, bytes: 2_000 } };
    expect(check('database', { database })).toEqual({
      id: 'database',
      state: 'warning',
      title: 'Database was damaged and repaired',
      evidence: '000005.ldb is missing. Kept: 1 ban, 0 past sessions, 12 nodes',
      advice: `The damaged files are in ${recovery.copy}. Delete them if nothing is missing.`,
    });
    expect(check('database', { database: { ...database, recovery: undefined } })).toMatchObject({
      state: 'good',
      evidence: '12 nodes known; 1 damaged copy kept (2.0 kB)',
    });
    const copies = { count: 10, bytes: 5_000_000 };
    expect(check('database', { database: { ...database, recovery: undefined, copies } })).toMatchObject({
      state: 'warning',
      evidence: '12 nodes known; 10 damaged copies kept (5.0 MB)',
    });
    const replaced = { ...recovery, kept: 'Kept: 0 bans', replaced: true };
    expect(check('database', { database: { ...database, recovery: replaced } })).toMatchObject({
      state: 'bad',
      title: 'Database could not be repaired and was replaced by an empty one',
      advice: `The damaged files are in ${recovery.copy}. Check the disk.`,
    });
  });

  test('warn before a disk is full, with its free space and the folder', () => {
    const database = { nodes: 12, failure: undefined };
    expect(check('disk-space')).toBeUndefined();
    const low = { folder: '/srv/enodeck', freeBytes: 734_000_000, level: 'low' } as const;
    expect(check('disk-space', { database: { ...database, space: low } })).toEqual({
      id: 'disk-space',
      state: 'warning',
      title: 'Disk has little space left',
      evidence: '734 MB free on the disk of /srv/enodeck',
      advice: expect.stringContaining('Free disk space') as string,
    });
    const critical = { ...low, freeBytes: 80_000_000, level: 'critical' } as const;
    expect(check('disk-space', { database: { ...database, space: critical } })).toMatchObject({
      state: 'bad',
      title: 'Disk is nearly full',
    });
  });

  test('report that the database cannot be written', () => {
    expect(check('database', { database: { nodes: 0, failure: 'disk full' } })).toMatchObject({
      state: 'bad',
      evidence: 'disk full',
    });
  });

  test('report a slow event loop', () => {
    expect(check('event-loop', { eventLoop: { p99Ms: 80, maxMs: 400 } })).toMatchObject({ state: 'warning' });
    expect(check('event-loop', { eventLoop: { p99Ms: 300, maxMs: 400 } })).toMatchObject({ state: 'bad' });
    expect(check('event-loop', { eventLoop: undefined })).toMatchObject({ state: 'pending' });
  });
});
