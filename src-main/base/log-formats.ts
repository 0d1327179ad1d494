import type { LogLine } from '../../shared/model/log.ts';

/*
 * The formats of log lines in a file or on a terminal; docs/operate.md describes them. JSON and logfmt have the same names.
 */

/** Where the text of lines goes. */
export interface TextStream {
  write(text: string): unknown;
}

/** Formats a log line as text without a line end: time, level, module, message, and fields as key=value. */
export function logText(line: LogLine): string {
  const fields = Object.entries(line.fields).map(pair);
  const level = line.level.toUpperCase().padEnd(5);
  return [timeOf(line), level, line.module, line.message, ...fields].join(' ');
}

/** Formats a log line as logfmt without a line end: key=value with quotes where a value needs them. */
export function logfmtText(line: LogLine): string {
  const { level, module, message: msg } = line;
  const own = { time: timeOf(line), level, module, msg };
  return [...Object.entries(own), ...Object.entries(fieldsOf(line))].map(pair).join(' ');
}

/** The names that every line has. */
const OWN_NAMES: ReadonlySet<string> = new Set(['time', 'level', 'module', 'msg']);

/** The fields of a line for a file or a terminal; one with the name of another value gets an underscore. */
export function fieldsOf({ fields }: LogLine): Readonly<Record<string, string>> {
  const named = Object.entries(fields).map(([name, value]) => [
    OWN_NAMES.has(name) ? `${name}_` : name,
    value,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** The time of a line, ISO 8601 in UTC. */
export const timeOf = ({ at }: LogLine): string => new Date(at).toISOString();

const pair = ([name, value]: readonly [string, string]): string => `${name}=${quoted(value)}`;

const quoted = (value: string): string => (/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
