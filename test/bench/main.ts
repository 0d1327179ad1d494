import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BATCHING_FIGURES, measureBatching, type Batching } from './batching.ts';
import { CODEC_FIGURES, measureCodecs, type Codecs } from './codecs.ts';
import { desktop, frames, sessions } from './desktop/rows.ts';
import { openChainsafeDiscv5 } from './discv5/chainsafe.ts';
import { DISCV5_FIGURES, type Discv5Contestant, type Discv5Measured } from './discv5/figures.ts';
import { openOursDiscv5 } from './discv5/ours.ts';
import { openEthereumJs } from './ethereumjs.ts';
import { electron } from './electron/rows.ts';
import { FIGURES, type Contestant, type Measured } from './figures.ts';
import { floods } from './floods/rows.ts';
import { budgetOf } from './goals.ts';
import { openGeth, type GethContestant } from './geth.ts';
import { weighIdleSessions } from './idle-sessions.ts';
import { openOurs } from './ours.ts';
import { measureRecorder } from './recorder.ts';
import { lookups } from './lookups/rows.ts';
import { median } from './rate.ts';
import { printOurs, printRow, type Figure, type Row } from './rows.ts';
import { openEthereumJsScale } from './scale/ethereumjs.ts';
import { SCALE_FIGURES, type ScaleContestant } from './scale/figures.ts';
import { openOursScale } from './scale/ours.ts';
import { measureScale } from './scale/work.ts';
import { serving } from './serving/rows.ts';
import { ThreadsContestant, THREADS_FIGURE } from './threads.ts';

/** Rounds of each implementation, one after the other, so that load affects all of them; the result is the median. */
const ROUNDS = 5;
/** Rounds of the figures with many sessions, which take longer. */
const SCALE_ROUNDS = 3;

/** How long each flood lasts, seconds. */
const FLOOD_SECONDS = 5;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '0.5' },
    only: { type: 'string' },
    budget: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const root = process.cwd();

/** Measures each implementation round by round, and takes the median of the rounds. */
async function inRounds<C>(
  figures: readonly Figure[],
  rounds: number,
  contestants: Readonly<Record<string, C>>,
  measure: (contestant: C) => Promise<Readonly<Record<string, number>>>,
): Promise<Row[]> {
  const measured: Record<string, Readonly<Record<string, number>>[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      (measured[name] ??= []).push(await measure(contestant));
    }
  }
  return figures.map((figure) => {
    const middle = (all: readonly Readonly<Record<string, number>>[]): number =>
      median(all.map((round) => round[figure.name] ?? Number.NaN));
    const { ours = [], ...peers } = measured;
    return {
      ...figure,
      ours: middle(ours),
      peers: Object.fromEntries(Object.entries(peers).map(([peer, all]) => [peer, middle(all)])),
    };
  });
}

/** Starts the implementations, prints every figure, and stops them. */
async function contest<C extends { close(): Promise<void> }>(
  figures: readonly Figure[],
  rounds: number,
  contestants: Readonly<Record<string, C>>,
  measure: (contestant: C) => Promise<Readonly<Record<string, number>>>,
): Promise<Row[]> {
  const rows = await inRounds(figures, rounds, contestants, measure);
  for (const row of rows) printRow(row);
  await Promise.all(Object.values(contestants).map((contestant) => contestant.close()));
  return rows;
}

/** go-ethereum for a part, if Go is installed. */
function gethAt<M>(part: 'primitives' | 'discv5'): GethContestant<M> | undefined {
  const geth = openGeth<M>(join(root, 'test', 'bench', 'geth'), part);
  if (geth === undefined) process.stderr.write('Go is not here: geth is not measured.\n');
  return geth;
}

async function discv5(): Promise<Row[]> {
  const geth = gethAt<Discv5Measured>('discv5');
  const contestants: Record<string, Discv5Contestant> = {
    ours: await openOursDiscv5(),
    chainsafe: await openChainsafeDiscv5(),
    ...(geth === undefined ? {} : { geth }),
  };
  return await contest(DISCV5_FIGURES, ROUNDS, contestants, (contestant) => contestant.measure(seconds));
}

async function primitives(): Promise<Row[]> {
  const geth = gethAt<Measured>('primitives');
  const contestants: Record<string, Contestant> = {
    ours: await openOurs(),
    ethereumjs: await openEthereumJs(),
    ...(geth === undefined ? {} : { geth }),
  };
  return await contest(FIGURES, ROUNDS, contestants, (contestant) => contestant.measure(seconds));
}

