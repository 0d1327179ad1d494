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

  it('of a past session says who ended it, and connects again', async () => {
    await visits.visit('/sessions', 'typical', 'dark', async (page) => {
      await page.getByText('archive-1').first().click();
      const panel = page.getByRole('complementary', { name: 'Peer' });
      await panel.getByText(/^(We ended it|The peer ended it|The connection broke)$/).waitFor();
      expect(await faults(page)).toEqual([]);
      await panel.getByRole('button', { name: 'Connect again' }).click();
      await page.getByText('No session: The peer has no free slot').waitFor();
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
