import { codeOf, type CauseCode } from '../../shared/causes/catalogue.ts';
import { isLastingRefusal } from '../causes/policy.ts';
import type { EndCause, EndedBy } from '../events/events.ts';
import { STEP, type Attempt, type NodeProgress, type PastAttempt } from './node-progress.ts';

/** The chain of a node's record against ours; `unknown` where the record names none. */
export type ForkVerdict = 'ours' | 'other' | 'unknown' | 'stale';

/** An answer to our ping proves an address for this long, milliseconds (discovery v4, "Endpoint Proof"). */
const PROOF_LIFETIME_MS = 24 * 3_600_000;

/** How far a node got, and why no further. */
export interface Stand {
  /** Index of the last step that it passed: counted as having passed all before it as well. */
  readonly reach: number;
  /** As `codeOf` gives it; `connected` for a peer. */
  readonly code: CauseCode;
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: EndedBy | null;
  /** The end of its last connection, where that is why. */
  readonly cause: EndCause | undefined;
  /** Over for now, under way, or waiting for us. */
  readonly state: 'kept' | 'stopped' | 'under-way' | 'waiting';
}

/** What a judgement asks of the world, besides the journey. */
export interface StandView {
  /** Unix milliseconds. */
  readonly now: number;
  /** Connections that ended before this do not count. */
  readonly since: number;
  readonly isStatic: (idHex: string) => boolean;
  readonly forkOf: (journey: NodeProgress) => ForkVerdict;
  /** Fork hashes, 8 hex digits, that enough nodes of our chain are on and this version does not know. */
  readonly unknownForks: ReadonlySet<string>;
  readonly expiredAt: (ip: string) => number;
  /** Whether our clock differs so much from that of the others that their packets count as expired. */
  readonly clockIsWrong: boolean;
  /** Whether it is wrong and behind: then others take our packets for expired, and answer none of them. */
  readonly clockIsBehind: boolean;
  /** Why no node that fits is dialled now; undefined when it is its turn that it waits for. */
  readonly noDial: 'not-running' | 'dials-off' | 'no-free-slot' | undefined;
}

/** What holds a node up whose fork this version does not know, while others are on it too. */
const UNKNOWN_FORK = 'unknown-fork';

const FORK_STOPS = {
  other: 'other-network',
  stale: 'stale-fork',
  unknown: 'no-eth-entry',
} as const satisfies Record<Exclude<ForkVerdict, 'ours'>, CauseCode>;

/** Judges one journey: by its session, else by its last connection within the span, else by what discovery knows. */
export function standOf(journey: NodeProgress, view: StandView): Stand {
  const { current } = journey;
  if (current?.session === true) return ofSession(current, journey);
  const last = (journey.last?.endedAt ?? 0) >= view.since ? journey.last : undefined;
  if (current !== undefined && (last === undefined || current.reach > last.reach)) {
    const { reach, startedAt } = current;
    return { reach, code: 'connecting', at: startedAt, by: null, cause: undefined, state: 'under-way' };
  }
  return last === undefined ? ofDiscovery(journey, view) : ofPast(last, journey, view);
}

function ofSession(current: Attempt, journey: NodeProgress): Stand {
  const kept = current.reach >= STEP.status;
  return {
    reach: kept ? STEP.kept : current.reach,
    code: kept ? 'connected' : 'shaking-hands',
    at: kept ? (journey.passedAt[STEP.kept] ?? 0) : current.startedAt,
    by: null,
    cause: undefined,
    state: kept ? 'kept' : 'under-way',
  };
}

function ofPast({ reach, cause, endedAt }: PastAttempt, journey: NodeProgress, view: StandView): Stand {
  const { statusForkHash } = journey;
  const isUnknown = statusForkHash !== undefined && view.unknownForks.has(statusForkHash);
  // Whose fault an end because of the fork is depends on whether other nodes follow that fork.
  if (isUnknown && (cause.code === 'wrong-fork' || cause.code === 'fork-refused')) {
    return { reach, code: UNKNOWN_FORK, at: endedAt, by: cause.by, cause, state: 'stopped' };
  }
  return { reach, code: codeOf(cause), at: endedAt, by: cause.by, cause, state: 'stopped' };
}

