import { bytesToHex } from '../base/bytes.ts';
import { enrToText } from '../node-record/enr.ts';
import { enodeUrlOf } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { EndFacts } from '../../shared/causes/facts.ts';
import type { PastOutcome } from '../../shared/model/peer.ts';
import type { RecordForkVerdict } from '../../shared/model/table.ts';
import {
  WHY_STEPS,
  type NextStep,
  type NodeTrace,
  type StepFact,
  type TraceStep,
  type WhyStepName,
} from '../../shared/model/why.ts';
import type { EndCause } from '../events/events.ts';
import { plainText } from '../events/plain-text.ts';
import { nextStepOf, NO_PARAMS, type NodeDialState } from './next-step.ts';
import { addressOf, STEP, type NodeProgress } from './node-progress.ts';
import type { ProgressState } from './node-progress-state.ts';

/** Earlier outcomes of a trace. BOUNDED: 10. */
const MAX_EARLIER = 10;

/** What a trace is made of. */
export interface TraceParts {
  readonly idHex: string;
  readonly isSelf: boolean;
  /** Undefined, with `state`, for a node that no source has reported. */
  readonly progress: NodeProgress | undefined;
  readonly state: ProgressState | undefined;
  /** The most complete version of the node that is known. */
  readonly node: Node | undefined;
  /** Unix milliseconds. */
  readonly now: number;
  readonly label: string | null;
  readonly kind: { readonly static: boolean; readonly trusted: boolean };
  readonly fork: RecordForkVerdict;
  readonly dialState: NodeDialState | undefined;
  readonly reputation: number;
  readonly earlier: readonly PastOutcome[];
}

/** All that is known of why one node is, or is not, a peer. */
export function traceOf(parts: TraceParts): NodeTrace {
  const { idHex, progress, state, node, kind, dialState } = parts;
  const name = progress?.name;
  return {
    id: idHex,
    name: parts.label ?? (name === undefined ? null : plainText(name)),
    address: addressIn(parts),
    enode: node?.ip === undefined && node?.hostname === undefined ? null : enodeUrlOf(node),
    enr: node?.record === undefined ? null : enrToText(node.record),
    kind,
    connected: progress?.connected ?? false,
    known: progress !== undefined,
    firstSeenAt: progress?.firstSeenAt ?? null,
    sources: progress?.sources ?? [],
    foundBy: progress?.findings.map((finding) => ({ ...finding })) ?? [],
    steps: WHY_STEPS.map((step) => stepOf(step, parts)),
    cause: causeOf(state),
    next: nextOf(parts),
    nextTryAt: dialState?.nextTryAt === undefined ? null : Math.round(dialState.nextTryAt),
    failuresInARow: Math.max(dialState?.failures ?? 0, progress?.failures ?? 0),
    reputation: parts.reputation,
    earlier: parts.earlier.slice(0, MAX_EARLIER),
  };
}

function addressIn({ node, progress }: TraceParts): string | null {
  return addressOf({ node, ip: progress?.ip, port: progress?.port ?? 0 });
}

function nextOf({ isSelf, now, state, dialState, kind, progress }: TraceParts): NextStep {
  if (isSelf) return { code: 'own-node', params: NO_PARAMS };
  if (state === undefined && kind.static) {
    return { code: dialState === undefined ? 'when-running' : 'in-queue', params: NO_PARAMS };
  }
  if (state === undefined) return { code: 'advice', params: { cause: 'not-known' } };
  const isListed = kind.static || kind.trusted;
  const direction = state.cause === undefined ? null : (progress?.last?.direction ?? null);
  return nextStepOf({ now, progress: state, dialState, isListed, direction });
}

function causeOf(state: ProgressState | undefined): NodeTrace['cause'] {
  if (state === undefined || state.state === 'connected' || state.state === 'connecting') return null;
  return {
    code: state.code,
    end: state.cause === undefined ? null : endFactsOf(state.cause),
    by: state.by,
    at: state.at,
    disconnectReason: state.cause?.disconnectReason ?? null,
  };
}

const endFactsOf = ({ code, params, by, stage }: EndCause): EndFacts => ({ code, params, by, stage });

function stepOf(step: WhyStepName, parts: TraceParts): TraceStep {
  const { progress, state } = parts;
  if (progress === undefined || state === undefined) return { step, state: 'open', at: null, seen: null };
  const index = STEP[step];
  const passedAt = passedAtOf(step, parts, progress);
  if (index <= state.reach) {
    return passedAt > 0
      ? { step, state: 'passed', at: passedAt, seen: FACTS[step](parts, progress) }
      : { step, state: 'skipped', at: null, seen: null };
  }
  if (index > state.reach + 1) return { step, state: 'open', at: null, seen: null };
  const seen: StepFact =
    state.cause === undefined
      ? { code: 'cause', params: { cause: state.code } }
      : { code: 'end', params: endFactsOf(state.cause) };
  return { step, state: state.state === 'stopped' ? 'stopped' : 'now', at: state.at, seen };
}

/** The fork ID is compared when the record is received. */
function passedAtOf(step: WhyStepName, { fork }: TraceParts, { passedAt }: NodeProgress): number {
  if (step === 'fork') return fork === 'ours' ? (passedAt[STEP.record] ?? 0) : 0;
  return passedAt[STEP[step]] ?? 0;
}

/** What was observed when a step was passed. */
const FACTS: Readonly<Record<WhyStepName, (parts: TraceParts, progress: NodeProgress) => StepFact | null>> = {
  found: (_, { sources, namedBy }) => {
    if (namedBy !== undefined) return { code: 'named-by', params: { id: namedBy } };
    return sources.length === 0 ? null : { code: 'sources', params: { sources } };
  },
  bonded: (_, { ip }) => (ip === undefined ? null : { code: 'answered-from', params: { ip } }),
  record: ({ node }) =>
    node?.record === undefined ? null : { code: 'record', params: { seq: String(node.seq) } },
  fork: ({ node, fork }) => {
    const forkId = node?.record?.eth;
    if (forkId === undefined) return null;
    return { code: 'fork-id', params: { hash: bytesToHex(forkId.hash), verdict: fork } };
  },
  dialled: (parts) => {
    const address = addressIn(parts);
    return address === null ? null : { code: 'address', params: { address } };
  },
  encrypted: (_, { current, last }) => directionFact((current ?? last)?.direction),
  hello: (_, { name }) => (name === undefined ? null : { code: 'client', params: { name: plainText(name) } }),
  status: (_, { detail }) => (detail === undefined ? null : { code: 'status', params: { status: detail } }),
  session: (_, { current }) => directionFact(current?.direction),
};

const directionFact = (direction: 'inbound' | 'outbound' | undefined): StepFact | null =>
  direction === undefined ? null : { code: 'direction', params: { direction } };
