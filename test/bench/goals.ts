import type { Row } from './rows.ts';

/** The share by which --budget lets a figure miss its goal: two runs on a quiet machine differ by as much. */
export const TOLERANCE = 0.1;

/** A goal of a figure, and how far it was reached. */
export interface Goal {
  readonly figure: string;
  /** The peer that ours is compared with, or the limit for ours alone. */
  readonly against: string;
  readonly goal: number;
  /** 1 where the goal is reached exactly, more where it is passed; NaN where the figure or the peer was not measured. */
  readonly reached: number;
}

/** How many times as good as `peer` ours is. */
export function ratioTo(row: Row, peer: number): number {
  return row.better === 'higher' ? row.ours / peer : peer / row.ours;
}

/** The goals of a measured figure. */
export function goalsOf(row: Row): readonly Goal[] {
  const ratios = Object.entries(row.budget ?? {}).map(([peer, goal]) => ({
    ...{ figure: row.name, against: peer, goal },
    reached: ratioTo(row, row.peers[peer] ?? Number.NaN) / goal,
  }));
  if (row.limit === undefined) return ratios;
  const reached = reachedOf(row.limit, row.ours);
  return [...ratios, { figure: row.name, against: 'limit', goal: row.limit, reached }];
}

/** A limit of 0 is reached or not, without a share. */
function reachedOf(limit: number, measured: number): number {
  if (limit !== 0 || Number.isNaN(measured)) return limit / measured;
  return measured <= 0 ? 1 : 0;
}

/** Whether --budget accepts it. What was not measured is not accepted. */
export function isWithinTolerance({ reached }: Goal): boolean {
  return reached >= 1 - TOLERANCE;
}

/** "held", "MISSED by 7%" or "NOT MEASURED". */
export function verdictOf({ reached }: Goal): string {
  if (Number.isNaN(reached)) return 'NOT MEASURED';
  return reached >= 1 ? 'held' : `MISSED by ${((1 - reached) * 100).toFixed(reached > 0.99 ? 1 : 0)}%`;
}

/**
 * What --budget prints and decides.
 * @param unmeasured parts that gave no figure at all
 */
export function budgetOf(
  rows: readonly Row[],
  unmeasured: readonly string[],
): { readonly text: string; readonly isHeld: boolean } {
  const goals = rows.flatMap(goalsOf);
  const missed = goals.filter((goal) => !(goal.reached >= 1));
  const refused = missed.filter((goal) => !isWithinTolerance(goal));
  const lines = missed.map(
    (goal) =>
      `  ${goal.figure}, ${goal.against} ${String(goal.goal)}: ${verdictOf(goal)}${isWithinTolerance(goal) ? ', within the tolerance' : ''}`,
  );
  const parts = unmeasured.map((part) => `  ${part}: NOT MEASURED`);
  const held = `${String(goals.length - missed.length)} of ${String(goals.length)} goals are held.`;
  return {
    text: [held, ...lines, ...parts].join('\n'),
    isHeld: goals.length > 0 && refused.length === 0 && unmeasured.length === 0,
  };
}