/** Step by step: each asks for the one before it. */
function ofDiscovery(journey: NodeProgress, view: StandView): Stand {
  const { refusal, refusedAt, silentAt } = journey;
  if (refusal !== undefined && refusedAt >= Math.max(silentAt, view.since)) {
    if (refusal === 'other-network')
      return stopped(STEP.record, unknownForkOf(journey, view) ?? refusal, refusedAt, 'local');
    if (isLastingRefusal(refusal)) return stopped(STEP.fork, refusal, refusedAt, 'local');
  }
  if (view.isStatic(journey.idHex)) return atTheDoor(journey, view, true);
  return beforeBond(journey, view) ?? ofRecord(journey, view) ?? atTheDoor(journey, view, false);
}

function beforeBond(journey: NodeProgress, view: StandView): Stand | undefined {
  const bondedAt = journey.passedAt[STEP.bonded] ?? 0;
  const { silentAt, node, ip } = journey;
  if (silentAt > bondedAt) {
    const isExpired = view.clockIsWrong && ip !== undefined && view.expiredAt(ip) > 0;
    const isOurs = view.clockIsBehind || isExpired;
    return isOurs
      ? stopped(STEP.found, 'clock', silentAt, 'local')
      : stopped(STEP.found, 'silent', silentAt, null);
  }
  if (bondedAt > view.now - PROOF_LIFETIME_MS) return undefined;
  const isNowhere = node !== undefined && node.ip === undefined && node.hostname === undefined;
  if (isNowhere) return stopped(STEP.found, 'no-address', journey.touchedAt, null);
  return waits(STEP.found, 'not-asked', journey.touchedAt);
}

function ofRecord(journey: NodeProgress, view: StandView): Stand | undefined {
  if (journey.forkKey === undefined) {
    return waits(STEP.bonded, 'no-record', journey.passedAt[STEP.bonded] ?? 0);
  }
  const fork = view.forkOf(journey);
  if (fork === 'ours') return undefined;
  const unknown = fork === 'other' ? unknownForkOf(journey, view) : undefined;
  return stopped(STEP.record, unknown ?? FORK_STOPS[fork], recordAt(journey), null);
}

/** `forkKey` begins with the hash. */
function unknownForkOf(
  { forkKey }: NodeProgress,
  { unknownForks }: StandView,
): typeof UNKNOWN_FORK | undefined {
  const hash = forkKey?.split(' ')[0] ?? '';
  return unknownForks.has(hash) ? UNKNOWN_FORK : undefined;
}

/** A static node is dialled whatever dials of other nodes are held back by. */
function atTheDoor(journey: NodeProgress, view: StandView, isStatic: boolean): Stand {
  if (!isStatic && journey.node?.tcp === 0) return stopped(STEP.fork, 'no-port', recordAt(journey), null);
  const at = Math.max(recordAt(journey), journey.last?.endedAt ?? 0);
  if (view.noDial !== undefined && !(isStatic && view.noDial === 'dials-off')) {
    return waits(STEP.fork, view.noDial, at);
  }
  return waits(STEP.fork, journey.failures > 0 ? 'backing-off' : 'waiting', at);
}

/** When its record came; one that a list or the database gave came with it. */
const recordAt = (journey: NodeProgress): number =>
  journey.passedAt[STEP.record] || journey.passedAt[STEP.bonded] || journey.firstSeenAt;

const stopped = (reach: number, code: CauseCode, at: number, by: EndedBy | null): Stand => ({
  reach,
  code,
  at,
  by,
  cause: undefined,
  state: 'stopped',
});

const waits = (reach: number, code: CauseCode, at: number): Stand => ({
  reach,
  code,
  at,
  by: null,
  cause: undefined,
  state: 'waiting',
});
