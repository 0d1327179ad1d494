import type { Page } from 'playwright-core';
import type { Picture } from './take-pictures.ts';

const TABS = ['facts', 'messages', 'timeline', 'requests'] as const;
const SIZES = [
  [960, 640],
  [1_280, 800],
  [2_560, 1_400],
] as const;

/** Opens the panel of the node with this name, at a tab. */
const open =
  (name: string, tab: number) =>
  async (page: Page): Promise<void> => {
    await page.getByText(name).first().click();
    await page.keyboard.press(String(tab + 1));
    await page.waitForTimeout(150);
  };

/** Ends the session whose panel is open. */
async function disconnect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
  await page.getByText('We ended it').waitFor();
  await page.mouse.move(5, 5);
}

/** The panel of a peer: each tab of a live session, one of many, one that left, and a past one, at three widths. */
export function panelPictures(theme: 'dark' | 'light'): readonly Picture[] {
  return SIZES.flatMap(([width, height]) => {
    const size = { theme, width, height };
    const end = `${String(width)}-${theme}`;
    return TABS.flatMap((tab, at): Picture[] => [
      {
        ...{ ...size, name: `panel-${tab}-${end}`, path: '/peers', scenario: 'typical' },
        prepare: open('archive-2', at),
      },
      {
        ...{ ...size, name: `past-panel-${tab}-${end}`, path: '/sessions', scenario: 'typical' },
        prepare: open('archive-1', at),
      },
      ...(at < 2 ? [left(size, end, tab, at)] : []),
      ...(tab === 'requests' ? [theirs(size, end, at)] : []),
      ...(at === 0 ? [many(size, end)] : []),
    ]);
  });
}

type Size = Pick<Picture, 'theme' | 'width' | 'height'>;

const left = (size: Size, end: string, tab: string, at: number): Picture => ({
  ...{ ...size, name: `panel-left-${tab}-${end}`, path: '/peers', scenario: 'typical' },
  prepare: async (page) => {
    await open('archive-2', at)(page);
    await disconnect(page);
    if (at === 0) await page.getByRole('button', { name: 'Connect again' }).click();
    await page.waitForTimeout(300);
  },
});

const theirs = (size: Size, end: string, at: number): Picture => ({
  ...{ ...size, name: `panel-served-${end}`, path: '/peers', scenario: 'typical' },
  prepare: async (page) => {
    await open('archive-2', at)(page);
    await page.getByText('The peer’s', { exact: true }).click();
  },
});

const many = (size: Size, end: string): Picture => ({
  ...{ ...size, name: `panel-many-${end}`, path: '/peers', scenario: 'many' },
  prepare: async (page) => {
    await page.getByRole('row').nth(5).click();
    await page.keyboard.press('1');
    await page.waitForTimeout(150);
  },
});
