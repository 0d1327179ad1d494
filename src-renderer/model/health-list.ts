import type { HealthCheck } from '../../shared/model/node.ts';

/** Errors and warnings come first. */
const RANKS: Readonly<Record<HealthCheck['state'], number>> = { bad: 0, warning: 1, pending: 2, good: 3 };

/** The checks that the card shows, and the number of good ones that are folded. */
export interface HealthList {
  readonly shown: readonly HealthCheck[];
  readonly folded: number;
}

/** Characters of evidence per line, at the usual width of the card. */
const EVIDENCE_WIDTH = 26;

/** Lines that a check takes: its evidence wraps, advice and buttons take two lines each. */
const linesOf = ({ evidence, advice, actions }: HealthCheck): number =>
  Math.max(1, Math.ceil(evidence.length / EVIDENCE_WIDTH)) +
  (advice === null ? 0 : 2) +
  (actions === undefined || actions.length === 0 ? 0 : 2);

/** Sorts the checks and folds good ones that do not fit into `room` lines. Only good checks are folded. */
export function healthList(checks: readonly HealthCheck[], room: number, unfolded: boolean): HealthList {
  const ordered = [...checks].sort((a, b) => RANKS[a.state] - RANKS[b.state]);
  if (unfolded) return { shown: ordered, folded: 0 };
  const notGood = ordered.filter(({ state }) => state !== 'good');
  const taken = notGood.reduce((sum, check) => sum + linesOf(check), 0);
  const good = ordered.length - notGood.length;
  const free = Math.max(0, room - taken);
  // The line "n more" takes the room of one check, so a single check is shown instead.
  if (good <= Math.max(free, 1)) return { shown: ordered, folded: 0 };
  const kept = Math.max(0, free - 1);
  return { shown: ordered.slice(0, notGood.length + kept), folded: good - kept };
}
