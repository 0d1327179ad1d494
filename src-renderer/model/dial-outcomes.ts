import type { CauseKind } from '../../shared/causes/cause-spec.ts';
import { wordsOf } from '../../shared/causes/sentences.ts';
import type { DialOutcome } from '../../shared/model/peer.ts';

/** What became of a dial: a session, or the kind of the cause that ended it. */
type OutcomeKind = CauseKind | 'session' | undefined;

const outcomeKind = (code: string): OutcomeKind => (code === 'connected' ? 'session' : wordsOf(code).kind);

const COLOURS: Readonly<Record<NonNullable<OutcomeKind>, string>> = {
  session: 'var(--good)',
  full: 'var(--accent)',
  silent: 'var(--warn)',
  breach: 'var(--bad)',
  broken: 'var(--faint)',
  rejected: 'var(--faint)',
};

/** The colour of a dial outcome, by its kind. */
export function dialTone(code: string): string {
  const kind = outcomeKind(code);
  return kind === undefined ? 'var(--faint)' : COLOURS[kind];
}

/** The outcome of most dials, as a key of the messages `dials`; null where there are few dials or no such outcome. */
export function dialVerdict(
  dials: readonly DialOutcome[],
): 'mostlyFull' | 'mostlySilent' | 'mostlySessions' | null {
  const total = dials.reduce((sum, { count }) => sum + count, 0);
  if (total < 5) return null;
  const isMost = (kind: OutcomeKind): boolean =>
    dials.filter(({ code }) => outcomeKind(code) === kind).reduce((sum, { count }) => sum + count, 0) /
      total >
    0.5;
  if (isMost('session')) return 'mostlySessions';
  if (isMost('full')) return 'mostlyFull';
  return isMost('silent') ? 'mostlySilent' : null;
}