async function scale(): Promise<Row[]> {
  const contestants: Record<string, ScaleContestant> = {
    ours: await openOursScale(),
    ethereumjs: await openEthereumJsScale(),
  };
  return await contest(SCALE_FIGURES, SCALE_ROUNDS, contestants, (contestant) =>
    measureScale(contestant, 2 * seconds),
  );
}

const IDLE_FIGURES = [
  {
    name: 'idle session',
    what: 'memory of one end, with 1,000 open',
    unit: 'KiB',
    better: 'lower',
    limit: 30,
  },
  {
    name: 'idle sessions',
    what: 'what both ends of 1,000 take of a core',
    unit: '%',
    better: 'lower',
  },
] as const satisfies readonly Figure[];

async function idle(): Promise<Row[]> {
  const { bytesPerEnd, coreShare } = await weighIdleSessions();
  return printOurs(IDLE_FIGURES, [bytesPerEnd / 1024, coreShare * 100]);
}

/** Announcements collected, against the same messages each on its own: both are ours. */
async function batching(): Promise<Row[]> {
  const rounds: Batching[] = [];
  for (let round = 0; round < SCALE_ROUNDS; round += 1) rounds.push(await measureBatching(seconds));
  return BATCHING_FIGURES.map((figure) => {
    const middle = (way: keyof Batching): number =>
      median(rounds.map((measured) => measured[way][figure.name]));
    const row = { ...figure, ours: middle('collected'), peers: { 'one by one': middle('alone') } };
    printRow(row);
    return row;
  });
}

/** The recovery pool, which uses all cores, against one thread of ours and of geth. */
async function threads(): Promise<Row[]> {
  const geth = gethAt<Measured>('primitives');
  const ours = await ThreadsContestant.open();
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const measured: Record<string, number> = { ours: await ours.pooled(2 * seconds) };
    measured['one thread'] = await ours.alone(seconds);
    if (geth !== undefined) measured['geth'] = (await geth.measure(seconds))['discv4 decode'];
    rounds.push(measured);
  }
  await Promise.all([ours.close(), geth?.close()]);
  const middle = (of: string): number => median(rounds.map((measured) => measured[of] ?? Number.NaN));
  const peers = ['one thread', ...(geth === undefined ? [] : ['geth'])];
  const row = {
    ...THREADS_FIGURE,
    ours: middle('ours'),
    peers: Object.fromEntries(peers.map((of) => [of, middle(of)])),
  };
  printRow(row);
  return [row];
}

/** Our own codecs, against the libraries that have the same. */
async function codecs(): Promise<Row[]> {
  const rounds: Codecs[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureCodecs(seconds));
  const rows = CODEC_FIGURES.map((figure) => {
    const middle = (of: keyof Codecs): number => median(rounds.map((measured) => measured[of][figure.name]));
    const row = { ...figure, ours: middle('ours'), peers: { library: middle('library') } };
    printRow(row);
    return row;
  });
  return rows;
}

/** What the recording costs, as a share of the same connection without it. */
async function recorder(): Promise<Row[]> {
  const rows = await measureRecorder(seconds);
  for (const row of rows) printRow(row);
  return [...rows];
}

/** The idle sessions come first: memory of other parts would be measured with them. */
const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  idle,
  primitives,
  electron: () => electron(gethAt<Measured>('primitives'), ROUNDS, seconds),
  threads,
  discv5,
  lookups,
  scale,
  batching,
  recorder,
  codecs,
  floods: () => floods(root, FLOOD_SECONDS),
  serving: () => serving(root),
  desktop: () => desktop(root),
  frames: () => frames(root),
  sessions: () => sessions(root),
};

const parts = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = parts.find((part) => !Object.hasOwn(PARTS, part));
if (unknown !== undefined) {
  throw new Error(`--only: there is no part "${unknown}"; the parts are ${Object.keys(PARTS).join(', ')}`);
}

// Now, because the figures of all parts would be lost to a path that cannot be written.
if (values.json !== undefined) writeFileSync(values.json, '[]\n');

const rows: Row[] = [];
const unmeasured: string[] = [];
for (const [name, measure] of Object.entries(PARTS)) {
  if (!parts.includes(name)) continue;
  const measured = await measure();
  rows.push(...measured);
  if (measured.length === 0) unmeasured.push(name);
}
if (values.json !== undefined) {
  const plain = rows.map(({ name, unit, better, ours, peers, budget, limit }) => ({
    ...{ name, unit, better, ours, peers, budget, limit },
  }));
  writeFileSync(values.json, `${JSON.stringify(plain, null, 2)}\n`);
}
if (values.budget) {
  const { text, isHeld } = budgetOf(rows, unmeasured);
  process.stdout.write(`\n${text}\n`);
  if (!isHeld) process.exitCode = 1;
}
