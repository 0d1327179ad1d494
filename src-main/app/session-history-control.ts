import { endSentence } from '../../shared/causes/sentences.ts';
import type { SessionPage } from '../../shared/model/session.ts';
import type { ExportedText, SessionControl, SessionQuery } from '../api/backend.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { EventSource } from '../events/events.ts';
import type { PastOutcomes } from '../stats/outcomes.ts';
import { plainText } from '../events/plain-text.ts';
import type { Database } from '../store/database.ts';
import { sessionsToCsv, sessionsToJson } from '../store/session-export.ts';
import { SessionHistory } from '../store/session-history.ts';

/** Past sessions that are looked through at the start, so that "earlier outcomes" outlive a restart. */
const RECALLED = 2_000;

/** The history of sessions, fed by the facts: lives as long as the program, whether the node runs or not. */
export interface RecordedHistory {
  readonly sessions: SessionHistory;
  close(): Promise<void>;
}

/** What the history is made of. */
export interface HistoryParts {
  readonly folder: { readonly database: Database };
  readonly clock: Clock;
  readonly events: EventSource;
  readonly logger: Logger;
  readonly reputation: { score(idHex: string): number };
  readonly statistics: { readonly outcomes: Pick<PastOutcomes, 'recall'> };
}

/** Opens the history, and keeps in it every session that ends from now on. */
export async function openSessionHistory(parts: HistoryParts): Promise<RecordedHistory> {
  const { folder, clock, events, reputation, statistics } = parts;
  const logger = parts.logger.child('sessions');
  const sessions = await SessionHistory.open({ database: folder.database, clock, logger });
  const recent = await sessions.page({ before: null, limit: RECALLED, text: '', node: null });
  for (const { nodeId, endedAt: at, code, message, by } of [...recent.records].reverse()) {
    statistics.outcomes.recall(nodeId, { at, code, message, by });
  }
  const unsubscribe = events.subscribe((event, at) => {
    if (event.type !== 'peer/dropped') return;
    const { idHex: nodeId, ip, port, direction, kind, bytesIn, bytesOut, cause } = event;
    sessions.add({
      nodeId,
      name: plainText(event.name),
      ip,
      port,
      direction,
      kind,
      capabilities: event.capabilities,
      startedAt: at - event.ageMs,
      endedAt: at,
      code: cause.code,
      message: plainText(endSentence(cause), 512),
      by: cause.by,
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

/** Past sessions as the API asks for them. */
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
    const day = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    return { text, fileName: `enodeck-sessions-${day}.${format}` };
  }
}
