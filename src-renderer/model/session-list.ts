import type { CauseKind } from '../../shared/causes/cause-spec.ts';
import { wordsOf } from '../../shared/causes/sentences.ts';

const COLOURS: Readonly<Record<CauseKind, string>> = {
  breach: 'var(--bad)',
  silent: 'var(--warn)',
  broken: 'var(--warn)',
  rejected: 'var(--warn)',
  full: 'var(--line-strong)',
};

/** The colour of the end of a session, by the kind of its cause; neutral for an end in normal operation. */
export function sessionTone(code: string): string {
  const { kind } = wordsOf(code);
  return kind === undefined ? 'var(--line-strong)' : COLOURS[kind];
}
