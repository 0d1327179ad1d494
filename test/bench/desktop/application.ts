import { chromium, type Page } from 'playwright-core';
import { Child } from '../../support/child.ts';
import { SANDBOX_FLAGS } from '../../support/start-flags.ts';

/** Time limits of a start and of an end, milliseconds. */
const START_MS = 60_000;

/** When a page painted, milliseconds after its process was started. */
export interface Paints {
  /** The first content: a text or an image. */
  readonly first: number;
  /** The first row of live data; undefined for a page without rows. */
  readonly row: number | undefined;
}

/** An Electron application that is started once to see when its page paints. */
export interface PaintingApplication {
  /** Folder of its package.json. */
  readonly folder: string;
  readonly args: readonly string[];
  /** Whether its page has rows with `elementtiming`. */
  readonly hasRows: boolean;
}

/**
 * Starts the application, waits until it prints Ready, reads the paint times that its page has recorded, and ends it. Nothing
 * is attached to it before: a debugger would slow the start.
 */
export async function measurePaints(
  electron: string,
  { folder, args, hasRows }: PaintingApplication,
  userFolder: string,
): Promise<Paints> {
  const startedAt = performance.timeOrigin + performance.now();
  const child = new Child(
    folder,
    electron,
    [folder, ...SANDBOX_FLAGS, '--remote-debugging-port=0', ...args],
    {
      XDG_CONFIG_HOME: userFolder,
    },
  );
  try {
    const [, address = ''] = await child.line(/DevTools listening on (ws:\S+)/, START_MS);
    await child.line(/^Ready/, START_MS);
    const browser = await chromium.connectOverCDP(address);
    const page = browser.contexts()[0]?.pages()[0];
    if (page === undefined) throw new Error(`${folder} has no page`);
    const painted = await readPaints(page, hasRows);
    await browser.close();
    return {
      first: painted.first - startedAt,
      row: painted.row === undefined ? undefined : painted.row - startedAt,
    };
  } finally {
    await child.stop('SIGTERM');
  }
}

/** The paint times that the page has recorded, Unix milliseconds; waits for those that are still to come. */
async function readPaints(page: Page, hasRows: boolean): Promise<{ first: number; row: number | undefined }> {
  return await page.evaluate(async (withRows) => {
    const next = (type: string, name: string): Promise<number> =>
      new Promise((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const entry = list
            .getEntries()
            .find((found) => found.name === name || Reflect.get(found, 'identifier') === name);
          if (entry === undefined) return;
          observer.disconnect();
          resolve(performance.timeOrigin + entry.startTime);
        });
        observer.observe({ type, buffered: true });
      });
    return {
      first: await next('paint', 'first-contentful-paint'),
      row: withRows ? await next('element', 'first-row') : undefined,
    };
  }, hasRows);
}
