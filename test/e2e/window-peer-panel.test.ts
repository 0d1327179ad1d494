import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* The panel of a peer with its tabs, the panel of a past session, and the composer. */

const START_MS = 180_000;
const THEMES = ['dark', 'light'] as const;
const visits = new WindowVisits();
beforeAll(() => visits.open(), START_MS);
afterAll(() => visits.close());

describe('the panel of a peer', () => {
  it.each(THEMES)('has its tabs on the keys 1 to 4 (%s)', async (theme) => {
    await visits.visit('/peers', 'typical', theme, async (page) => {
      await page.getByText('archive-2').first().click();
      const panel = page.getByRole('complementary', { name: 'Peer' });
      const tabs = [
        ['1', 'Facts', 'Head hash'],
        ['2', 'Messages', 'NewPooledTransactionHashes'],
        ['3', 'Timeline', 'Connected, outbound'],
        ['4', 'Requests', 'GetReceipts'],
      ] as const;
      for (const [key, name, text] of tabs) {
        await page.keyboard.press(key);
        await panel.getByRole('tabpanel', { name }).getByText(text).first().waitFor();
        expect(await faults(page), name).toEqual([]);
      }
      const { width = 0 } = (await panel.boundingBox()) ?? {};
      expect(width).toBeLessThanOrEqual(300);
    });
  });

  it('moves with the arrow keys, and gives the row its focus back', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      const grid = page.getByRole('grid');
      await grid.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const panel = page.getByRole('complementary', { name: 'Peer' });
      const address = (): Promise<string | null> => panel.locator('dd.mono').nth(1).textContent();
      await panel.waitFor();
      const first = await address();
      await page.keyboard.press('ArrowDown');
      await expect.poll(address).not.toBe(first);
      await panel.getByRole('button', { name: 'Request…' }).focus();
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
      expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await page.locator('.grid-row.active').count()).toBe(1);
      await page.keyboard.press('Enter');
      await panel.waitFor();
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
    });
  });

  it('fits 800 pixels in each tab, beside rates, head and latency', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await page.setViewportSize({ width: 1_280, height: 800 });
      await page.getByText('archive-2').first().click();
      const shown = await page.getByRole('columnheader').allTextContents();
      const names = ['Client', 'Address', 'Direction', 'Head', 'In/s', 'Out/s', 'Latency'];
      const words = shown.map((text) => /^[\w/]*/.exec(text.trim())?.[0] ?? '');
      expect(words.filter((text) => text !== '' && text !== 'Activity')).toEqual(names);
      for (const key of ['1', '2', '3', '4']) {
        await page.keyboard.press(key);
        const hidden = await page
          .getByRole('tabpanel')
          .evaluate((element) => element.scrollHeight - element.clientHeight);
        expect(hidden, key).toBeLessThanOrEqual(0);
      }
    });
  });

  it('shows count, bytes, rate and last time of a message', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.getByText('archive-2').first().click();
      await page.keyboard.press('2');
      const row = page.getByRole('tabpanel').getByRole('row', { name: /^NewPooledTransactionHashes/ });
      for (const [figure, text] of [
        ['Bytes', '3.3 MB'],
        ['Per s', '91'],
        ['Last', /\d s/],
        ['Count', '18,204'],
      ] as const) {
        await page.getByRole('tabpanel').getByText(figure, { exact: true }).click();
        await row.getByText(text).first().waitFor();
        expect(await faults(page), figure).toEqual([]);
      }
    });
  });

  it('of a peer that left stays, says who ended it, and answers "Connect again" in place', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await page.getByText('archive-2').first().click();
      const panel = page.getByRole('complementary', { name: 'Peer' });
      await panel.getByRole('button', { name: 'Disconnect' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
      await panel.getByText('We ended it').waitFor();
      await panel.getByText('BPO2').waitFor();
      await panel.getByRole('button', { name: 'Connect again' }).click();
      await panel.getByText('No session: The peer has no free slot').waitFor();
      expect(await faults(page)).toEqual([]);
    });
  });

  it('leads to the Inspector, the Doctor and the logs of the peer', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      const open = async (): Promise<void> => {
        await page.evaluate(() => (location.hash = '#/peers'));
        await page.getByText('archive-2').first().click();
      };
      await open();
      const id = await page.evaluate(() => location.hash.split('/').pop() ?? '');
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      await page.getByRole('button', { name: 'Watch in Inspector' }).click();
      await page.getByRole('heading', { name: 'Inspector' }).waitFor();
      await page.getByText(/^peer [0-9a-f]{8}…/).waitFor();
      await open();
      await page.getByRole('button', { name: 'Log', exact: true }).click();
      await page.getByRole('heading', { name: 'Logs' }).waitFor();
      expect(await page.getByRole('searchbox').or(page.getByRole('textbox')).first().inputValue()).toBe(id);
      await open();
      await page.getByRole('complementary', { name: 'Peer' }).getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: /test|Doctor/i }).click();
      await page.getByRole('heading', { name: 'Doctor' }).waitFor();
    });
  });

  it('of a past session says who ended it and what is not kept, and connects again', async () => {
    await visits.visit('/sessions', 'typical', 'dark', async (page) => {
      await page.getByText('archive-1').first().click();
      const panel = page.getByRole('complementary', { name: 'Peer' });
      await panel.getByText(/^(We ended it|The peer ended it|The connection broke)$/).waitFor();
      await page.keyboard.press('1');
      await panel.getByText('Kept of a past session').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('2');
      await panel.getByText('Messages and requests are not kept').waitFor();
      await page.keyboard.press('3');
      await panel.getByText(/^Connected/).waitFor();
      await panel.getByRole('button', { name: 'Connect again' }).click();
      await panel.getByText('No session: The peer has no free slot').waitFor();
      expect(await faults(page)).toEqual([]);
    });
  });
});

