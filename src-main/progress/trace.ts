import { formatSocketAddress } from '../base/ip.ts';
import { bytesToHex } from '../base/bytes.ts';
import { enrToText } from '../node-record/enr.ts';
import { enodeUrlOf } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { shortId } from '../../shared/format.ts';
import type { PastOutcome } from '../../shared/model/peer.ts';
import { WHY_STEPS, type NodeTrace, type TraceStep, type WhyStepName } from '../../shared/model/why.ts';
import type { NodeSource } from '../events/events.ts';
import { STEP, type NodeProgress } from './node-progress.ts';
import type { ForkVerdict, Stand } from './node-progress-state.ts';
import { plainText } from '../events/plain-text.ts';
import { whatNow, type DialOutlook } from './why-now.ts';
import { endSentence, wordsOf } from '../../shared/causes/sentences.ts';

/** Earlier outcomes that a trace names. BOUNDED: 10. */
const MAX_EARLIER = 10;

/** What a trace is made of. */
export interface TraceParts {
  readonly idHex: string;
  readonly isSelf: boolean;
  /** Undefined for a node that was never heard of, with `stand`. */
  readonly journey: NodeProgress | undefined;
  readonly stand: Stand | undefined;
  /** As the best of those who know it has it. */
  readonly node: Node | undefined;
  /** Unix milliseconds. */
  readonly now: number;
  readonly label: string | null;
  readonly kind: { readonly static: boolean; readonly trusted: boolean };
  readonly fork: ForkVerdict;
  readonly outlook: DialOutlook | undefined;
  readonly reputation: number;
  readonly earlier: readonly PastOutcome[];
}

/** All that is known of why one node is, or is not, a peer. */
export function traceOf(parts: TraceParts): NodeTrace {
  const { idHex, journey, stand, node, kind, outlook } = parts;
  const name = journey?.name;
  return {
    id: idHex,
    name: parts.label ?? (name === undefined ? null : plainText(name)),
    address: addressOf(parts),
    enode: node?.ip === undefined && node?.hostname === undefined ? null : enodeUrlOf(node),
    enr: node?.record === undefined ? null : enrToText(node.record),
    kind,
    connected: journey?.connected ?? false,
    known: journey !== undefined,
    firstSeenAt: journey?.firstSeenAt ?? null,
    sources: journey?.sources ?? [],
    foundBy: journey?.findings.map((finding) => ({ ...finding })) ?? [],
    steps: WHY_STEPS.map((step) => stepOf(step, parts)),
    cause: causeOf(stand),
    now: nowOf(parts),
    nextTryAt: outlook?.nextTryAt === undefined ? null : Math.round(outlook.nextTryAt),
    failuresInARow: Math.max(outlook?.failures ?? 0, journey?.failures ?? 0),
    reputation: parts.reputation,
    earlier: parts.earlier.slice(0, MAX_EARLIER),
  };
}

function addressOf({ node, journey }: TraceParts): string | null {
  const ip = node?.ip ?? journey?.ip;
  if (ip === undefined) return node?.hostname ?? null;
  const port = node === undefined || node.tcp === 0 ? (journey?.port ?? 0) : node.tcp;
  return port === 0 ? ip : formatSocketAddress({ ip, port });
}

function nowOf({ isSelf, now, stand, outlook, kind, journey }: TraceParts): string {
  if (isSelf) return 'This is our own node';
  if (stand === undefined && kind.static) {
    return outlook === undefined
      ? 'Dialled when this node runs'
      : 'Dialled when it reaches the head of the queue';
  }
  if (stand === undefined) return wordsOf('never-heard-of').advice ?? '';
  const isListed = kind.static || kind.trusted;
  const direction = stand.cause === undefined ? null : (journey?.last?.direction ?? null);
  return whatNow({ now, stand, outlook, isListed, direction });
}

function causeOf(stand: Stand | undefined): NodeTrace['cause'] {
  if (stand === undefined || stand.state === 'kept' || stand.state === 'under-way') return null;
  const { title, meaning, fault } = wordsOf(stand.code);
  return {
    code: stand.code,
    title,
    message: stand.cause === undefined ? meaning : endSentence(stand.cause),
    meaning,
    by: stand.by,
    fault,
    at: stand.at,
    disconnectReason: stand.cause?.disconnectReason ?? null,
  };
}

function stepOf(step: WhyStepName, parts: TraceParts): TraceStep {
  const { journey, stand } = parts;
  if (journey === undefined || stand === undefined) return { step, state: 'open', at: null, detail: null };
  const index = STEP[step];
  const passedAt = passedAtOf(step, parts, journey);
  if (index <= stand.reach) {
    return passedAt > 0
      ? { step, state: 'passed', at: passedAt, detail: DETAILS[step](parts, journey) }
      : { step, state: 'skipped', at: null, detail: null };
  }
  if (index > stand.reach + 1) return { step, state: 'open', at: null, detail: null };
  const { title } = wordsOf(stand.code);
  const state = stand.state === 'stopped' ? 'stopped' : 'now';
  return { step, state, at: stand.at, detail: stand.cause === undefined ? title : endSentence(stand.cause) };
}

/** The fork is judged when the record comes. */
function passedAtOf(step: WhyStepName, { fork }: TraceParts, { passedAt }: NodeProgress): number {
  if (step === 'fork') return fork === 'ours' ? (passedAt[STEP.record] ?? 0) : 0;
  return passedAt[STEP[step]] ?? 0;
}

const SOURCES: Readonly<Record<NodeSource, string>> = {
  v4: 'neighbors of another node',
  v5: 'nodes of another node',
  dns: 'DNS list',
  bootnode: 'list of bootnodes',
  static: 'static list',
  trusted: 'trusted list',
  inbound: 'it came to us',
  database: 'node database',
};

/** What was seen when a step was passed. */
const DETAILS: Readonly<Record<WhyStepName, (parts: TraceParts, journey: NodeProgress) => string | null>> = {
  found: (_, { sources, namedBy }) => {
    if (namedBy !== undefined) return `neighbors of ${shortId(namedBy)}`;
    return sources.map((source) => SOURCES[source]).join(', ') || null;
  },
  bonded: (_, { ip }) => (ip === undefined ? null : `answered from ${ip}`),
  record: ({ node }) => (node?.record === undefined ? null : `number ${String(node.seq)}`),
  fork: forkDetail,
  dialled: (parts) => addressOf(parts),
  encrypted: (_, { current, last }) => (current ?? last)?.direction ?? null,
  hello: (_, { name }) => (name === undefined ? null : plainText(name)),
  status: (_, { detail }) => detail ?? null,
  kept: (_, { current }) => current?.direction ?? null,
};

const FORKS: Readonly<Record<ForkVerdict, string>> = {
  ours: 'ours',
  other: 'of another chain',
  stale: 'out of date',
  unknown: 'unknown',
};

function forkDetail({ node, fork }: TraceParts): string | null {
  const forkId = node?.record?.eth;
  return forkId === undefined ? null : `fork ${bytesToHex(forkId.hash)}, ${FORKS[fork]}`;
}
