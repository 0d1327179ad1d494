import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* The known nodes in the window, by mouse and keyboard. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const rowsOf = (page: Page): Locator => page.getByRole('grid', { name: 'Known nodes' }).locator('.grid-row');

describe('the known nodes', () => {
  it('render only visible rows of 10,000, load more while they are scrolled, and all with End', async () => {
    await visits.visit('/nodes/known', 'many', 'dark', async (page) => {
      await page.getByText('10,000 of 10,000').waitFor();
      expect(await rowsOf(page).count()).toBeLessThan(80);
      const grid = page.getByRole('grid', { name: 'Known nodes' });
      expect(await grid.getAttribute('aria-rowcount')).toBe('10001');
      const height = () => grid.evaluate((element) => element.scrollHeight);
      const before = await height();
      await grid.evaluate((element) => (element.scrollTop = element.scrollHeight));
      await expect.poll(height).toBeGreaterThan(before);
      await grid.press('End');
      const last = page.locator('.grid-row.active[aria-rowindex="10001"]');
      await last.waitFor();
      expect(await grid.getAttribute('aria-activedescendant')).toBe(await last.getAttribute('id'));
      expect(await rowsOf(page).count()).toBeLessThan(80);
    });
  }, 40_000);

  it('are filtered by words and by choice, and shown again', async () => {
    await visits.visit('/nodes/known', 'typical', 'light', async (page) => {
      await rowsOf(page).first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('archive');
      await page.getByText('2 of 412').waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('412 of 412').waitFor();
      await page.getByLabel('Client', { exact: true }).selectOption('?');
      await expect.poll(() => rowsOf(page).filter({ hasNotText: 'not known' }).count()).toBe(0);
      await page.getByLabel('Port').fill('99999');
      expect(await page.getByLabel('Port').getAttribute('aria-invalid')).toBe('true');
      await page.getByLabel('Port').fill('1');
      await page.getByText('No node matches the filter').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Clear filters' }).last().click();
      await page.getByText('412 of 412').waitFor();
    });
  });

  it('open their trace with Enter, follow the arrow keys, and close it with Escape', async () => {
    await visits.visit('/nodes/known', 'typical', 'dark', async (page) => {
      await rowsOf(page).first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const panel = page.getByRole('complementary', { name: 'Node trace' });
      await panel.getByRole('button', { name: 'Dial now' }).waitFor();
      const title = panel.getByRole('heading', { level: 2 });
      const first = await title.textContent();
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => title.textContent()).not.toBe(first);
      await panel.getByRole('button', { name: 'Test in Doctor' }).waitFor();
      await panel.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Add to static nodes' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      expect(await panel.getByText('Unknown node').count()).toBe(0);
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
    });
  });

  it('have a menu with the record, and an export', async () => {
    await visits.visit('/nodes/known', 'typical', 'dark', async (page) => {
      await rowsOf(page).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Test in Doctor' }).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('menuitem', { name: 'ENR…' }).click();
      await page.getByRole('table', { name: 'ENR entries' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Export' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: 'nodes.json, as devp2p nodeset' }).click();
      expect((await download).suggestedFilename()).toBe('nodes.json');
      await page.getByText('412 nodes saved').waitFor();
    });
  });

  it('open the composer, also one that is no peer', async () => {
    await visits.visit('/nodes/known', 'typical', 'dark', async (page) => {
      await rowsOf(page).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Request…' }).click();
      await page.getByRole('dialog', { name: 'Send a request' }).waitFor();
    });
  });

  it('are sorted by a column, and say that the node is stopped', async () => {
    await visits.visit('/nodes/known', 'stopped', 'light', async (page) => {
      await page.getByText('The node is stopped, so its tables are empty.').waitFor();
      await page.getByRole('columnheader', { name: 'Node' }).getByRole('button').click();
      await expect
        .poll(async () => {
          const ids = await rowsOf(page).locator('.mono').allTextContents();
          return ids.length > 0;
        })
        .toBe(true);
      const header = page.getByRole('columnheader', { name: 'Node' });
      expect(await header.getAttribute('aria-sort')).toBe('ascending');
    });
  });
});
