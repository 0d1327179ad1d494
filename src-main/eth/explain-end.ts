/** Why a session with eth ended, where the two sides' messages say more than the reason on the wire. */
import { equalForkIds } from '../chain/fork-id.ts';
import { isEndCodeOf, type EndCode } from '../causes/end-codes.ts';
import type { EndCause } from '../events/events.ts';
import { LACK_WINDOW_MS, STATUS_VERDICT_WINDOW_MS } from './constants.ts';
import { describeForkId, type Status, type StatusDifference } from './status.ts';

/** What a peer asks a chain for. */
export type ChainItems = 'headers' | 'block bodies' | 'receipts';

/** What is known of the session when it ends. Times are monotonic milliseconds. */
export interface EndEvidence {
  readonly now: number;
  readonly localStatus: Status;
  /** Undefined before it has come. */
  readonly remoteStatus: Status | undefined;
  readonly remoteStatusAt: number;
  /** How the peer's Status differs from what we take. */
  readonly difference: StatusDifference | undefined;
  /** Whether the peer has sent any message of eth after its Status: then it has accepted ours. */
  readonly hasSentMessage: boolean;
  /** What our last answer lacked, and when it was sent; undefined where it lacked nothing, or nothing was asked. */
  readonly lastEmptyAnswer: { readonly items: ChainItems; readonly at: number } | undefined;
}

/** Reasons that go with every kind of fault: whoever gives another one has said why. */
const UNSPECIFIC: readonly EndCode[] = [
  'subprotocol-error',
  'breach-of-protocol',
  'useless-peer',
  'disconnect-requested',
  'closed-by-remote',
];

/** A truer cause than the wire's; undefined where there is no evidence of one. What the peer has stated stays. */
export function explainEthEnd(cause: EndCause, evidence: EndEvidence): EndCause | undefined {
  if (cause.by !== 'remote' || !isEndCodeOf(UNSPECIFIC, cause.code)) return undefined;
  const { difference, hasSentMessage, remoteStatus } = evidence;
  if (remoteStatus === undefined) return undefined;
  if (difference !== undefined) return { ...cause, ...difference, stage: 'status' };
  return hasSentMessage ? lackOf(cause, evidence) : forkRefusal(cause, remoteStatus, evidence);
}

/** All else in the two Status messages agrees, and the peer ends over a protocol before it says a word of eth. */
function forkRefusal(cause: EndCause, remote: Status, evidence: EndEvidence): EndCause | undefined {
  const isSoon = evidence.now - evidence.remoteStatusAt <= STATUS_VERDICT_WINDOW_MS;
  if (!isSoon || cause.code !== 'subprotocol-error') return undefined;
  const local = evidence.localStatus;
  if (equalForkIds(remote.forkId, local.forkId)) return undefined;
  const ids = `ours is ${describeForkId(local.forkId)}, its own ${describeForkId(remote.forkId)}`;
  return {
    ...cause,
    code: 'fork-refused',
    message: `The peer refused our fork ID: ${ids}`,
    stage: 'status',
  };
}

function lackOf(cause: EndCause, { lastEmptyAnswer, now }: EndEvidence): EndCause | undefined {
  if (lastEmptyAnswer === undefined || now - lastEmptyAnswer.at > LACK_WINDOW_MS) return undefined;
  return {
    ...cause,
    code: 'no-chain-data',
    message: `It asked for ${lastEmptyAnswer.items} that this node does not have, and ended the session`,
  };
}
