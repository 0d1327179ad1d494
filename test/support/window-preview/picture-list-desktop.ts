import type { Page } from 'playwright-core';
import type { Picture } from './take-pictures.ts';

type Theme = Picture['theme'];
const SIZES = [
  [960, 600],
  [1_280, 800],
] as const;

/** Runs a command of the palette by its title. */
const command =
  (title: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(title);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: title }).waitFor();
  };
const pressed =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('dialog').waitFor();
  };
/** Chooses three rows of a table. */
async function chooseRows(page: Page): Promise<void> {
  await page.getByRole('row').nth(2).click();
  await page
    .getByRole('row')
    .nth(4)
    .click({ modifiers: ['Shift'] });
}

type State = Pick<Picture, 'path' | 'scenario' | 'prepare'>;
const STATES: Readonly<Record<string, State>> = {
  about: { path: '/', scenario: 'typical', prepare: command('About Enodeck') },
  'about-copy': { path: '/', scenario: 'broken', prepare: command('About Enodeck') },
  'about-fuses': {
    path: '/',
    scenario: 'typical',
    prepare: async (page) => {
      await command('About Enodeck')(page);
      await page.getByText('Every fuse').click();
    },
  },
  'about-licences': {
    path: '/',
    scenario: 'typical',
    prepare: async (page) => {
      await command('About Enodeck')(page);
      await page.getByRole('button', { name: 'Licences' }).click();
      await page.getByText('Permission is hereby granted').waitFor();
    },
  },
  problem: { path: '/', scenario: 'typical', prepare: command('Report a problem') },
  'key-export': { path: '/identity', scenario: 'typical', prepare: pressed('Export…') },
  'key-import': { path: '/identity', scenario: 'typical', prepare: pressed('Import…') },
  'key-new': { path: '/identity', scenario: 'typical', prepare: pressed('New key…') },
  'key-earlier': { path: '/identity', scenario: 'typical', prepare: pressed('Use the key') },
  'chosen-peers': { path: '/peers', scenario: 'typical', prepare: chooseRows },
  'chosen-known': { path: '/nodes/known', scenario: 'typical', prepare: chooseRows },
  'toast-copied': {
    path: '/identity',
    scenario: 'typical',
    prepare: (page) => page.getByRole('button', { name: /^Copy/ }).first().click(),
  },
};

/** The dialogs about the program and its key, chosen rows and a notice, at two sizes. */
export function desktopPictures(theme: Theme): readonly Picture[] {
  return SIZES.flatMap(([width, height]) =>
    Object.entries(STATES).map(([name, state]): Picture => ({
      ...{ ...state, name: `${name}-${String(width)}-${theme}`, theme, width, height },
    })),
  );
}
