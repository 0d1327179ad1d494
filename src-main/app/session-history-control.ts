import type { CauseParams } from '../../shared/causes/facts.ts';
import type { SessionChange, SessionPage } from '../../shared/model/session.ts';
import type { ExportedText, SessionControl, SessionQuery } from '../api/backend.ts';
import { fileTime } from '../base/file-time.ts';
import type { Clock, Logger, Unsubscribe } from '../base/runtime.ts';
import type { EventSource, NodeEvent } from '../events/events.ts';
import type { PastOutcomes } from '../stats/outcomes.ts';
import type { Statistics } from '../stats/statistics.ts';
import { plainText } from '../events/plain-text.ts';
import type { Database } from '../store/database.ts';
import { sessionsToCsv, sessionsToJson } from '../store/session-export.ts';
import type { Retention } from '../store/retention.ts';
import { SessionHistory } from '../store/session-history.ts';

/** Past sessions that are read at the start, so that "earlier outcomes" and client names survive a restart. */
const RECALLED = 2_000;

/** The history of sessions, recorded from the events. It lives as long as the program. */
export interface RecordedHistory {
  readonly sessions: SessionHistory;
  /** Calls the listener with each session that starts or ends. It must not throw or block. */
  follow(listener: (change: SessionChange) => void): Unsubscribe;
  close(): Promise<void>;
}

/** Dependencies of the session history. */
export interface HistoryParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly events: EventSource;
  readonly logger: Logger;
  readonly reputation: { score(idHex: string): number };
  readonly lists: { labelOf(idHex: string): string | null };
  /** Default: that of the default settings. */
  readonly retention?: Retention;
  readonly statistics: Pick<Statistics, 'recallClient'> & { readonly outcomes: Pick<PastOutcomes, 'recall'> };
}

/** Opens the history and adds every session that ends. */
export async function openSessionHistory(parts: HistoryParts): Promise<RecordedHistory> {
  const { database, clock, events, statistics, retention } = parts;
  const logger = parts.logger.child('sessions');
  const sessions = await SessionHistory.open({ database, clock, logger, ...(retention && { retention }) });
  const recent = await sessions.page({ before: null, limit: RECALLED, text: '', node: null });
  for (const { nodeId, name, endedAt: at, code, params, by, stage, message } of recent.records.toReversed()) {
    statistics.recallClient(nodeId, name);
    statistics.outcomes.recall(nodeId, { at, code, params, by, stage, message });
  }
  /** BOUNDED: one per subscription of an RPC client. */
  const listeners = new Set<(change: SessionChange) => void>();
  /** When the open sessions were added, by node ID. BOUNDED: one per session. */
  const starts = new Map<string, number>();
  const unsubscribe = events.subscribe((event, at) => {
    const change = recordChange(event, at, parts, sessions, starts);
    if (change !== undefined) for (const listener of [...listeners]) listener(change);
  });
  await sessions.start();
  return {
    sessions,
    follow: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      unsubscribe();
      await sessions.stop();
    },
  };
}

/** Adds a session that ends to the history. @returns the session that an event starts or ends */
function recordChange(
  event: NodeEvent,
  at: number,
  { lists, reputation }: HistoryParts,
  history: SessionHistory,
  starts: Map<string, number>,
): SessionChange | undefined {
  if (event.type !== 'peer/added' && event.type !== 'peer/dropped') return undefined;
  const { idHex: nodeId, ip, port, direction } = event;
  const node = { nodeId, name: plainText(event.name), label: lists.labelOf(nodeId), ip, port, direction };
  if (event.type === 'peer/added') {
    starts.set(nodeId, at);
    return { type: 'started', session: { ...node, startedAt: at } };
  }
  // The age begins before `peer/added`: a client pairs the start and the end of a session by this time.
  const startedAt = starts.get(nodeId) ?? at - event.ageMs;
  starts.delete(nodeId);
  const { cause, kind, capabilities, bytesIn, bytesOut } = event;
  const session = history.add({
    ...node,
    ...{ kind, capabilities, bytesIn, bytesOut },
    startedAt,
    endedAt: at,
    code: cause.code,
    params: plainParams(cause.params),
    by: cause.by,
    stage: cause.stage,
    message: null,
    disconnectReason: cause.disconnectReason ?? null,
    reputation: reputation.score(nodeId),
  });
  return { type: 'ended', session };
}

/** Params may contain text of the remote side. */
function plainParams(params: CauseParams): CauseParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? plainText(value) : value,
    ]),
  );
}

/** Past sessions for the API. */
export class SessionController implements SessionControl {
  readonly #clock: Clock;
  readonly #history: Pick<RecordedHistory, 'sessions' | 'follow'>;

  constructor(clock: Clock, history: Pick<RecordedHistory, 'sessions' | 'follow'>) {
    this.#clock = clock;
    this.#history = history;
  }

  page(query: SessionQuery): Promise<SessionPage> {
    return this.#history.sessions.page(query);
  }

  onChange(listener: (change: SessionChange) => void): Unsubscribe {
    return this.#history.follow(listener);
  }

  async export(format: 'csv' | 'json'): Promise<ExportedText> {
    const { sessions } = this.#history;
    const text =
      format === 'csv' ? await sessionsToCsv(sessions.all()) : await sessionsToJson(sessions.all());
    return { text, fileName: `enodeck-sessions-${fileTime(this.#clock.now())}.${format}` };
  }
}
