/** Past sessions as files for spreadsheets and programs. */
import { stringify } from 'csv-stringify/sync';
import type { SessionRecord } from '../../shared/model/session.ts';

/** Lines that are put into text at once, so that a long history does not hold everything up. */
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
 * As CSV (RFC 4180) with a line of titles. Names come from the network: text that a spreadsheet would run as a formula
 * gets an apostrophe before it (OWASP, "CSV Injection").
 */
export async function sessionsToCsv(sessions: AsyncIterable<SessionRecord>): Promise<string> {
  const parts: string[] = [];
  let rows: unknown[][] = [[...COLUMNS]];
  const cut = (): void => {
    parts.push(stringify(rows, { escape_formulas: true, record_delimiter: 'windows' }));
    rows = [];
  };
  for await (const session of sessions) {
    rows.push(rowOf(session));
    if (rows.length >= CHUNK) cut();
  }
  cut();
  return parts.join('');
}

/** As a JSON array, a session a line. */
export async function sessionsToJson(sessions: AsyncIterable<SessionRecord>): Promise<string> {
  const lines: string[] = [];
  for await (const { key: _key, ...session } of sessions) lines.push(JSON.stringify(session));
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
    session.message,
    session.by,
    session.disconnectReason ?? '',
    session.bytesIn,
    session.bytesOut,
    session.reputation,
  ];
}
