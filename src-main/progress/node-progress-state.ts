import { codeOf, type CauseCode } from '../../shared/causes/catalogue.ts';
import type { RecordForkVerdict } from '../../shared/model/table.ts';
import { isLastingRefusal } from '../causes/policy.ts';
import type { EndCause, EndedBy } from '../events/events.ts';
import { STEP, type Attempt, type NodeProgress, type PastAttempt } from './node-progress.ts';

/** A Pong proves an address for this long, milliseconds (discovery v4, "Endpoint Proof"). */
const PROOF_LIFETIME_MS = 24 * 3_600_000;

/** How far a node got, and why no further. */
export interface ProgressState {
  /** Index of the last step that it passed: counted as having passed all before it as well. */
  readonly reach: number;
  /** As `codeOf` gives it; `connected` for a peer. */
  readonly code: CauseCode;
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: EndedBy | null;
  /** The end of its last connection, where that is why. */
  readonly cause: EndCause | undefined;
  /** A peer, ended, connecting, or waiting for this node. */
  readonly state: 'connected' | 'stopped' | 'connecting' | 'waiting';
}

/** The facts from other parts of the node that a state depends on. */
export interface ProgressView {
  /** Unix milliseconds. */
  readonly now: number;
  /** Connections that ended before this do not count. */
  readonly since: number;
  readonly isStatic: (idHex: string) => boolean;
  readonly forkOf: (progress: NodeProgress) => RecordForkVerdict;
  /** Fork hashes, 8 hex digits, of forks of our chain that enough nodes announce and this version does not know. */
  readonly unknownForks: ReadonlySet<string>;
  readonly expiredAt: (ip: string) => number;
  /** Whether our clock differs so much from the other clocks that their packets count as expired. */
  readonly clockIsWrong: boolean;
  /** Whether it is wrong and behind: then other nodes drop our packets as expired, and answer none of them. */
  readonly clockIsBehind: boolean;
  /** Why no candidate is dialled now; undefined when candidates are dialled. */
  readonly noDial: 'not-running' | 'dials-off' | 'no-free-slot' | undefined;
}

/** The code for a fork that this version does not know, and that other nodes announce too. */
const UNKNOWN_FORK = 'unknown-fork';

const FORK_STOPS = {
  other: 'other-network',
  stale: 'stale-fork',
  unknown: 'no-eth-entry',
} as const satisfies Record<Exclude<RecordForkVerdict, 'ours'>, CauseCode>;

/** The state of a node: from its session, else from its last connection within the span, else from discovery. */
export function progressStateOf(progress: NodeProgress, view: ProgressView): ProgressState {
  const { current } = progress;
  if (current?.session === true) return ofSession(current, progress);
  const last = (progress.last?.endedAt ?? 0) >= view.since ? progress.last : undefined;
  if (current !== undefined && (last === undefined || current.reach > last.reach)) {
    const { reach, startedAt } = current;
    return { reach, code: 'connecting', at: startedAt, by: null, cause: undefined, state: 'connecting' };
  }
  return last === undefined ? ofDiscovery(progress, view) : ofPast(last, progress, view);
}

function ofSession(current: Attempt, progress: NodeProgress): ProgressState {
  const isPeer = current.reach >= STEP.status;
  return {
    reach: isPeer ? STEP.session : current.reach,
    code: isPeer ? 'connected' : 'waiting-for-status',
    at: isPeer ? (progress.passedAt[STEP.session] ?? 0) : current.startedAt,
    by: null,
    cause: undefined,
    state: isPeer ? 'connected' : 'connecting',
  };
}

function ofPast(
  { reach, cause, endedAt }: PastAttempt,
  progress: NodeProgress,
  view: ProgressView,
): ProgressState {
  const { statusForkHash } = progress;
  const isUnknown = statusForkHash !== undefined && view.unknownForks.has(statusForkHash);
  // Whether an end because of the fork is the fault of the node depends on whether other nodes follow that fork.
  if (isUnknown && (cause.code === 'wrong-fork' || cause.code === 'fork-refused')) {
    return { reach, code: UNKNOWN_FORK, at: endedAt, by: cause.by, cause, state: 'stopped' };
  }
  return { reach, code: codeOf(cause), at: endedAt, by: cause.by, cause, state: 'stopped' };
}

