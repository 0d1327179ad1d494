import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutTexts } from '../support/window-preview/cut-texts.ts';
import { VIEWS } from '../support/window-preview/views.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* Accessibility of every view at every width, in both themes, and that no text is cut without a mark. Its states: window-accessibility-states.test.ts. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

/** Narrow, usual and wide: at 960 and 1280 columns and cards move. */
const WIDTHS = [960, 1280, 1600] as const;
const HEIGHT = 900;

describe('every view', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const path of VIEWS) {
      it(`has no accessibility fault and no cut text at any width, ${path}, ${theme}`, async () => {
        const found = await visits.visit(path, 'typical', theme, async (page) => {
          const all: string[] = [];
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: HEIGHT });
            const cut = (await cutTexts(page)).map((text) => `cut: ${text}`);
            all.push(...[...(await faults(page)), ...cut].map((fault) => `${width}: ${fault}`));
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

it('has a cut text when nothing marks where it ends', async () => {
  const found = await visits.visit('/', 'typical', 'dark', async (page) => {
    await page.evaluate(() => {
      for (const style of ['', 'text-overflow: ellipsis', 'text-overflow: ellipsis; display: flex']) {
        const text = document.createElement('p');
        text.style.cssText = `width: 40px; overflow: hidden; white-space: nowrap; ${style}`;
        text.textContent = `A text with the style ${style || 'none'}`;
        document.querySelector('main')!.append(text);
      }
    });
    return await cutTexts(page);
  });
  expect(found).toEqual([
    'A text with the style none',
    'A text with the style text-overflow: ellipsis; display: flex',
  ]);
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
