/** Why a session with eth ended, where the two sides' messages say more than the reason on the wire. */
import { equalForkIds } from '../chain/fork-id.ts';
import { describeCause } from '../../shared/causes/facts.ts';
import { isUnspecific } from '../causes/policy.ts';
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

/** A more precise cause than the reason on the wire; undefined without evidence of one. A specific reason of the peer stays. */
export function explainEthEnd(cause: EndCause, evidence: EndEvidence): EndCause | undefined {
  if (cause.by !== 'remote' || !isUnspecific(cause.code)) return undefined;
  const { difference, hasSentMessage, remoteStatus } = evidence;
  if (remoteStatus === undefined) return undefined;
  if (difference !== undefined) return { ...cause, ...difference, stage: 'status' };
  return hasSentMessage ? lackOf(cause, evidence) : forkRefusal(cause, remoteStatus, evidence);
}

/** The two Status messages agree in all other fields, and the peer ends the session before it sends another eth message. */
function forkRefusal(cause: EndCause, remote: Status, evidence: EndEvidence): EndCause | undefined {
  const isSoon = evidence.now - evidence.remoteStatusAt <= STATUS_VERDICT_WINDOW_MS;
  if (!isSoon || cause.code !== 'subprotocol-error') return undefined;
  const local = evidence.localStatus;
  if (equalForkIds(remote.forkId, local.forkId)) return undefined;
  const facts = { ours: describeForkId(local.forkId), theirs: describeForkId(remote.forkId) };
  return { ...cause, ...describeCause('fork-refused', facts), stage: 'status' };
}

function lackOf(cause: EndCause, { lastEmptyAnswer, now }: EndEvidence): EndCause | undefined {
  if (lastEmptyAnswer === undefined || now - lastEmptyAnswer.at > LACK_WINDOW_MS) return undefined;
  return { ...cause, ...describeCause('no-chain-data', { items: lastEmptyAnswer.items }) };
}
