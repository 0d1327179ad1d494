import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { LAUNCH_MS } from '../window.ts';
import { buildWindow, bundleFixture, servePreview } from './preview.ts';

/** One picture: where, in which state, how large. */
export interface Picture {
  readonly name: string;
  readonly path: string;
  readonly scenario: string;
  readonly theme: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
  /** The time that the page has; the machine's without it. */
  readonly at?: Date;
  readonly prepare?: (page: Page) => Promise<void>;
}

/** What the browser complained about while the pictures were taken; empty when all is well. */
export type Complaints = readonly string[];

const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--disable-sync',
];

/** The browser that the machine has. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['ENODECK_CHROMIUM'] ?? '/usr/bin/chromium',
    timeout: LAUNCH_MS,
    args: BROWSER_FLAGS,
  });
}

/** A page with the fixture in place of a node. */
export async function openPage(
  browser: Browser,
  fixture: string,
  picture: Omit<Picture, 'name'>,
  url: string,
  complaints: string[],
  live = false,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: picture.width ?? 1440, height: picture.height ?? 900 },
    colorScheme: picture.theme,
    reducedMotion: live ? 'no-preference' : 'reduce',
    ...(picture.at === undefined ? {} : { timezoneId: 'UTC', locale: 'en-GB' }),
  });
  const page = await context.newPage();
  if (picture.at !== undefined) await page.clock.setFixedTime(picture.at);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${picture.path}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${picture.path}: ${error.message}`));
  if (picture.scenario !== 'none') {
    await page.addInitScript(`window.enodeckScenario = ${JSON.stringify({ name: picture.scenario, live })};`);
    await page.addInitScript(fixture);
  }
  await page.goto(`${url}#${picture.path}`);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

/** Takes every picture into `folder`. */
export async function takePictures(
  pictures: readonly Picture[],
  folder: string,
  built: string,
): Promise<Complaints> {
  const complaints: string[] = [];
  await mkdir(folder, { recursive: true });
  await buildWindow(built);
  const fixture = await bundleFixture();
  const preview = await servePreview(built);
  const browser = await launchBrowser();
  try {
    for (const picture of pictures) {
      const page = await openPage(browser, fixture, picture, preview.url, complaints);
      await page.waitForTimeout(350);
      if (picture.prepare !== undefined) {
        await picture.prepare(page);
        await page.waitForTimeout(150);
      }
      await page.screenshot({ path: join(folder, `${picture.name}.png`) });
      await page.context().close();
    }
  } finally {
    await browser.close();
    await preview.close();
  }
  return complaints;
}
