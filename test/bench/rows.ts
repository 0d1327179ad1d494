/** The figures and their goals. */
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
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

const verdict = (held: boolean): string => (held ? 'held' : 'MISSED');

/** Prints a figure, ours against each peer. */
export function printRow(figure: Figure | undefined, row: Row): void {
  const limit = figure?.limit;
  const bound = limit === undefined ? '' : `   (at most ${String(limit)}: ${verdict(row.ours <= limit)})`;
  process.stdout.write(`\n${row.name} (${figure?.what ?? ''}), ${row.unit}, ${row.better} is better\n`);
  process.stdout.write(`  ours        ${number(row.ours).padStart(10)}${bound}\n`);
  for (const [peer, value] of Object.entries(row.peers)) {
    const ratio = row.better === 'higher' ? row.ours / value : value / row.ours;
    const budget = figure?.budget?.[peer];
    const against = budget === undefined ? '' : ` (budget ${String(budget)}: ${verdict(ratio >= budget)})`;
    const line = `  ${peer.padEnd(11)} ${number(value).padStart(10)}   ours is ${ratio.toPrecision(3)} times as good`;
    process.stdout.write(`${line}${against}\n`);
  }
}
