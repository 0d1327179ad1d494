import { join } from 'node:path';
import { CONFINED_FLAGS, placeFlags } from '../../support/start-flags.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { median } from '../rate.ts';
import { printOurs, printRow, type Row } from '../rows.ts';
import { measurePaints, type PaintingApplication, type Paints } from './application.ts';
import { measureCrowdedFrames, measureEmptyFrames, type Frames } from './crowded-window.ts';
import { BUSY_FIGURES, FRAME_FIGURES, QUIET_FIGURES, START_FIGURES } from './figures.ts';
import { weighBusySessions, weighQuietSessions } from './sessions.ts';

/** Starts of each application, in turn; the result is the median of the ratios. */
const ROUNDS = 7;

/** No packet leaves the machine. The demo uses loopback only, and refuses --netrestrict. */
const LOOPBACK = ['--network', 'mainnet', ...CONFINED_FLAGS];
const DEMO = ['--demo', '--nat', 'none', '--bootnodes=', '--discovery.dns='];

/** The start of the desktop application in real Electron. */
export const desktop = (root: string): Promise<Row[]> =>
  withElectron((electron) => startRows(root, electron));

/** The frames of its window with 10,000 peers. */
export const frames = (root: string): Promise<Row[]> => withElectron((electron) => frameRows(root, electron));

/** What its main process takes with many sessions. */
export const sessions = (root: string): Promise<Row[]> =>
  withElectron((electron) => sessionRows(root, electron));

/** The rows of a part; none where Electron cannot be started. */
async function withElectron(measure: (electron: string) => Promise<Row[]>): Promise<Row[]> {
  const electron = process.env['ENODECK_ELECTRON'];
  if (electron !== undefined) return await measure(electron);
  process.stderr.write('Electron or a display is not here: the desktop application is not measured.\n');
  return [];
}

async function startRows(root: string, electron: string): Promise<Row[]> {
  const plain = await ratiosOf(root, electron, LOOPBACK);
  const demo = await ratiosOf(root, electron, DEMO);
  return printOurs(START_FIGURES, [plain.first, plain.row, demo.first, demo.row]);
}

/** Rounds of each window, in turn; the result is the median. */
const FRAME_ROUNDS = 3;

async function frameRows(root: string, electron: string): Promise<Row[]> {
  const ours: Frames[] = [];
  const empty: Frames[] = [];
  for (let round = 0; round < FRAME_ROUNDS; round += 1) {
    empty.push(await measureEmptyFrames(electron, emptyWindow(root)));
    ours.push(await measureCrowdedFrames(root, electron, LOOPBACK));
  }
  const reads = [(frames: Frames) => frames.perSecond, (frames: Frames) => frames.workMs];
  return FRAME_FIGURES.map((figure, at) => {
    const middle = (all: readonly Frames[]): number =>
      median(all.map((frames) => reads[at]?.(frames) ?? Number.NaN));
    const row = { ...figure, ours: middle(ours), peers: { empty: middle(empty) } };
    printRow(row);
    return row;
  });
}

const emptyWindow = (root: string): string => join(root, 'test', 'bench', 'desktop', 'empty-window');

async function sessionRows(root: string, electron: string): Promise<Row[]> {
  if (process.platform !== 'linux') {
    process.stderr.write('Processor time of the main process is measured on Linux alone.\n');
    return [];
  }
  const quiet = printOurs(QUIET_FIGURES, [100 * (await weighQuietSessions(root, electron, LOOPBACK))]);
  const busy = printOurs(BUSY_FIGURES, [100 * (await weighBusySessions(root, electron, LOOPBACK))]);
  return [...quiet, ...busy];
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
    folder: emptyWindow(root),
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
