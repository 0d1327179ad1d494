import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMessage, rows, selected, table } from '../support/inspector-page.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* The keys of the Inspector and its composer, on a made-up recording whose payloads are real. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const visit = <Result>(look: (page: Page) => Promise<Result>) =>
  visits.visit('/inspector', 'typical', 'dark', async (page) => {
    await rows(page).first().waitFor();
    return look(page);
  });

describe('the keys', () => {
  it('go from table to fields to bytes with Tab', async () => {
    await visit(async (page) => {
      await openMessage(page, 'GetBlockHeaders');
      await table(page).focus();
      const focused = () =>
        page.evaluate(
          () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName,
        );
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Fields');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Hex');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      expect(await focused()).toBe('Messages');
    });
  });

  it('move with the arrows, jump with N to a bookmark, and close with Escape', async () => {
    await visit(async (page) => {
      await rows(page).last().click();
      const detail = page.getByRole('region', { name: 'Message', exact: true });
      await detail.waitFor();
      const first = await selected(page).getAttribute('id');
      await page.keyboard.press('b');
      for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowUp');
      await expect.poll(() => selected(page).getAttribute('id')).not.toBe(first);
      await page.keyboard.press('n');
      await expect.poll(() => selected(page).getAttribute('id')).toBe(first);
      await page.keyboard.press('Escape');
      await detail.waitFor({ state: 'detached' });
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Messages');
      await page.keyboard.press('ArrowUp');
      await detail.waitFor();
    });
  });

  it('are in the map', async () => {
    await visit(async (page) => {
      await page.keyboard.press('?');
      const map = page.getByRole('dialog');
      for (const text of [
        ...['Record, stop', 'Hold the view', 'Follow the newest message', 'Messages, fields, bytes in turn'],
        ...['Close, open a field', 'Request or answer', 'Next broken message', 'Bookmark', 'Next bookmark'],
        ...['Send the composed request', 'Close the message, the composer'],
      ])
        await map.getByText(text, { exact: true }).waitFor();
    });
  });
});

describe('the composer', () => {
  it('asks again with one click, and Ctrl-Enter sends once more', async () => {
    await visit(async (page) => {
      await openMessage(page, 'GetBlockHeaders');
      await page.getByRole('button', { name: 'Ask again' }).click();
      const composer = page.getByRole('region', { name: 'Send a request' });
      await composer.getByText('Answered in 31 ms').waitFor();
      expect(await composer.getByLabel('limit').inputValue()).toBe('40');
      await composer.getByLabel('limit').fill('7');
      await page.keyboard.press('Control+Enter');
      await composer.getByText('Answered in 31 ms').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await composer.waitFor({ state: 'detached' });
      await openMessage(page, 'BlockRangeUpdate');
      expect(await page.getByRole('button', { name: 'Ask again' }).count()).toBe(0);
    });
  });

  it('sends raw bytes to a static peer after two confirmations, and has Ping', async () => {
    await visit(async (page) => {
      await page.getByRole('button', { name: 'Send a request' }).click();
      const composer = page.getByRole('region', { name: 'Send a request' });
      await composer.getByRole('button', { name: 'Edit the bytes' }).click();
      const send = composer.getByRole('button', { name: /^Send/ });
      expect(await send.isDisabled()).toBe(true);
      await composer.getByLabel('Send these bytes unchecked').check();
      expect(await send.isDisabled()).toBe(true);
      await composer.getByLabel('This is a static or trusted peer').check();
      expect(await send.isDisabled()).toBe(false);
      await composer.getByLabel(/^Message/).selectOption('p2p 2');
      await composer.getByText('This request has no fields to fill in.').waitFor();
      expect(await composer.getByRole('button', { name: 'Edit the bytes' }).count()).toBe(0);
    });
  });
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
