import { pageWork } from '../page-work.ts';
import { WindowVisits } from './window-visits.ts';

/** Frames of the Inspector while it is scrolled and messages arrive. */
export interface FrameFigures {
  readonly framesPerSecond: number;
  /** Milliseconds between frames. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Processor time of the page's main thread a frame, milliseconds: it does not depend on what else the machine does. */
  readonly workMs: number;
  readonly rowsArrived: number;
}

const SECONDS = 6;
/** Ten rows a frame, to and fro. */
const STEP = 240;

/** Scrolls 20,000 messages, to which 1,000 a second are added; `idle` draws frames and does nothing, for comparison. */
export async function measureFrames(idle: boolean): Promise<FrameFigures> {
  const visits = new WindowVisits();
  await visits.open();
  try {
    return await visits.visit('/inspector', 'many', 'dark', async (page) => measure(page, idle), !idle);
  } finally {
    await visits.close();
  }
}

type VisitedPage = Parameters<Parameters<WindowVisits['visit']>[3]>[0];

async function measure(page: VisitedPage, idle: boolean): Promise<FrameFigures> {
  await page.locator('[role="grid"] .grid-row').first().waitFor();
  const work = await pageWork(page);
  const before = await work();
  const { deltas, rowsArrived } = await page.evaluate(
    async ({ ms, step, isIdle }) => {
      const grid = document.querySelector('[role="grid"]');
      if (grid === null) throw new Error('There is no table');
      const newest = (): number =>
        Math.max(
          ...[...grid.querySelectorAll('.grid-row')].map((row) =>
            Number(row.children[1]?.textContent.replace(/\D/g, '')),
          ),
        );
      const first = newest();
      const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
      const found: number[] = [];
      let last = await frame();
      const end = last + ms;
      let direction = -1;
      while (last < end) {
        if (!isIdle) {
          if (grid.scrollTop <= 0) direction = 1;
          else if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight) direction = -1;
          grid.scrollTop += direction * step;
        }
        const now = await frame();
        found.push(now - last);
        last = now;
      }
      grid.scrollTop = grid.scrollHeight;
      await frame();
      await frame();
      return { deltas: found, rowsArrived: newest() - first };
    },
    { ms: SECONDS * 1_000, step: STEP, isIdle: idle },
  );
  const spent = (await work()) - before;
  const sorted = [...deltas].sort((a, b) => a - b);
  const total = deltas.reduce((sum, ms) => sum + ms, 0);
  return {
    framesPerSecond: (deltas.length / total) * 1_000,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    workMs: (spent * 1_000) / deltas.length,
    rowsArrived,
  };
}
