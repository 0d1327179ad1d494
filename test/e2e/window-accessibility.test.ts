import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../support/window-preview/views.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* Accessibility of every view at every width, in both themes. Its states: window-accessibility-states.test.ts. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

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
});

it('has a fault when a text has no contrast or a button no name', async () => {
  const found = await visits.visit('/', 'typical', 'dark', async (page) => {
    await page.evaluate(() => {
      const text = document.createElement('p');
      text.style.cssText = 'color: #777; background: #888';
      text.textContent = 'A text without contrast';
      document.querySelector('main')!.append(text, document.createElement('button'));
    });
    return await faults(page);
  });
  expect(found.map((fault) => fault.split(':')[0])).toEqual(['button-name', 'color-contrast']);
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
