import type { CauseParams } from '../../shared/causes/facts.ts';
import type { SessionPage } from '../../shared/model/session.ts';
import type { ExportedText, SessionControl, SessionQuery } from '../api/backend.ts';
import { fileTime } from '../base/file-time.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { EventSource } from '../events/events.ts';
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
  const { database, clock, events, reputation, lists, statistics, retention } = parts;
  const logger = parts.logger.child('sessions');
  const sessions = await SessionHistory.open({ database, clock, logger, ...(retention && { retention }) });
  const recent = await sessions.page({ before: null, limit: RECALLED, text: '', node: null });
  for (const { nodeId, name, endedAt: at, code, params, by, stage, message } of recent.records.toReversed()) {
    statistics.recallClient(nodeId, name);
    statistics.outcomes.recall(nodeId, { at, code, params, by, stage, message });
  }
  const unsubscribe = events.subscribe((event, at) => {
    if (event.type !== 'peer/dropped') return;
    const { idHex: nodeId, ip, port, direction, kind, bytesIn, bytesOut, cause } = event;
    sessions.add({
      nodeId,
      name: plainText(event.name),
      label: lists.labelOf(nodeId),
      ip,
      port,
      direction,
      kind,
      capabilities: event.capabilities,
      startedAt: at - event.ageMs,
      endedAt: at,
      code: cause.code,
      params: plainParams(cause.params),
      by: cause.by,
      stage: cause.stage,
      message: null,
      disconnectReason: cause.disconnectReason ?? null,
      bytesIn,
      bytesOut,
      reputation: reputation.score(nodeId),
    });
  });
  await sessions.start();
  return {
    sessions,
    close: async () => {
      unsubscribe();
      await sessions.stop();
    },
  };
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
  readonly #context: { readonly clock: Clock; readonly sessions: SessionHistory };

  constructor(context: { readonly clock: Clock; readonly sessions: SessionHistory }) {
    this.#context = context;
  }

  page(query: SessionQuery): Promise<SessionPage> {
    return this.#context.sessions.page(query);
  }

  async export(format: 'csv' | 'json'): Promise<ExportedText> {
    const { sessions, clock } = this.#context;
    const text =
      format === 'csv' ? await sessionsToCsv(sessions.all()) : await sessionsToJson(sessions.all());
    return { text, fileName: `enodeck-sessions-${fileTime(clock.now())}.${format}` };
  }
}
