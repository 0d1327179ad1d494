import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { buildWindow, bundleFixture, servePreview, type Preview } from './preview.ts';
import { launchBrowser, openPage } from './take-pictures.ts';
import { untilStill } from '../still-page.ts';

/**
 * The window alone, built as the product builds it and under the product's Content-Security-Policy, over a bridge with
 * made-up data.
 */
export class WindowVisits {
  /** What the browser complained of on any page. */
  readonly complaints: string[] = [];
  #browser: Browser | undefined;
  #preview: Preview | undefined;
  #fixture = '';
  #folder: string | undefined;

  async open(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'enodeck-window-'));
    await buildWindow(this.#folder);
    this.#fixture = await bundleFixture();
    this.#preview = await servePreview(this.#folder);
    this.#browser = await launchBrowser();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#preview?.close();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
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

/** Accessibility faults of a page, in words. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await untilStill(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? node.failureSummary ?? ''}`).join('; ')}`,
  );
}
