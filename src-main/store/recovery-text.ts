/** Texts about a recovery of the database, for the log and the health list. */
import { formatQuantity } from '../../shared/format.ts';
import type { RecoveryReport } from './database-recovery.ts';
import type { SubLevelName } from './keys.ts';

/** Nouns for the entries of a sub-level; other sub-levels are not mentioned. */
const NOUNS: readonly (readonly [SubLevelName, string])[] = [
  ['bans', 'ban'],
  ['sessions', 'past session'],
  ['nodes', 'node'],
];

/** Damages that a sentence lists. */
const MAX_NAMED = 5;

/** Formats the recovered entries: `Kept: 3 bans, 120 past sessions, 1,240 nodes`. */
export function keptText({ kept }: RecoveryReport): string {
  const parts = NOUNS.map(([level, noun]) => formatQuantity(kept[level] ?? 0, noun));
  return `Kept: ${parts.join(', ')}`;
}

/** Formats the damages: `000005.ldb is missing; CURRENT names no MANIFEST`. */
export function damageText({ damages }: RecoveryReport): string {
  const named = damages.slice(0, MAX_NAMED).map(({ text }) => text);
  const more = damages.length - named.length;
  return [...named, ...(more > 0 ? [`${String(more)} more`] : [])].join('; ');
}

/** Formats a report as a log line. */
export function recoveryLine(report: RecoveryReport): string {
  const lost = report.damages.some(({ loses }) => loses)
    ? 'entries in those parts are lost, and what was deleted last may be there again'
    : 'no entry was lost';
  if (report.replaced) {
    return `The database was damaged and could not be repaired (${damageText(report)}). An empty one replaces it: bans, past sessions and known nodes are lost. The damaged files are in ${report.copy}`;
  }
  return `The database was damaged and has been repaired (${damageText(report)}). ${keptText(report)}; ${lost}. The damaged files are in ${report.copy}`;
}