describe('a node of a past session that is connected again', () => {
  it('is opened in Peers, not dialled, from the panel and the menu', async () => {
    await visits.visit('/sessions', 'typical', 'light', async (page) => {
      const row = page.getByRole('row').filter({ hasText: 'archive-2' });
      await row.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Open in Peers' }).waitFor();
      expect(await page.getByRole('menuitem', { name: 'Dial now' }).count()).toBe(0);
      await page.getByRole('menuitem', { name: 'Disconnect…' }).waitFor();
      await page.keyboard.press('Escape');
      await row.click();
      const panel = page.getByRole('complementary', { name: 'Peer' });
      await panel.getByRole('button', { name: 'Open in Peers' }).waitFor();
      expect(await panel.getByRole('button', { name: 'Connect again' }).count()).toBe(0);
      expect(await faults(page)).toEqual([]);
      await panel.getByRole('button', { name: 'Open in Peers' }).click();
      await page.getByRole('heading', { level: 1, name: 'Peers' }).waitFor();
      await panel.getByRole('button', { name: 'Disconnect' }).waitFor();
    });
  });
});

describe('the composer', () => {
  it.each(THEMES)(
    'shows the bytes, asks twice for raw bytes to a listed peer, and shows the answer (%s)',
    async (theme) => {
      await visits.visit('/peers', 'typical', theme, async (page) => {
        await page.getByText('archive-2').first().click();
        await page.getByRole('button', { name: 'Request…' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('17 B plain, 80 B on the wire').waitFor();
        expect(await faults(page)).toEqual([]);
        await dialog.getByRole('button', { name: 'Edit the bytes' }).click();
        const send = dialog.getByRole('button', { name: /^Send/ });
        expect(await send.isDisabled()).toBe(true);
        await dialog.getByRole('checkbox').first().check();
        expect(await send.isDisabled()).toBe(true);
        await dialog.getByRole('checkbox').last().check();
        expect(await faults(page)).toEqual([]);
        await send.click();
        await dialog.getByText('Answered in 31 ms').waitFor();
        expect(await faults(page)).toEqual([]);
      });
    },
  );
});
