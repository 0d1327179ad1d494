import type { DialOutcome } from '../../shared/model/peer.ts';

const KEPT = /^(kept|connected|session)/;
const FULL = /too-many-peers/;
const SILENT = /time-?out|timed-out|unreachable|no-route/;
const BAD = /bad|invalid|mismatch|breach|malformed/;

/** The colour of a way that dials end: kept good, full the accent, silence to look at, the rest quiet. */
export function dialTone(code: string): string {
  if (KEPT.test(code)) return 'var(--good)';
  if (FULL.test(code)) return 'var(--accent)';
  if (SILENT.test(code)) return 'var(--warn)';
  return BAD.test(code) ? 'var(--bad)' : 'var(--faint)';
}

/** What the figures mean, as a key of the catalogue's `dials`: one true sentence or none. */
export function dialVerdict(
  dials: readonly DialOutcome[],
): 'mostlyFull' | 'mostlySilent' | 'mostlyKept' | null {
  const total = dials.reduce((sum, { count }) => sum + count, 0);
  const share = (pattern: RegExp): number =>
    dials.filter(({ code }) => pattern.test(code)).reduce((sum, { count }) => sum + count, 0) /
    Math.max(1, total);
  if (total < 5) return null;
  if (share(KEPT) > 0.5) return 'mostlyKept';
  if (share(FULL) > 0.5) return 'mostlyFull';
  return share(SILENT) > 0.5 ? 'mostlySilent' : null;
}
