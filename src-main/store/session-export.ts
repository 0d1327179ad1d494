/** Exports past sessions as CSV and JSON. */
import { stringify } from 'csv-stringify/sync';
import { recordedSentence } from '../../shared/causes/sentences.ts';
import type { SessionRecord } from '../../shared/model/session.ts';

/** Rows that are formatted in one step, so that a long history does not block the event loop. */
const CHUNK = 500;

const COLUMNS = [
  'started',
  'ended',
  'seconds',
  'node',
  'name',
  'ip',
  'port',
  'direction',
  'kind',
  'capabilities',
  'cause',
  'message',
  'ended by',
  'disconnect reason',
  'bytes in',
  'bytes out',
  'reputation',
] as const;

/**
 * Formats sessions as CSV (RFC 4180) with a header. Names come from the network: text that a spreadsheet would run as a
 * formula gets an apostrophe as prefix.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export async function sessionsToCsv(sessions: AsyncIterable<SessionRecord>): Promise<string> {
  const parts: string[] = [];
  let rows: unknown[][] = [[...COLUMNS]];
  const formatRows = (): void => {
    parts.push(stringify(rows, { escape_formulas: true, record_delimiter: 'windows' }));
    rows = [];
  };
  for await (const session of sessions) {
    rows.push(rowOf(session));
    if (rows.length >= CHUNK) formatRows();
  }
  formatRows();
  return parts.join('');
}

/** Formats sessions as a JSON array, one session per line. */
export async function sessionsToJson(sessions: AsyncIterable<SessionRecord>): Promise<string> {
  const lines: string[] = [];
  for await (const { key: _key, ...session } of sessions) {
    lines.push(JSON.stringify({ ...session, message: recordedSentence(session) }));
  }
  return lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`;
}

function rowOf(session: SessionRecord): unknown[] {
  return [
    new Date(session.startedAt).toISOString(),
    new Date(session.endedAt).toISOString(),
    Math.round((session.endedAt - session.startedAt) / 1_000),
    session.nodeId,
    session.name,
    session.ip,
    session.port,
    session.direction,
    session.kind,
    session.capabilities.join(' '),
    session.code,
    recordedSentence(session),
    session.by,
    session.disconnectReason ?? '',
    session.bytesIn,
    session.bytesOut,
    session.reputation,
  ];
}
