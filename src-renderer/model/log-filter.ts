import { LOG_LEVELS, type LogLevel, type LogLine } from '../../shared/model/log.ts';
import { formatExact, visibleText } from './format.ts';

/** Lines of at least `level` that contain every word of `text`. */
export function filterLogs(lines: readonly LogLine[], level: LogLevel, text: string): readonly LogLine[] {
  const least = LOG_LEVELS.indexOf(level);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (least === 0 && words.length === 0) return lines;
  return lines.filter((line) => {
    if (LOG_LEVELS.indexOf(line.level) < least) return false;
    if (words.length === 0) return true;
    const haystack = `${line.module} ${line.message} ${fieldsOf(line)}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

/** How many of the shown lines `before` are older than all `next`, which are those of a later time. */
export function linesLeft(before: readonly LogLine[], next: readonly LogLine[]): number {
  const oldest = next[0]?.seq;
  if (oldest === undefined) return 0;
  const kept = before.findIndex(({ seq }) => seq >= oldest);
  return kept === -1 ? before.length : kept;
}

/** The fields of a line as `name=value` pairs. */
export function fieldsOf(line: LogLine): string {
  return Object.entries(line.fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** A line as one line of text, for the clipboard. */
export function logLineText(line: LogLine): string {
  const fields = fieldsOf(line);
  const text = `${formatExact(line.at)} ${line.level.toUpperCase()} ${line.module}: ${line.message}`;
  return visibleText(fields === '' ? text : `${text} ${fields}`);
}
