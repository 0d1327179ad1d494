import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { API_CHANNELS } from '../../../shared/api-channels.ts';
import { makePeers } from '../../support/window-preview/fixture-data.ts';
import { pageWork } from '../../support/page-work.ts';
import { placeFlags } from '../../support/start-flags.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { launch } from './launch.ts';

/** What the frames of a window were while it was measured. */
export interface Frames {
  readonly perSecond: number;
  /** Processor time of the page's main thread a frame, milliseconds: it does not depend on what else the machine does. */
  readonly workMs: number;
}

/** Time for the window to settle, and the time that is measured, milliseconds. */
const SETTLE_MS = 3_000;
const MEASURED_MS = 8_000;

/** Ten rows a frame, to and fro. */
const STEP = 320;

/** Interval of the deltas, milliseconds, and the share of the rows that each has: 4,000 rows a second. */
const DELTA_MS = 250;
const CHANGED_SHARE = 0.1;

/**
 * Frames of an Electron window that does nothing but move a line: what this machine and its display can do.
 */
export async function measureEmptyFrames(electron: string, folder: string): Promise<Frames> {
  const place = await temporaryFolder();
  const app = await launch(electron, [folder, `--user-data-dir=${place.path}`], place.path);
  try {
    const page = await app.firstWindow();
    await page.evaluate(() => {
      const line = document.createElement('p');
      line.textContent = 'Moving';
      document.body.append(line);
    });
    return await measure(page, 'animate');
  } finally {
    await app.close();
    await place.remove();
  }
}

/**
 * Frames of the product's window while its table of 10,000 peers is scrolled and 4,000 of its rows change a second. The page,
 * the preload script and the channel are the product's; the rows are made up, and put in place of those of the node.
 */
export async function measureCrowdedFrames(
  root: string,
  electron: string,
  flags: readonly string[],
): Promise<Frames> {
  const folder = await temporaryFolder();
  const place = await placeFlags(join(folder.path, 'data'));
  const app = await launch(electron, [root, ...place, ...flags], folder.path);
  try {
    const page = await app.firstWindow();
    await page.locator('h1').waitFor();
    await putPeers(app);
    await page.evaluate(() => {
      location.hash = '#/peers';
    });
    await page.locator('[role="grid"][aria-rowcount="10001"] .grid-row').first().waitFor();
    return await measure(page, 'scroll');
  } finally {
    await app.close();
    await folder.remove();
  }
}

/** From now on the page gets made-up peers, and changes of them. */
async function putPeers(app: ElectronApplication): Promise<void> {
  const wanted = {
    channel: API_CHANNELS.push,
    rows: makePeers('many', Date.now()),
    every: DELTA_MS,
    share: CHANGED_SHARE,
  };
  await app.evaluate(({ BrowserWindow }, { channel, rows, every, share }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined) throw new Error('There is no window');
    const send = contents.send.bind(contents);
    const change = (row: (typeof rows)[number]): (typeof rows)[number] => ({
      ...row,
      latencyMs: 20 + Math.floor(230 * Math.random()),
      rateIn: Math.floor(60_000 * Math.random()),
      lastInAt: Date.now(),
    });
    contents.send = (name: string, ...values: unknown[]) => {
      const [id, text] = values;
      if (name !== channel || !String(text).startsWith('{"topic":"peers"')) send(name, ...values);
      else if (String(text).includes('"kind":"snapshot"')) {
        send(channel, id, JSON.stringify({ topic: 'peers', kind: 'snapshot', data: rows }));
        const timer = setInterval(() => {
          if (contents.isDestroyed()) clearInterval(timer);
          else {
            const upserted = rows.filter(() => Math.random() < share).map(change);
            const delta = { topic: 'peers', kind: 'delta', data: { upserted, removed: [] } };
            send(channel, id, JSON.stringify(delta));
          }
        }, every);
      }
    };
  }, wanted);
}

async function measure(page: Page, what: 'animate' | 'scroll'): Promise<Frames> {
  await page.waitForTimeout(SETTLE_MS);
  const work = await pageWork(page);
  const before = await work();
  const deltas = await page.evaluate(drawFrames, { what, ms: MEASURED_MS, step: STEP });
  const workMs = (((await work()) - before) * 1_000) / deltas.length;
  const total = deltas.reduce((sum, ms) => sum + ms, 0);
  return { perSecond: (deltas.length / total) * 1_000, workMs };
}

/** Runs in the page. Returns the time between each two frames, milliseconds. */
async function drawFrames({
  what,
  ms,
  step,
}: {
  what: 'animate' | 'scroll';
  ms: number;
  step: number;
}): Promise<number[]> {
  const moved = document.querySelector<HTMLElement>(what === 'scroll' ? '[role="grid"]' : 'p:last-child');
  if (moved === null) throw new Error('There is nothing to move');
  const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
  const found: number[] = [];
  let last = await frame();
  const end = last + ms;
  let direction = 1;
  while (last < end) {
    if (what === 'animate') moved.style.transform = `translateX(${String(found.length % 200)}px)`;
    else {
      if (moved.scrollTop <= 0) direction = 1;
      else if (moved.scrollTop + moved.clientHeight >= moved.scrollHeight) direction = -1;
      moved.scrollTop += direction * step;
    }
    const now = await frame();
    found.push(now - last);
    last = now;
  }
  return found;
}
