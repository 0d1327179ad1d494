import type { HealthCheck } from '../../shared/model/node.ts';

/** What wants looking at stands first; the rest keeps its order. */
const RANKS: Readonly<Record<HealthCheck['state'], number>> = { bad: 0, look: 1, pending: 2, good: 3 };

/** The list as the card shows it: `shown` lines, and how many more that are all good are folded away. */
export interface HealthList {
  readonly shown: readonly HealthCheck[];
  readonly folded: number;
}

/** A sentence takes one line, advice two more, and buttons two. */
const linesOf = ({ advice, actions }: HealthCheck): number =>
  1 + (advice === null ? 0 : 2) + (actions === undefined || actions.length === 0 ? 0 : 2);

/**
 * Orders the checks and folds good ones beyond `room` lines, which advice and buttons take too. What is not good is
 * never folded.
 */
export function healthList(checks: readonly HealthCheck[], room: number, unfolded: boolean): HealthList {
  const ordered = [...checks].sort((a, b) => RANKS[a.state] - RANKS[b.state]);
  if (unfolded) return { shown: ordered, folded: 0 };
  const wanting = ordered.filter(({ state }) => state !== 'good');
  const taken = wanting.reduce((sum, line) => sum + linesOf(line), 0);
  const good = ordered.length - wanting.length;
  const free = Math.max(0, room - taken);
  // The line that says how many are folded takes a place itself; a single one is shown in its stead.
  if (good <= Math.max(free, 1)) return { shown: ordered, folded: 0 };
  const kept = Math.max(0, free - 1);
  return { shown: ordered.slice(0, wanting.length + kept), folded: good - kept };
}
