import { causeSpec, isEndCode, type CauseCode } from '../../../shared/causes/catalogue.ts';
import type { EndFacts } from '../../../shared/causes/facts.ts';
import {
  WHY_STEPS,
  type NodeTrace,
  type StepFact,
  type TraceStep,
  type WhyNode,
  type WhySnapshot,
  type WhySpan,
  type WhyStatement,
  type WhyStep,
  type WhyStepName,
} from '../../../shared/model/why.ts';
import { address, CLIENTS, createDice, DAY, ended, MINUTE, type Scenario } from './fixture-data.ts';

/* The screen "Why no peer?": a funnel of thousands, 200 nodes, and a trace of every kind. */

type CauseRow = readonly [code: CauseCode, count: number];

const LOST: Readonly<Record<Exclude<WhyStepName, 'found'>, readonly CauseRow[]>> = {
  bonded: [
    ['silent', 861],
    ['not-asked', 55],
  ],
  record: [['no-record', 222]],
  fork: [
    ['other-network', 690],
    ['no-eth-entry', 71],
    ['stale-fork', 17],
  ],
  dialled: [
    ['waiting', 61],
    ['backing-off', 31],
  ],
  encrypted: [
    ['timed-out', 62],
    ['connection-refused', 16],
    ['auth-unanswered', 24],
    ['handshake-timeout', 7],
  ],
  hello: [
    ['too-many-peers', 9],
    ['unexpected-identity', 4],
  ],
  status: [
    ['too-many-peers', 118],
    ['no-shared-version', 5],
    ['disconnect-requested', 3],
    ['status-timeout', 1],
  ],
  session: [
    ['client-quitting', 14],
    ['read-timeout', 7],
    ['not-netrestricted', 3],
  ],
};
const NEVER_RETRIED: readonly CauseCode[] = [
  'other-network',
  'no-shared-version',
  'not-netrestricted',
  'no-eth-entry',
];

const scaleOf = (span: WhySpan): number => (span === '10m' ? 0.2 : span === '24h' ? 9 : 1);

function makeSteps(scenario: Scenario, span: WhySpan): readonly WhyStep[] {
  const none = scenario === 'empty' || scenario === 'broken';
  let reached = none ? 0 : Math.round(2_318 * scaleOf(span) * (scenario === 'many' ? 40 : 1));
  return WHY_STEPS.map((step) => {
    if (step === 'found' || none) return { step, reached, lost: 0, causes: [] };
    const factor = scaleOf(span) * (scenario === 'many' ? 40 : 1);
    const causes = LOST[step]
      .map(([code, count]) => ({ code, count: Math.round(count * factor) }))
      .filter(({ count }) => count > 0);
    const lost = causes.reduce((sum, { count }) => sum + count, 0);
    reached -= lost;
    return { step, reached, lost, causes };
  });
}

function makeStatements(steps: readonly WhyStep[], focus: WhyStepName, span: WhySpan): WhyStatement[] {
  const at = WHY_STEPS.indexOf(focus);
  const step = steps[at];
  const before = steps[at - 1];
  const main = step?.causes[0];
  if (step === undefined || before === undefined || main === undefined) return [];
  return [
    {
      code: 'loss',
      params: { span, passed: before.step, next: focus, reached: before.reached, lost: step.lost },
    },
    { code: 'cause', params: { cause: main.code, count: main.count, lost: step.lost } },
    { code: 'inbound', params: { nodes: 12, since: span, reachable: 'yes', port: 30_303 } },
  ];
}

/** The end of a connection; null for a cause of discovery or of the dial queue. */
const endOf = (code: CauseCode, by: WhyNode['by']): EndFacts | null => {
  if (!isEndCode(code) || by === null) return null;
  const params = { versions: 'eth/66, eth/67', count: 50, limit: 50 };
  return { code, params, by, stage: 'hello' };
};

function makeNodes(scenario: Scenario, now: number): readonly WhyNode[] {
  const dice = createDice(41);
  const rows = WHY_STEPS.slice(1).flatMap((step, at) =>
    LOST[step as Exclude<WhyStepName, 'found'>].map(([code]) => ({ step, from: WHY_STEPS[at]!, code })),
  );
  const weighted = rows.filter(({ step }) => step === 'status' || step === 'encrypted' || step === 'session');
  let ago = 20_000;
  return Array.from({ length: 200 }, (_, at) => {
    const { step, from, code } =
      at < 6 ? weighted[4]! : dice.next() < 0.75 ? dice.pick(weighted) : dice.pick(rows);
    const { fault, next } = causeSpec(code);
    ago += dice.below(40_000);
    const nextTryAt = NEVER_RETRIED.includes(code) ? null : now + 30_000 + dice.below(30 * MINUTE);
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
      by: fault === 'network' ? 'network' : step === 'bonded' ? null : fault === 'ours' ? 'local' : 'remote',
      at: now - ago,
      next:
        at === 0 || fault === 'ours'
          ? { code: 'advice', params: { cause: code } }
          : next !== undefined
            ? { code: 'expected', params: { cause: code } }
            : nextTryAt === null
              ? { code: 'found-again', params: {} }
              : { code: 'next-try', params: { at: nextTryAt } },
      nextTryAt,
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
    statements: none ? [] : makeStatements(steps, focus, span),
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
  const facts: Readonly<Partial<Record<WhyStepName, StepFact>>> = {
    found: { code: 'named-by', params: { id: `9c4e${'0'.repeat(56)}17fa` } },
    bonded: { code: 'answered-from', params: { ip: '198.51.100.21' } },
    record: { code: 'record', params: { seq: '1747000012' } },
    fork: { code: 'fork-id', params: { hash: '07c9462e', verdict: 'ours' } },
    dialled: { code: 'address', params: { address: node?.address ?? '198.51.100.21:30303' } },
    encrypted: { code: 'direction', params: { direction: 'outbound' } },
    hello: { code: 'client', params: { name: 'Geth/v1.17.8-stable/linux-amd64/go1.25' } },
    status: { code: 'status', params: { status: 'eth/69 · fork 07c9462e' } },
    session: { code: 'direction', params: { direction: 'outbound' } },
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
        seen:
          state === 'stopped' && node !== null
            ? { code: 'cause', params: { cause: node.code } }
            : state === 'passed'
              ? (facts[step] ?? null)
              : null,
      };
    }),
    cause:
      node === null
        ? null
        : {
            code: node.code,
            end: endOf(node.code, node.by),
            by: node.by,
            at: node.at,
            disconnectReason: node.by === 'remote' ? 'too many peers' : null,
          },
    next: node?.next ?? { code: isUnderWay ? 'connecting' : isConnected ? 'connected' : 'none', params: {} },
    nextTryAt: node?.nextTryAt ?? null,
    failuresInARow: node === null ? 0 : 4,
    reputation: node === null ? 0 : -2_048,
    earlier: isKnown
      ? [
          { at: now - 9 * MINUTE, code: 'too-many-peers', ...ended('remote') },
          { at: now - 22 * MINUTE, code: 'timed-out', ...ended('network') },
          { at: now - DAY, code: 'connected', by: null, direction: 'outbound' },
        ]
      : [],
  };
}
