import type { Figure } from '../rows.ts';

/** The most that the first paint may take, in times that of an empty window. */
const MOST = 1.5;

/** The start of the window, each against an empty Electron window that is started in turn with it. */
export const START_FIGURES = [
  {
    name: 'first paint ratio',
    what: 'from the start of the process to the first paint, in times that of an empty Electron window',
    unit: 'times',
    better: 'lower',
    limit: MOST,
  },
  {
    name: 'first row ratio',
    what: 'the same to the first row of live data',
    unit: 'times',
    better: 'lower',
  },
  {
    name: 'first paint ratio, demo',
    what: 'as first paint ratio, with --demo',
    unit: 'times',
    better: 'lower',
    limit: MOST,
  },
  {
    name: 'first row ratio, demo',
    what: 'as first row ratio, with --demo',
    unit: 'times',
    better: 'lower',
  },
] as const satisfies readonly Figure[];

/** The window with 10,000 peers, against an Electron window that moves one line. */
export const FRAME_FIGURES = [
  {
    name: 'frames with 10,000 peers',
    what: 'frames while the table is scrolled and 4,000 of its rows change a second; `empty` is a window that moves one line',
    unit: 'frames/s',
    better: 'higher',
    // 58 of 60.
    budget: { empty: 0.97 },
  },
  {
    name: 'work a frame',
    what: "processor time of the page's main thread, the same",
    unit: 'ms',
    better: 'lower',
  },
] as const satisfies readonly Figure[];

/** The application with 500 peers. */
export const BUSY_FIGURES = [
  {
    name: 'busy sessions',
    what: 'what the main process takes of a core with 500 sessions that each send two announcements a second, and a window with their table',
    unit: '%',
    better: 'lower',
    limit: 10,
  },
] as const satisfies readonly Figure[];

/** The application while nothing happens. */
export const QUIET_FIGURES = [
  {
    name: 'quiet sessions',
    what: 'what the main process takes of a core with 50 sessions and a hidden window',
    unit: '%',
    better: 'lower',
    limit: 1,
  },
] as const satisfies readonly Figure[];
