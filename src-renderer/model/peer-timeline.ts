import type { RecordedEnd } from '../../shared/causes/facts.ts';
import { outcomeText } from '../../shared/causes/outcomes.ts';
import { recordedSentence, titleOfCode } from '../../shared/causes/sentences.ts';
import type { Reputation } from '../../shared/model/ban.ts';
import type { EventLine, PastOutcome, PeerRow } from '../../shared/model/peer.ts';
import type { SessionRecord } from '../../shared/model/session.ts';
import { formatScore, visibleText } from './format.ts';

/** One line of a peer's timeline. */
export interface TimelineEntry {
  /** Unix milliseconds. */
  readonly at: number;
  readonly tone: EventLine['tone'];
  readonly text: string;
  /** Who ended it; null for what is no end. */
  readonly by: RecordedEnd['by'] | null;
}

/** What a timeline is made of. */
export interface TimelineParts {
  readonly id: string;
  readonly events: readonly EventLine[];
  /** The running session; null for none. */
  readonly session: Pick<PeerRow, 'connectedAt' | 'direction'> | null;
  readonly reputation: Reputation | null;
  readonly earlier: readonly PastOutcome[];
  /** Past sessions that the database has. */
  readonly sessions: readonly SessionRecord[];
  /** Only what happened in this past session; null for everything. */
  readonly within: Pick<SessionRecord, 'startedAt' | 'endedAt' | 'direction'> | null;
}

/** An event line and an outcome of the same end differ by the time of their recording, at most this, milliseconds. */
const SAME_MS = 1_500;

/** BOUNDED: entries of a timeline. */
const MAX_ENTRIES = 100;

/** What is known to have happened with a node, or in one session with it, newest first; each end once. */
export function timelineOf(parts: TimelineParts): TimelineEntry[] {
  const { id, events, reputation, earlier, sessions, within } = parts;
  const session =
    within === null ? parts.session : { connectedAt: within.startedAt, direction: within.direction };
  const own = events
    .filter(({ nodeId }) => nodeId === id)
    .map(({ at, tone, text, endedBy }): TimelineEntry => ({
      at,
      tone,
      text: visibleText(text),
      by: endedBy,
    }));
  const changes = (reputation?.changes ?? []).map(({ at, code, change }): TimelineEntry => ({
    at,
    tone: change < 0 ? 'warning' : 'good',
    text: `${titleOfCode(code)}, reputation ${formatScore(change)}`,
    by: null,
  }));
  const connected: readonly PastOutcome[] =
    session === null
      ? []
      : [{ at: session.connectedAt, code: 'connected', by: null, direction: session.direction }];
  const outcomes = [...connected, ...earlier].map((outcome): TimelineEntry => ({
    at: outcome.at,
    tone: outcome.code === 'connected' ? 'good' : 'warning',
    text: visibleText(outcomeText(outcome)),
    by: outcome.by,
  }));
  const past = sessions.map((record): TimelineEntry => ({
    at: record.endedAt,
    tone: 'warning',
    text: visibleText(recordedSentence(record)),
    by: record.by,
  }));
  const all = [...own, ...changes];
  for (const entry of [...outcomes, ...past]) {
    if (!all.some(({ at }) => Math.abs(at - entry.at) < SAME_MS)) all.push(entry);
  }
  const wanted =
    within === null
      ? all
      : all.filter(({ at }) => at >= within.startedAt - SAME_MS && at <= within.endedAt + SAME_MS);
  return wanted.sort((a, b) => b.at - a.at).slice(0, MAX_ENTRIES);
}
