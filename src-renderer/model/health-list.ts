import type { HealthCheck } from '../../shared/model/node.ts';

/** Errors and warnings come first; the rest keeps its order. */
const RANKS: Readonly<Record<HealthCheck['state'], number>> = { bad: 0, look: 1, pending: 2, good: 3 };

/** The list as the card shows it: the lines `shown`, and the number of good ones that are folded. */
export interface HealthList {
  readonly shown: readonly HealthCheck[];
  readonly folded: number;
}

/** Characters of evidence beside a title before it wraps, at the usual width of the card. */
const EVIDENCE_WIDTH = 26;

/** Lines of a check that is not good: its evidence wraps, advice takes two more lines, and buttons two. */
const linesOf = ({ evidence, advice, actions }: HealthCheck): number =>
  Math.max(1, Math.ceil(evidence.length / EVIDENCE_WIDTH)) +
  (advice === null ? 0 : 2) +
  (actions === undefined || actions.length === 0 ? 0 : 2);

/**
 * Orders the checks and folds good ones beyond `room` lines, which wrapped evidence, advice and buttons take too. A
 * check that is not good is never folded.
 */
export function healthList(checks: readonly HealthCheck[], room: number, unfolded: boolean): HealthList {
  const ordered = [...checks].sort((a, b) => RANKS[a.state] - RANKS[b.state]);
  if (unfolded) return { shown: ordered, folded: 0 };
  const wanting = ordered.filter(({ state }) => state !== 'good');
  const taken = wanting.reduce((sum, line) => sum + linesOf(line), 0);
  const good = ordered.length - wanting.length;
  const free = Math.max(0, room - taken);
  // The line with the number of folded ones takes a line itself: a single one is shown instead.
  if (good <= Math.max(free, 1)) return { shown: ordered, folded: 0 };
  const kept = Math.max(0, free - 1);
  return { shown: ordered.slice(0, wanting.length + kept), folded: good - kept };
}
