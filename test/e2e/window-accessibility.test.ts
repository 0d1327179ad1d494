import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* Accessibility of every view in every state, and of its dialogs, panels and menus. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const VIEWS = [
  '/',
  '/peers',
  '/sessions',
  '/why',
  '/doctor',
  '/doctor/own',
  '/discovery',
  '/discovery/v5',
  '/discovery/dns',
  '/discovery/crawl',
  '/inspector',
  '/nodes',
  '/nodes/known',
  '/nodes/banned',
  '/logs',
  '/identity',
  '/settings',
] as const;

/** Narrow, usual and wide: at 960 and 1280 columns and cards move. */
const WIDTHS = [960, 1280, 1600] as const;
const HEIGHT = 900;

describe('every view', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const path of VIEWS) {
      it(`has no accessibility fault at any width, ${path}, ${theme}`, async () => {
        const found = await visits.visit(path, 'typical', theme, async (page) => {
          const all: string[] = [];
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: HEIGHT });
            all.push(...(await faults(page)).map((fault) => `${width}: ${fault}`));
          }
          return all;
        });
        expect(found).toEqual([]);
      });
    }
  }

  // The themes differ only in colours, nearly all of which the typical state shows.
  for (const scenario of ['empty', 'broken'] as const) {
    for (const path of VIEWS) {
      it(`has no accessibility fault, ${path}, ${scenario}`, async () => {
        expect(await visits.visit(path, scenario, 'dark', faults)).toEqual([]);
      });
    }
  }
});

describe('the first start, and a quit that takes long', () => {
  for (const theme of ['dark', 'light'] as const) {
    it(`has no accessibility fault, ${theme}`, async () => {
      for (const scenario of ['first', 'stopping'] as const) {
        expect(await visits.visit('/', scenario, theme, faults)).toEqual([]);
      }
    });
  }
});

describe('a dialog, panel or menu', () => {
  const openings: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    'the panel of a peer': async (page) => {
      await page.getByRole('row').nth(3).click();
      await page.getByRole('tab', { name: 'Messages' }).click();
      await page.getByText('NewPooledTransactionHashes').waitFor();
    },
    'the command palette': (page) => page.keyboard.press('Control+k'),
    'the list of shortcuts': (page) => page.keyboard.press('?'),
    'the form to add a node': (page) => page.keyboard.press('a'),
    'the menu of a peer': (page) => page.getByRole('row').nth(3).click({ button: 'right' }),
    'the menu of columns': (page) => page.getByRole('button', { name: 'Columns' }).click(),
    'the dialog for a ban': async (page) => {
      await page.getByRole('row').nth(3).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Ban' }).click();
    },
  };
  for (const [name, open] of Object.entries(openings)) {
    it(`has no accessibility fault: ${name}`, async () => {
      for (const theme of ['dark', 'light'] as const) {
        const found = await visits.visit('/peers', 'typical', theme, async (page) => {
          await page.getByRole('row').nth(3).waitFor();
          await open(page);
          return faults(page);
        });
        expect(found).toEqual([]);
      }
    });
  }
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
