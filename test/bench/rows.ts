import { goalsOf, ratioTo, verdictOf, type Goal } from './goals.ts';

/** A figure and its goals. */
export interface Figure {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** How many times as good as a peer ours should be. */
  readonly budget?: Readonly<Record<string, number>>;
  /** The maximum for ours. */
  readonly limit?: number;
}

/** A figure as it was measured. */
export interface Row extends Figure {
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** Prints figures that have no peer, with their values in the same order. Returns them as rows. */
export function printOurs(figures: readonly Figure[], values: readonly number[]): Row[] {
  return figures.map((figure, at) => {
    const row = { ...figure, ours: values[at] ?? Number.NaN, peers: {} };
    printRow(row);
    return row;
  });
}

/** Prints a figure, ours against each peer. */
export function printRow(row: Row): void {
  const goals = goalsOf(row);
  const stateOf = (against: Goal['against'], word: string): string => {
    const goal = goals.find((each) => each.against === against);
    return goal === undefined ? '' : ` (${word} ${String(goal.goal)}: ${verdictOf(goal)})`;
  };
  process.stdout.write(`\n${row.name} (${row.what}), ${row.unit}, ${row.better} is better\n`);
  process.stdout.write(`  ours        ${number(row.ours).padStart(10)}  ${stateOf('limit', 'at most')}\n`);
  for (const [peer, value] of Object.entries(row.peers)) {
    const ratio = `ours is ${ratioTo(row, value).toPrecision(3)} times as good`;
    const line = `  ${peer.padEnd(11)} ${number(value).padStart(10)}   ${ratio}${stateOf(peer, 'goal')}`;
    process.stdout.write(`${line}\n`);
  }
}
