import {
  WHY_STEPS,
  type NodeTrace,
  type TraceStep,
  type WhyCause,
  type WhyNode,
  type WhySnapshot,
  type WhySpan,
  type WhyStep,
  type WhyStepName,
} from '../../../shared/model/why.ts';
import { address, CLIENTS, createDice, DAY, MINUTE, type Scenario } from './fixture-data.ts';

/* The screen "Why no peer?": a funnel of thousands, 200 nodes, and a trace of every kind. */

type CauseRow = readonly [
  code: string,
  title: string,
  count: number,
  fault: WhyCause['fault'],
  meaning: string,
];

const LOST: Readonly<Record<Exclude<WhyStepName, 'found'>, readonly CauseRow[]>> = {
  bonded: [
    [
      'silent',
      'No answer to our pings',
      861,
      'nobody',
      'Stale addresses are common: tables keep nodes that left long ago.',
    ],
    [
      'no-ping-back',
      'Never pinged back',
      55,
      'theirs',
      'It answered, but did not prove our endpoint: it may be behind a strict NAT.',
    ],
  ],
  record: [
    ['no-record', 'No answer to the record request', 190, 'theirs', 'Old clients do not know ENRRequest.'],
    ['bad-record', 'Record with a wrong signature', 3, 'theirs', 'It cannot be trusted.'],
    ['no-tcp', 'Record without a TCP port', 29, 'theirs', 'It serves discovery alone, as bootnodes do.'],
  ],
  fork: [
    [
      'wrong-fork',
      'Fork ID of another chain',
      690,
      'nobody',
      'Sepolia, BSC, Polygon and others share one discovery network.',
    ],
    ['no-eth-entry', 'Record without an eth entry', 71, 'nobody', 'A consensus client or a bootnode.'],
    ['stale-fork', 'Has not passed our newest fork', 17, 'theirs', 'Its operator has not updated.'],
  ],
  dialled: [
    ['waiting', 'Waits for a free slot', 61, 'nobody', 'Dials are made only while there is room.'],
    [
      'recently-dialled',
      'Dialled a short time ago',
      31,
      'nobody',
      'A node is dialled again after 30 s at the earliest.',
    ],
  ],
  encrypted: [
    [
      'dial-timeout',
      'Dial timed out',
      62,
      'way',
      'Nothing answered at its TCP port within 15 s: a firewall or a stale address.',
    ],
    ['dial-refused', 'Connection refused', 16, 'theirs', 'Nobody listens on its TCP port.'],
    [
      'closed-in-handshake',
      'Closed in silence after our auth',
      24,
      'theirs',
      'The key in its address may be old.',
    ],
    ['handshake-timeout', 'Handshake timed out', 7, 'way', 'TCP came about, the RLPx handshake did not.'],
  ],
  hello: [
    ['too-many-peers', 'Too many peers', 9, 'nobody', 'It said so instead of Hello.'],
    [
      'unexpected-identity',
      'Another node answered',
      4,
      'theirs',
      'Its Hello names another ID than the one dialled.',
    ],
  ],
  status: [
    ['too-many-peers', 'Too many peers', 118, 'nobody', 'All its slots are taken.'],
    ['useless-peer', 'No common eth version', 5, 'theirs', 'It speaks eth/66 and eth/67 only.'],
    ['requested', 'Requested', 3, 'theirs', 'It hung up without giving a cause.'],
    ['status-timeout', 'Status timed out', 1, 'way', 'No Status within 5 s.'],
  ],
  kept: [
    ['remote-quit', 'The peer quit', 14, 'nobody', 'It was shut down or restarted.'],
    ['read-timeout', 'Read timed out', 7, 'way', 'Nothing came for 30 s.'],
    [
      'netrestrict',
      'Outside of the allowed networks',
      3,
      'ours',
      'Your own setting "Allowed networks" keeps it out.',
    ],
  ],
};

const scaleOf = (span: WhySpan): number => (span === '10m' ? 0.2 : span === '24h' ? 9 : 1);
const NAME_TITLES = [
  'Found',
  'Bonded',
  'Record',
  'Our fork',
  'Dialled',
  'Encrypted',
  'Hello',
  'Status',
  'Kept',
];

