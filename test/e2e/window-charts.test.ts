import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowVisits } from '../support/window-preview/window-visits.ts';

/* Sizes and hover texts of charts, cards and the table of discovery. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const SIZES = [
  { width: 960, height: 600 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
] as const;

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('The element is not visible.');
  return box;
}

/** The card with a title. */
const card = (page: Page, title: string): Locator =>
  page.locator('.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

describe('the charts', () => {
  it('have their labels outside the plot, and show the values at the pointer', async () => {
    await visits.visit('/', 'typical', 'dark', async (page) => {
      const traffic = card(page, 'Traffic');
      const plot = await boxOf(traffic.locator('canvas'));
      for (const label of await traffic.locator('.values span').all()) {
        expect((await boxOf(label)).x).toBeGreaterThanOrEqual(plot.x + plot.width);
      }
      for (const label of await traffic.locator('.times span').all()) {
        expect((await boxOf(label)).y).toBeGreaterThanOrEqual(plot.y + plot.height - 6);
      }
      expect(await traffic.locator('.times span').count()).toBeGreaterThan(2);
      for (const title of ['Traffic', 'Discovery']) {
        await card(page, title).locator('.u-over').hover();
        await card(page, title)
          .locator('.readout')
          .getByText(/, mean of 5 s/)
          .waitFor();
      }
    });
    await visits.visit('/discovery', 'typical', 'dark', async (page) => {
      await page.locator('circle.point').nth(4).hover();
      await page.locator('.readout').getByText('Log distance').waitFor();
    });
  });
});

describe('the overview', () => {
  it('has cards of bounded height that hold their text', async () => {
    await visits.visit('/', 'typical', 'light', async (page) => {
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await card(page, 'Traffic').locator('canvas').waitFor();
        for (const each of await page.locator('.card').all()) {
          const { height } = await boxOf(each);
          const isEvents = (await each.getByRole('heading', { name: 'Recent events' }).count()) > 0;
          if (!isEvents) expect(height).toBeLessThanOrEqual(470);
        }
        const dials = card(page, 'Dial results');
        const { y, height } = await boxOf(dials);
        const last = await boxOf(dials.locator('.foot-note > :last-child'));
        expect(last.y + last.height).toBeLessThanOrEqual(y + height - 4);
      }
    });
  });
});

describe('the table of discovery', () => {
  it('has square cells', async () => {
    await visits.visit('/discovery', 'typical', 'light', async (page) => {
      for (const size of SIZES) {
        await page.setViewportSize(size);
        const { width, height } = await boxOf(page.locator('[data-cell="0-0"]'));
        expect(Math.abs(width - height)).toBeLessThanOrEqual(1);
        expect(width).toBeGreaterThanOrEqual(11);
        const map = await boxOf(page.locator('.buckets'));
        const last = await boxOf(page.locator('[data-cell="16-25"]'));
        expect(last.x + last.width).toBeLessThanOrEqual(map.x + map.width);
        expect(last.y + last.height).toBeLessThanOrEqual(map.y + map.height);
      }
    });
  });
});

describe('a text that is cut', () => {
  it('is whole in its tooltip', async () => {
    await visits.visit('/', 'typical', 'dark', async (page) => {
      await page.setViewportSize({ width: 960, height: 600 });
      const value = page.locator('.clip').filter({ hasText: 'UPnP at' }).last();
      await value.hover();
      await expect.poll(() => value.getAttribute('title')).toBe(await value.innerText());
    });
  });
});
