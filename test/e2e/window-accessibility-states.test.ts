import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setModuleLevel } from '../support/window-preview/set-module-level.ts';
import { VIEWS } from '../support/window-preview/views.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* Accessibility of the views in other states, and of dialogs, panels and menus. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

describe('every view', () => {
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

it('has no accessibility fault: the levels of modules that the log writes', async () => {
  for (const theme of ['dark', 'light'] as const) {
    const found = await visits.visit('/logs', 'typical', theme, async (page) => {
      await setModuleLevel(page);
      await page.getByLabel('Module, such as').fill('not a module');
      await page.getByRole('alert').waitFor();
      return faults(page);
    });
    expect(found).toEqual([]);
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
