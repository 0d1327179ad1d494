import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundleFixture, servePreview, type Preview } from './preview.ts';
import { launchBrowser, openPage } from './take-pictures.ts';
import { axeViolations } from '../axe.ts';

/** The window of the product's build. `npm run test:e2e` makes the build. */
const BUILT_WINDOW = resolve(import.meta.dirname, '../../../out/renderer');

/** The window alone, under the product's Content-Security-Policy, over a bridge with made-up data. */
export class WindowVisits {
  /** What the browser complained of on any page. */
  readonly complaints: string[] = [];
  #browser: Browser | undefined;
  #preview: Preview | undefined;
  #fixture = '';

  async open(): Promise<void> {
    this.#fixture = await bundleFixture();
    this.#preview = await servePreview(BUILT_WINDOW);
    this.#browser = await launchBrowser();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#preview?.close();
  }

  /** Opens a view in a state, and closes it when `act` is done. */
  async visit<Result>(
    path: string,
    scenario: string,
    theme: 'dark' | 'light',
    act: (page: Page) => Promise<Result>,
    live = false,
  ): Promise<Result> {
    if (this.#browser === undefined || this.#preview === undefined) {
      throw new Error('The browser did not start');
    }
    const place = { path, scenario, theme };
    const { url } = this.#preview;
    const page = await openPage(this.#browser, this.#fixture, place, url, this.complaints, live);
    try {
      // By its tag: behind an open dialog it has no role.
      await page.locator('h1').waitFor();
      return await act(page);
    } finally {
      await page.context().close();
    }
  }
}

/** The rules of WCAG 2.2, levels A and AA. */
const WCAG_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Accessibility faults of a page, in words. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  return (await axeViolations(page, { tags: WCAG_TAGS })).map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? node.failureSummary ?? ''}`).join('; ')}`,
  );
}
