import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rows, table } from '../support/inspector-page.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* Export and import of recordings in the Inspector, on a made-up recording. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const visit = <Result>(look: (page: Page) => Promise<Result>, theme: 'dark' | 'light' = 'dark') =>
  visits.visit('/inspector', 'typical', theme, async (page) => {
    await rows(page).first().waitFor();
    return look(page);
  });

/** Exports with the menu, which is open; returns the text of the file. */
async function save(page: Page, format: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: format }).click(),
  ]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}
async function menu(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menu').waitFor();
}
async function open(page: Page, name: string, text: string): Promise<void> {
  const buffer = Buffer.from(text);
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'application/jsonl', buffer });
}
const records = (text: string): number => text.split('\n').length - 1;

describe('an export', () => {
  it('has all messages, the shown ones, those of a session, or the chosen one', async () => {
    await visit(async (page) => {
      await page.getByRole('combobox', { name: 'Filter' }).fill('msg:BlockHeaders dir:in');
      await page.keyboard.press('Enter');
      const shown = Number(
        ((await page.locator(`.count[role="status"]`).textContent()) ?? '').split(' of ')[0],
      );
      await menu(page);
      const filtered = await save(page, 'JSON lines');
      expect(filtered.name).toMatch(/\.jsonl$/);
      expect(records(filtered.text)).toBe(shown);
      await page.getByText(`Saved ${filtered.name}`).waitFor();
      await menu(page);
      expect(
        await page.getByRole('menuitemradio', { name: 'The chosen message', exact: true }).isDisabled(),
      ).toBe(true);
      await page.getByRole('menuitemradio', { name: 'All messages' }).click();
      expect(records((await save(page, 'Wireshark capture')).text)).toBe(1_237);
      await rows(page).last().click();
      await page.getByRole('region', { name: 'Message', exact: true }).waitFor();
      await menu(page);
      await page.getByRole('menuitemradio', { name: 'The session' }).click();
      const session = records((await save(page, 'Test vectors')).text);
      expect(session).toBeGreaterThan(1);
      expect(session).toBeLessThan(1_237);
      await menu(page);
      await page.getByRole('menuitemradio', { name: 'The chosen message', exact: true }).click();
      expect(records((await save(page, 'Test vectors')).text)).toBe(1);
    });
  });

  it('works with the keyboard', async () => {
    await visit(async (page) => {
      await page.getByRole('button', { name: 'Export' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menu').waitFor();
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      expect(download.suggestedFilename()).toBe('recording.jsonl');
    });
  });
});

describe('a file', () => {
  it('is read in place of the recording, without Follow, Send or Clear, and closes again', async () => {
    await visit(async (page) => {
      await menu(page);
      await page.getByRole('menuitemradio', { name: 'All messages' }).click();
      const { text } = await save(page, 'JSON lines');
      const part = text.split('\n').slice(0, 401).join('\n');
      await page.keyboard.press('Escape');
      await open(page, 'interop.jsonl', part);
      await page.getByText('File interop.jsonl, 400 messages').waitFor();
      await page.getByText('400 of 400').waitFor();
      expect(await table(page).evaluate((grid) => grid.scrollTop)).toBe(0);
      for (const name of ['Follow', 'Pause', 'Send a request', 'Clear', 'Stop'])
        expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
      await page.keyboard.press('r');
      await page.keyboard.press(' ');
      await page.getByText('File interop.jsonl, 400 messages').waitFor();
      await rows(page).first().click();
      await page.getByRole('region', { name: 'Message', exact: true }).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Back to the recording' }).click();
      await page.getByText('1,237 of 1,237').waitFor();
      await page.getByRole('button', { name: 'Follow' }).waitFor();
    });
  });

  it('with a wrong line is refused with its number, and what was shown stays', async () => {
    await visit(async (page) => {
      await open(page, 'half.jsonl', '{"format":"enodeck-recording"}\n{"seq":');
      await page.getByRole('alert').getByText('half.jsonl was not opened. Line 2 is no JSON.').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByText('1,237 of 1,237').waitFor();
      await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
    }, 'light');
  });

  it('can be opened before anything was recorded', async () => {
    await visits.visit('/inspector', 'empty', 'dark', async (page) => {
      await page.getByRole('button', { name: 'Open a recording' }).waitFor();
      await open(page, 'none.jsonl', '{"format":"enodeck-recording"}\n{');
      await page.getByRole('alert').getByText('Line 2 is no JSON').waitFor();
    });
  });

  it('has a menu without a fault', async () => {
    for (const theme of ['dark', 'light'] as const)
      await visit(async (page) => {
        await menu(page);
        expect(await faults(page)).toEqual([]);
      }, theme);
  });
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