/** The first step that it has not passed. */
function ofDiscovery(progress: NodeProgress, view: ProgressView): ProgressState {
  const { refusal, refusedAt, silentAt } = progress;
  if (refusal !== undefined && refusedAt >= Math.max(silentAt, view.since)) {
    if (refusal === 'other-network')
      return stopped(STEP.record, unknownForkOf(progress, view) ?? refusal, refusedAt, 'local');
    if (isLastingRefusal(refusal)) return stopped(STEP.fork, refusal, refusedAt, 'local');
  }
  if (view.isStatic(progress.idHex)) return beforeDial(progress, view, true);
  return beforeBond(progress, view) ?? ofRecord(progress, view) ?? beforeDial(progress, view, false);
}

function beforeBond(progress: NodeProgress, view: ProgressView): ProgressState | undefined {
  const bondedAt = progress.passedAt[STEP.bonded] ?? 0;
  const { silentAt, node, ip } = progress;
  if (silentAt > bondedAt) {
    const isExpired = view.clockIsWrong && ip !== undefined && view.expiredAt(ip) > 0;
    const isOurs = view.clockIsBehind || isExpired;
    return isOurs
      ? stopped(STEP.found, 'clock', silentAt, 'local')
      : stopped(STEP.found, 'silent', silentAt, null);
  }
  if (bondedAt > view.now - PROOF_LIFETIME_MS) return undefined;
  const isNowhere = node !== undefined && node.ip === undefined && node.hostname === undefined;
  if (isNowhere) return stopped(STEP.found, 'no-address', progress.touchedAt, null);
  return waits(STEP.found, 'not-asked', progress.touchedAt);
}

function ofRecord(progress: NodeProgress, view: ProgressView): ProgressState | undefined {
  if (progress.forkKey === undefined) {
    return waits(STEP.bonded, 'no-record', progress.passedAt[STEP.bonded] ?? 0);
  }
  const fork = view.forkOf(progress);
  if (fork === 'ours') return undefined;
  const unknown = fork === 'other' ? unknownForkOf(progress, view) : undefined;
  return stopped(STEP.record, unknown ?? FORK_STOPS[fork], recordAt(progress), null);
}

/** `forkKey` begins with the hash. */
function unknownForkOf(
  { forkKey }: NodeProgress,
  { unknownForks }: ProgressView,
): typeof UNKNOWN_FORK | undefined {
  const hash = forkKey?.split(' ')[0] ?? '';
  return unknownForks.has(hash) ? UNKNOWN_FORK : undefined;
}

/** A static node is dialled even while dials to discovered nodes are disabled. */
function beforeDial(progress: NodeProgress, view: ProgressView, isStatic: boolean): ProgressState {
  if (!isStatic && progress.node?.tcp === 0) return stopped(STEP.fork, 'no-port', recordAt(progress), null);
  const at = Math.max(recordAt(progress), progress.last?.endedAt ?? 0);
  if (view.noDial !== undefined && !(isStatic && view.noDial === 'dials-off')) {
    return waits(STEP.fork, view.noDial, at);
  }
  return waits(STEP.fork, progress.failures > 0 ? 'backing-off' : 'waiting', at);
}

/** When its record was received; a list or the database gives it together with the node. */
const recordAt = (progress: NodeProgress): number =>
  progress.passedAt[STEP.record] || progress.passedAt[STEP.bonded] || progress.firstSeenAt;

const stopped = (reach: number, code: CauseCode, at: number, by: EndedBy | null): ProgressState => ({
  reach,
  code,
  at,
  by,
  cause: undefined,
  state: 'stopped',
});

const waits = (reach: number, code: CauseCode, at: number): ProgressState => ({
  reach,
  code,
  at,
  by: null,
  cause: undefined,
  state: 'waiting',
});
