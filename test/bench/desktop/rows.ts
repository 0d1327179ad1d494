import { join } from 'node:path';
import { CONFINED_FLAGS, placeFlags } from '../../support/start-flags.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { median } from '../rate.ts';
import { printRow, type Figure, type Row } from '../rows.ts';
import { measurePaints, type PaintingApplication, type Paints } from './application.ts';
import { QUIET_FIGURES, START_FIGURES } from './figures.ts';
import { weighQuietSessions } from './quiet-sessions.ts';

/** Starts of each application, in turn; the result is the median of the ratios. */
const ROUNDS = 7;

/** No packet leaves the machine. The demo uses loopback only, and refuses --netrestrict. */
const LOOPBACK = ['--network', 'mainnet', ...CONFINED_FLAGS];
const DEMO = ['--demo', '--nat', 'none', '--bootnodes=', '--discovery.dns='];

/** The rows of the desktop application in real Electron: its start, and a quiet hour. None where Electron cannot be started. */
export async function desktop(root: string): Promise<Row[]> {
  const electron = process.env['ENODECK_ELECTRON'];
  if (electron === undefined) {
    process.stderr.write('Electron or a display is not here: the desktop application is not measured.\n');
    return [];
  }
  const rows = [...(await startRows(root, electron)), ...(await quietRows(root, electron))];
  return rows;
}

async function startRows(root: string, electron: string): Promise<Row[]> {
  const plain = await ratiosOf(root, electron, LOOPBACK);
  const demo = await ratiosOf(root, electron, DEMO);
  return rowsOf(START_FIGURES, [plain.first, plain.row, demo.first, demo.row]);
}

async function quietRows(root: string, electron: string): Promise<Row[]> {
  if (process.platform !== 'linux') {
    process.stderr.write('Processor time of the main process is measured on Linux alone.\n');
    return [];
  }
  return rowsOf(QUIET_FIGURES, [100 * (await weighQuietSessions(root, electron, LOOPBACK))]);
}

function rowsOf(figures: readonly Figure[], values: readonly number[]): Row[] {
  return figures.map((figure, at) => {
    const row = { ...figure, ours: values[at] ?? Number.NaN, peers: {} };
    printRow(row);
    return row;
  });
}

/** The paint times of our application, in times those of an empty window; the first start of each is not counted. */
async function ratiosOf(
  root: string,
  electron: string,
  flags: readonly string[],
): Promise<{ first: number; row: number }> {
  const folder = await temporaryFolder();
  const args = [...(await placeFlags(join(folder.path, 'data'))), ...flags];
  const ours: PaintingApplication = { folder: root, args, hasRows: true };
  const empty: PaintingApplication = {
    folder: join(root, 'test', 'bench', 'desktop', 'empty-window'),
    args: [`--user-data-dir=${join(folder.path, 'empty')}`],
    hasRows: false,
  };
  const pairs: { ours: Paints; empty: Paints }[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      pairs.push({
        empty: await measurePaints(electron, empty, folder.path),
        ours: await measurePaints(electron, ours, folder.path),
      });
    }
  } finally {
    await folder.remove();
  }
  const ratio = (of: (paints: Paints) => number | undefined): number =>
    median(pairs.slice(1).map((pair) => (of(pair.ours) ?? Number.NaN) / pair.empty.first));
  return { first: ratio((paints) => paints.first), row: ratio((paints) => paints.row) };
}
