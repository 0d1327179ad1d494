import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEthereumJs } from './ethereumjs.ts';
import { FIGURES, type Contestant, type FigureName, type Measured } from './figures.ts';
import { openGeth } from './geth.ts';
import { weighIdleSessions } from './idle-sessions.ts';
import { openOurs } from './ours.ts';
import { median } from './rate.ts';

/** Rounds of each implementation in turn, so that a busy moment of the machine meets them all; the median counts. */
const ROUNDS = 5;

const { values } = parseArgs({
  options: { json: { type: 'string' }, seconds: { type: 'string', default: '0.5' } },
});
const root = process.cwd();

interface Row {
  readonly name: FigureName;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
}

async function measureAll(
  contestants: Readonly<Record<string, Contestant>>,
): Promise<Record<string, Measured[]>> {
  const rounds: Record<string, Measured[]> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      (rounds[name] ??= []).push(await contestant.measure(Number(values.seconds)));
    }
  }
  return rounds;
}

function rowsOf({ ours = [], ...peers }: Record<string, Measured[]>): Row[] {
  return FIGURES.map(({ name, unit, better }) => {
    const middle = (rounds: readonly Measured[]): number => median(rounds.map((round) => round[name]));
    return {
      name,
      unit,
      better,
      ours: middle(ours),
      peers: Object.fromEntries(Object.entries(peers).map(([peer, rounds]) => [peer, middle(rounds)])),
    };
  });
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

function print(rows: readonly Row[]): void {
  for (const [index, row] of rows.entries()) {
    const figure = FIGURES[index];
    process.stdout.write(`\n${row.name} (${figure?.what ?? ''}), ${row.unit}, ${row.better} is better\n`);
    process.stdout.write(`  ours        ${number(row.ours).padStart(10)}\n`);
    for (const [peer, value] of Object.entries(row.peers)) {
      const ratio = row.better === 'higher' ? row.ours / value : value / row.ours;
      const budget = figure?.budget[peer as 'ethereumjs' | 'geth'] ?? 0;
      const verdict = ratio >= budget ? 'held' : 'MISSED';
      const line = `  ${peer.padEnd(11)} ${number(value).padStart(10)}   ours is ${ratio.toPrecision(3)} times as good`;
      process.stdout.write(`${line} (budget ${String(budget)}: ${verdict})\n`);
    }
  }
}

const geth = openGeth(join(root, 'test', 'bench', 'geth'));
if (geth === undefined) process.stderr.write('Go is not here: geth is not measured.\n');
const contestants = {
  ours: await openOurs(),
  ethereumjs: await openEthereumJs(),
  ...(geth === undefined ? {} : { geth }),
};
const rows = rowsOf(await measureAll(contestants));
print(rows);
const idle = await weighIdleSessions();
const kibibytes = idle.bytesPerEnd / 1024;
process.stdout.write(
  `\nmemory of an idle session, with ${number(idle.sessions)} open: ${number(kibibytes)} KiB (budget 100: ${kibibytes <= 100 ? 'held' : 'MISSED'})\n`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
await Promise.all(Object.values(contestants).map((contestant) => contestant.close()));