function makeSteps(scenario: Scenario, span: WhySpan): readonly WhyStep[] {
  const none = scenario === 'empty' || scenario === 'broken';
  let reached = none ? 0 : Math.round(2_318 * scaleOf(span) * (scenario === 'many' ? 40 : 1));
  return WHY_STEPS.map((step) => {
    if (step === 'found' || none) return { step, reached, lost: 0, causes: [] };
    const factor = scaleOf(span) * (scenario === 'many' ? 40 : 1);
    const causes = LOST[step]
      .map(([code, title, count, fault, meaning]) => ({
        code,
        title: scenario === 'hostile' ? `${title} <i>\u202Ex</i>` : title,
        meaning,
        count: Math.round(count * factor),
        fault,
      }))
      .filter(({ count }) => count > 0);
    const lost = causes.reduce((sum, { count }) => sum + count, 0);
    reached -= lost;
    return { step, reached, lost, causes };
  });
}

const MEANINGS: Readonly<Partial<Record<WhyStepName, readonly string[]>>> = {
  status: [
    'Most of today’s nodes are full, and say so right after Hello.',
    '93% of these peers were full; nothing is wrong on this side.',
    'You gain peers fastest from inbound connections: your port is reachable and 12 came in today.',
  ],
  fork: [
    '89% belong to other chains, which share one discovery network with ours. That costs a record each and no dial.',
  ],
  encrypted: [
    '57% did not answer at their TCP port: stale addresses are common, and one node in ten of them answers a later dial.',
  ],
};
const NOW: Readonly<Record<string, string>> = {
  'useless-peer': 'It speaks eth/66, eth/67: nothing to do on this side',
  'wrong-fork': 'Not dialled: it belongs to another chain',
  netrestrict: 'Add its network to the setting Allowed networks',
  silent: 'Pinged again with the next refresh',
};

function makeNodes(scenario: Scenario, now: number): readonly WhyNode[] {
  const dice = createDice(41);
  const rows = WHY_STEPS.slice(1).flatMap((step, at) =>
    LOST[step as Exclude<WhyStepName, 'found'>].map((row) => ({ step, from: WHY_STEPS[at]!, row })),
  );
  const weighted = rows.filter(({ step }) => step === 'status' || step === 'encrypted' || step === 'kept');
  let ago = 20_000;
  return Array.from({ length: 200 }, (_, at) => {
    const { step, from, row } =
      at < 6 ? weighted[4]! : dice.next() < 0.75 ? dice.pick(weighted) : dice.pick(rows);
    const [code, title, , fault] = row;
    ago += dice.below(40_000);
    const retried = !['wrong-fork', 'useless-peer', 'netrestrict', 'no-eth-entry'].includes(code);
    const named =
      at === 0 ? 'archive-3' : dice.next() < 0.25 && WHY_STEPS.indexOf(step) > 6 ? dice.pick(CLIENTS) : null;
    return {
      id: dice.hex(64),
      name: scenario === 'hostile' ? dice.pick(['<b>x</b>', '\u202Eevil/v1', 'A'.repeat(200), null]) : named,
      address: `${address(dice)}:${dice.next() < 0.85 ? 30_303 : 30_311}`,
      kind: at === 0 ? 'static' : at === 3 ? 'trusted' : 'dynamic',
      direction: dice.next() < 0.2 ? 'inbound' : 'outbound',
      from,
      to: step,
      code,
      title,
      by: fault === 'way' ? 'network' : step === 'bonded' ? null : fault === 'ours' ? 'local' : 'remote',
      at: now - ago,
      now: at === 0 ? 'Ask its operator to trust you: copy your enode' : (NOW[code] ?? ''),
      nextTryAt: retried ? now + 30_000 + dice.below(30 * MINUTE) : null,
    };
  });
}

export function makeWhy(
  scenario: Scenario,
  now: number,
  span: WhySpan,
  step: WhyStepName | null,
  code: string | null,
): WhySnapshot {
  const steps = makeSteps(scenario, span);
  const none = scenario === 'empty' || scenario === 'broken';
  const focus = step ?? 'status';
  const all = none ? [] : makeNodes(scenario, now);
  const nodes = all.filter(
    (node) => (step === null || node.to === step) && (code === null || node.code === code),
  );
  const chosen = steps.filter((entry) => step === null || entry.step === step);
  const causes = chosen
    .flatMap((entry) => entry.causes)
    .filter((cause) => code === null || cause.code === code);
  return {
    span,
    steps,
    meaning: none
      ? []
      : (MEANINGS[focus] ?? [`${NAME_TITLES[WHY_STEPS.indexOf(focus)] ?? ''}: nothing unusual here.`]),
    focus,
    nodes,
    total: causes.reduce((sum, { count }) => sum + count, 0),
  };
}

