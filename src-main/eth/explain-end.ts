/** Derives a more precise cause of the end of a session from the eth messages of both sides. */
import { equalForkIds } from '../chain/fork-id.ts';
import { describeCause } from '../../shared/causes/facts.ts';
import { isUnspecific } from '../causes/policy.ts';
import type { EndCause } from '../events/events.ts';
import { LACK_WINDOW_MS, STATUS_VERDICT_WINDOW_MS } from './constants.ts';
import { describeForkId, type Status, type StatusDifference } from './status.ts';

/** Kinds of chain data that a peer requests. */
export type ChainItems = 'headers' | 'block bodies' | 'receipts' | 'block access lists';

/** State of the session at its end. Times are monotonic milliseconds. */
export interface EndEvidence {
  readonly now: number;
  readonly localStatus: Status;
  /** Undefined before it was received. */
  readonly remoteStatus: Status | undefined;
  readonly remoteStatusAt: number;
  /** The incompatibility of the peer's Status; undefined if there is none. */
  readonly difference: StatusDifference | undefined;
  /** Whether the peer has sent an eth message after its Status, so that it has accepted ours. */
  readonly hasSentMessage: boolean;
  /** Kind of the data that our last answer lacked, and its time; undefined if it lacked none. */
  readonly lastEmptyAnswer: { readonly items: ChainItems; readonly at: number } | undefined;
}

/** Returns a more precise cause than the reason on the wire; undefined without evidence, and for a specific reason. */
export function explainEthEnd(cause: EndCause, evidence: EndEvidence): EndCause | undefined {
  if (cause.by !== 'remote' || !isUnspecific(cause.code)) return undefined;
  const { difference, hasSentMessage, remoteStatus } = evidence;
  if (remoteStatus === undefined) return undefined;
  if (difference !== undefined) return { ...cause, ...difference, stage: 'status' };
  return hasSentMessage ? lackOf(cause, evidence) : forkRefusal(cause, remoteStatus, evidence);
}

/** Returns the cause when Status differs only in the fork ID and the peer ends the session before it sends another eth message. */
function forkRefusal(cause: EndCause, remote: Status, evidence: EndEvidence): EndCause | undefined {
  const isSoon = evidence.now - evidence.remoteStatusAt <= STATUS_VERDICT_WINDOW_MS;
  if (!isSoon || cause.code !== 'subprotocol-error') return undefined;
  const local = evidence.localStatus;
  if (equalForkIds(remote.forkId, local.forkId)) return undefined;
  const facts = { ours: describeForkId(local.forkId), theirs: describeForkId(remote.forkId) };
  return { ...cause, ...describeCause('fork-refused', facts), stage: 'status' };
}

/** Returns the cause when the peer ends the session soon after an empty answer. */
function lackOf(cause: EndCause, { lastEmptyAnswer, now }: EndEvidence): EndCause | undefined {
  if (lastEmptyAnswer === undefined || now - lastEmptyAnswer.at > LACK_WINDOW_MS) return undefined;
  return { ...cause, ...describeCause('no-chain-data', { items: lastEmptyAnswer.items }) };
}
