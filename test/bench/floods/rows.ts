import { haveRealPeer } from '../../support/real-peers.ts';
import { printRow, type Figure, type Row } from '../rows.ts';
import {
  figuresOf,
  FLOODS,
  QUESTIONS_FIGURE,
  type Flood,
  type FloodOutcome,
  type ShareName,
} from './figures.ts';
import { measureFloods } from './measure.ts';
import { BenchPeer } from './peer.ts';
import { FloodSender } from './sender.ts';
import { openGethTarget, openOursTarget, type FloodTarget } from './target.ts';

/** Honest nodes that the targets find and look up. */
const SWARM = 20;

/** Nodes in the answer of one of them: as many as fit into a packet. */
const NAMED = 12;

async function openSwarm(): Promise<BenchPeer[]> {
  const swarm: BenchPeer[] = [];
  for (let index = 0; index < SWARM; index += 1) {
    swarm.push(await BenchPeer.open(`127.0.${String(60 + index)}.1`));
  }
  for (const [index, peer] of swarm.entries()) {
    peer.neighbors = Array.from({ length: NAMED }, (_, step) => swarm[(index + step + 1) % SWARM]).filter(
      (node) => node !== undefined,
    );
  }
  return swarm;
}

/** Floods ours and geth one after the other, each as a separate process, and prints the figures. Processor time needs Linux. */
export async function floods(root: string, seconds: number): Promise<Row[]> {
  if (process.platform !== 'linux') {
    process.stderr.write('Floods are measured on Linux alone.\n');
    return [];
  }
  const most = Math.max(...FLOODS.map(({ perSecond }) => perSecond)) * seconds;
  const sender = await FloodSender.open(250, most);
  const swarm = await openSwarm();
  const bootnodes = swarm.slice(0, 3).map(({ enode }) => enode);
  const contestants: Record<string, () => Promise<FloodTarget>> = { ours: () => openOursTarget(bootnodes) };
  if (haveRealPeer('geth72')) contestants['geth'] = () => openGethTarget(root, bootnodes);
  else process.stderr.write('geth is not here (node build/real-peers.mjs geth72): it is not flooded.\n');
  const outcomes: Record<string, Record<Flood['name'], FloodOutcome>> = {};
  for (const [name, open] of Object.entries(contestants)) {
    const target = await open();
    outcomes[name] = await measureFloods(target, sender, seconds).finally(() => target.stop());
  }
  await Promise.all([sender.close(), ...swarm.map((peer) => peer.close())]);
  return rowsOf(outcomes);
}

function rowsOf({ ours, ...peers }: Record<string, Record<Flood['name'], FloodOutcome>>): Row[] {
  const rows: Row[] = [];
  for (const flood of FLOODS) {
    const percent = (outcome: FloodOutcome | undefined, key: ShareName): number =>
      (outcome?.[key] ?? Number.NaN) * 100;
    for (const [key, figure] of Object.entries(figuresOf(flood)) as [ShareName, Figure][]) {
      if (key === 'strangers' && flood.kind === 'garbage') continue;
      const row: Row = {
        ...figure,
        ours: percent(ours?.[flood.name], key),
        peers: Object.fromEntries(
          Object.entries(peers).map(([name, all]) => [name, percent(all[flood.name], key)]),
        ),
      };
      printRow(row);
      rows.push(row);
    }
    const rates = Object.values({ ours, ...peers }).map((all) =>
      Math.round(all?.[flood.name].sentPerSecond ?? 0),
    );
    process.stdout.write(`  sent        ${rates.join(', ')} packets/s\n`);
  }
  const failed = {
    ...QUESTIONS_FIGURE,
    ours: (ours?.['self-expected host'].failedQuestions ?? Number.NaN) * 100,
    peers: {},
  };
  printRow(failed);
  return [...rows, failed];
}
