import { CAUSES } from '../../shared/causes/catalogue.ts';
import {
  WHY_SPANS,
  type WhyCause,
  type WhySpan,
  type WhyStatement,
  type WhyStep,
  type WhyStepName,
} from '../../shared/model/why.ts';
import { NO_PARAMS } from './next-step.ts';

/** The facts of our own node that the statements depend on. */
export interface WhyFacts {
  readonly running: boolean;
  readonly discoveryEnabled: boolean;
  /** Whether nodes that discovery finds are dialled. */
  readonly dynamicDials: boolean;
  readonly peers: { readonly total: number; readonly inbound: number; readonly outbound: number };
  readonly limits: { readonly maxPeers: number; readonly maxInbound: number; readonly maxDialed: number };
  /** Free dial slots; null while this node does not dial. */
  readonly freeSlots: number | null;
  /** The TCP port that is open; null when there is none. */
  readonly port: number | null;
  /** Milliseconds since the node started. */
  readonly uptimeMs: number;
  /** Whether a node connected from the internet in this run. */
  readonly isReachable: boolean;
  /** How far the clocks of other nodes are ahead of ours; null before enough of them were seen. */
  readonly clockOffsetMs: number | null;
}

/** The figures that the statements are about. */
export interface WhyFigures {
  readonly span: WhySpan;
  readonly steps: readonly WhyStep[];
  readonly focus: WhyStepName;
  /** Nodes that connected to us within the span and this run, and passed Hello. */
  readonly inbound: number;
  readonly facts: WhyFacts;
}

/** BOUNDED: a longer text would not be read. */
const MAX_STATEMENTS = 4;
/** Failed dials from which on it is significant that none succeeded. */
const MANY_DIALS = 10;
/** A larger clock offset makes the packets of other nodes invalid: their expiration is 20 s ahead (discovery v4). */
export const CLOCK_LIMIT_MS = 20_000;

/** What the figures mean: the state of our node, where nodes are lost and why, and inbound connections. */
export function statementsOf(figures: WhyFigures): WhyStatement[] {
  const statements = [...ownState(figures), ...lossOf(figures), ...inboundOf(figures)];
  return statements.slice(0, MAX_STATEMENTS);
}

/** Whether a clock offset makes the packets of other nodes invalid. */
export function isClockWrong(offsetMs: number | null): offsetMs is number {
  return offsetMs !== null && Math.abs(offsetMs) > CLOCK_LIMIT_MS;
}

const stepOf = ({ steps }: WhyFigures, name: WhyStepName): WhyStep | undefined =>
  steps.find(({ step }) => step === name);

function ownState(figures: WhyFigures): WhyStatement[] {
  const { facts, span } = figures;
  if (!facts.running) return [{ code: 'node-stopped', params: NO_PARAMS }];
  const statements: WhyStatement[] = [];
  if (isClockWrong(facts.clockOffsetMs)) {
    statements.push({ code: 'clock-wrong', params: { offsetMs: facts.clockOffsetMs } });
  }
  if (facts.peers.total >= facts.limits.maxPeers) {
    statements.push({ code: 'peer-slots-full', params: { limit: facts.limits.maxPeers } });
  }
  if ((stepOf(figures, 'found')?.reached ?? 0) === 0) {
    statements.push({
      code: 'none-found',
      params: { span, discovery: facts.discoveryEnabled ? 'on' : 'off' },
    });
  }
  return statements;
}

function lossOf(figures: WhyFigures): WhyStatement[] {
  const { steps, focus, span } = figures;
  const index = steps.findIndex(({ step }) => step === focus);
  const step = steps[index];
  const before = steps[index - 1];
  if (step === undefined || before === undefined || before.reached === 0) return [];
  const loss: WhyStatement = {
    code: 'loss',
    params: { span, passed: before.step, next: focus, reached: before.reached, lost: step.lost },
  };
  return step.lost === 0 ? [loss] : [loss, ...causesOf(step, figures)];
}

/** The main cause, and the most frequent one on our side where the main one is not. */
function causesOf(step: WhyStep, figures: WhyFigures): WhyStatement[] {
  const [main] = step.causes;
  if (main === undefined) return [];
  const statements = [causeStatement(main, step.lost)];
  const blocked = noConnection(step, figures);
  if (blocked !== undefined) statements.push(blocked);
  const ours = step.causes.find((cause) => CAUSES[cause.code].fault === 'ours' && cause !== main);
  if (ours !== undefined) statements.push(causeStatement(ours, step.lost));
  return statements;
}

const causeStatement = ({ code, count }: WhyCause, lost: number): WhyStatement => ({
  code: 'cause',
  params: { cause: code, count, lost },
});

function noConnection(step: WhyStep, figures: WhyFigures): WhyStatement | undefined {
  if (step.step !== 'encrypted' || step.reached > 0) return undefined;
  const dials = stepOf(figures, 'dialled')?.reached ?? 0;
  return dials < MANY_DIALS ? undefined : { code: 'no-connection', params: { dials } };
}

/** Inbound connections give peers too: they matter where dials fail and slots are free. */
function inboundOf({ inbound, facts, focus, span }: WhyFigures): WhyStatement[] {
  const { peers, limits, port } = facts;
  if (!facts.running || peers.total >= limits.maxPeers || port === null) return [];
  if (focus === 'bonded' || focus === 'record' || focus === 'fork') return [];
  if (inbound > 0 && peers.inbound >= limits.maxInbound) {
    return [{ code: 'inbound-slots-full', params: { limit: limits.maxInbound } }];
  }
  const since = facts.uptimeMs < WHY_SPANS[span] * 1_000 ? 'start' : span;
  const reachable = facts.isReachable ? 'yes' : 'not-seen';
  return [{ code: 'inbound', params: { nodes: inbound, since, reachable, port } }];
}
