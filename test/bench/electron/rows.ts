import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Measured } from '../figures.ts';
import type { GethContestant } from '../geth.ts';
import { median } from '../rate.ts';
import { printRow, type Figure, type Row } from '../rows.ts';

const run = promisify(execFile);

/** Messages of 1 KiB a second, and megabytes a second in messages of 1 MiB. */
export interface LinkRates {
  readonly small: number;
  readonly large: number;
}

const ELECTRON_FIGURES = [
  {
    name: 'rlpx 1 KiB, Electron',
    what: 'random messages with snappy on loopback, both ends in one process of Electron',
    unit: 'messages/s',
    better: 'higher',
    budget: { geth: 0.7 },
  },
  {
    name: 'rlpx 1 MiB, Electron',
    what: 'the same with larger messages',
    unit: 'MB/s',
    better: 'higher',
  },
] as const satisfies readonly Figure[];

/** One connection in Electron, in turn with geth. None where Electron cannot be started. */
export async function electron(
  geth: GethContestant<Measured> | undefined,
  rounds: number,
  seconds: number,
): Promise<Row[]> {
  const executable = process.env['ENODECK_ELECTRON'];
  if (executable === undefined) {
    process.stderr.write('Electron is not here: connections in it are not measured.\n');
    return [];
  }
  const ours: LinkRates[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await ratesIn(executable, seconds));
    if (geth !== undefined) theirs.push(await geth.measure(seconds));
  }
  await geth?.close();
  const peers = (figure: 'rlpx 1 KiB' | 'rlpx 1 MiB'): Row['peers'] =>
    theirs.length === 0 ? {} : { geth: median(theirs.map((measured) => measured[figure])) };
  const [small, large] = ELECTRON_FIGURES;
  const rows = [
    { ...small, ours: median(ours.map((rates) => rates.small)), peers: peers('rlpx 1 KiB') },
    { ...large, ours: median(ours.map((rates) => rates.large)), peers: peers('rlpx 1 MiB') },
  ];
  for (const row of rows) printRow(row);
  return rows;
}

/** @throws Error when the program in Electron fails */
async function ratesIn(executable: string, seconds: number): Promise<LinkRates> {
  const { stdout } = await run(executable, [join(import.meta.dirname, 'link-rates.js'), String(seconds)], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  return JSON.parse(stdout) as LinkRates;
}
