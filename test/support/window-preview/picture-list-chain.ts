import type { Page } from 'playwright-core';
import { CHAIN_SCENARIOS } from './fixture-chain.ts';
import type { Picture } from './take-pictures.ts';

const SIZES = [
  [960, 800],
  [1_280, 840],
  [1_600, 1_000],
  [2_560, 1_440],
] as const;
const STATES = ['typical', 'many', 'hostile', ...CHAIN_SCENARIOS] as const;

async function scrollToCard(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Documentation' }).scrollIntoViewIfNeeded();
  await page.locator('main .body').evaluate((body) => body.scrollBy(0, 400));
}

/** Unfolds what a button hides. */
const unfold =
  (name: RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name }).click();
    await scrollToCard(page);
  };

/** The Overview with each source of the chain, in every state. */
export function chainPictures(theme: 'dark' | 'light'): readonly Picture[] {
  return SIZES.flatMap(([width, height]) => {
    const size = { theme, width, height, path: '/' };
    const end = `${String(width)}-${theme}`;
    return [
      { ...size, path: '/settings#chain', name: `chain-settings-${end}`, scenario: 'sentry' },
      ...STATES.map((scenario): Picture => ({
        ...size,
        name: `chain-${scenario}-${end}`,
        scenario,
        prepare: scrollToCard,
      })),
      {
        ...{ ...size, name: `chain-open-lacks-${end}`, scenario: 'lacks' },
        prepare: unfold(/methods$/),
      },
      {
        ...{ ...size, name: `chain-open-refused-${end}`, scenario: 'sentry' },
        prepare: unfold(/^Refused/),
      },
    ];
  });
}