/** The ID that a text names; that of an enode URL is made up here. */
export const idOf = (text: string): string =>
  /^[0-9a-f]{64}$/.test(text) ? text : (/[0-9a-f]{64}/.exec(text)?.[0] ?? 'f'.repeat(64));

/** A trace for a node of the list; of an ID that begins with a0 to a2 a connected, a dialled or an unknown one. */
export function makeTrace(scenario: Scenario, now: number, id: string): NodeTrace {
  const node = makeNodes(scenario, now).find((entry) => entry.id === id) ?? null;
  const dice = createDice(Number.parseInt(id.slice(0, 6), 16) || 5);
  const isConnected = id.startsWith('a0');
  const isUnderWay = id.startsWith('a1');
  const isKnown = node !== null || isConnected || isUnderWay;
  const stop = node === null ? (isConnected ? 9 : isUnderWay ? 5 : 0) : WHY_STEPS.indexOf(node.to);
  const details: Readonly<Partial<Record<WhyStepName, string>>> = {
    found: 'neighbors of 9c4e…17fa',
    bonded: 'round trip 38 ms',
    record: 'sequence 1,747,000,012 · eth, snap, ip, tcp, udp',
    fork: 'fork 07c9462e, ours',
    dialled: node?.address ?? '198.51.100.21:30303',
    encrypted: 'RLPx v5 in 92 ms',
    hello: 'Geth/v1.17.8-stable/linux-amd64/go1.25 · eth/68, eth/69, snap/1',
    status: 'eth/69 · fork 07c9462e · block 23,817,402',
    kept: 'for 3 h 12 min',
  };
  const stateOf = (step: WhyStepName, at: number): TraceStep['state'] => {
    if (node?.kind === 'static' && (step === 'bonded' || step === 'fork') && at < stop) return 'skipped';
    if (at < stop) return 'passed';
    if (at > stop || !isKnown) return 'open';
    return isUnderWay ? 'now' : isConnected ? 'passed' : 'stopped';
  };
  const key = dice.hex(128);
  return {
    id,
    name: node?.name ?? (isConnected ? CLIENTS[4] : null),
    address: node?.address ?? (isKnown ? '198.51.100.21:30303' : null),
    enode: isKnown ? `enode://${key}@${node?.address ?? '198.51.100.21:30303'}` : null,
    enr: isKnown ? `enr:-KO4Q${dice.hex(123)}` : null,
    kind: { static: node?.kind === 'static', trusted: node?.kind === 'trusted' },
    connected: isConnected,
    known: isKnown,
    firstSeenAt: isKnown ? now - 2 * DAY : null,
    sources: isKnown ? (node?.kind === 'static' ? ['static', 'v4'] : ['v4', 'v5', 'dns']) : [],
    steps: WHY_STEPS.map((step, at) => {
      const state = stateOf(step, at);
      const happened = state === 'passed' || state === 'stopped' || state === 'now';
      return {
        step,
        state,
        at: happened ? (node?.at ?? now) - (stop - at) * 4_000 : null,
        detail:
          state === 'stopped' ? (node?.title ?? null) : state === 'passed' ? (details[step] ?? null) : null,
      };
    }),
    cause:
      node === null
        ? null
        : {
            code: node.code,
            title: node.title,
            message:
              node.code === 'too-many-peers'
                ? 'It answered our Hello with a Disconnect: all its slots are taken.'
                : `${node.title}.`,
            meaning:
              'Most nodes are full. Being trusted by its operator, or being dialled by it, is the way in.',
            by: node.by,
            fault: node.code === 'netrestrict' ? 'ours' : node.by === 'network' ? 'way' : 'theirs',
            at: node.at,
            disconnectReason: node.by === 'remote' ? 'too many peers' : null,
          },
    now: node?.now ?? (isUnderWay ? 'Waiting for its Hello' : ''),
    nextTryAt: node?.nextTryAt ?? null,
    failuresInARow: node === null ? 0 : 4,
    reputation: node === null ? 0 : -2_048,
    earlier: isKnown
      ? [
          { at: now - 9 * MINUTE, code: 'too-many-peers', message: 'Too many peers', by: 'remote' },
          { at: now - 22 * MINUTE, code: 'dial-timeout', message: 'Dial timed out', by: 'network' },
          { at: now - DAY, code: 'connected', message: 'Session of 3 h 12 min', by: 'remote' },
        ]
      : [],
  };
}
