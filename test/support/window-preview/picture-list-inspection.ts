import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { TESTED } from './fixture-doctor.ts';
import type { Picture } from './take-pictures.ts';

const THEMES = ['dark', 'light'] as const;

/** States of the Doctor: the path starts a test, whose outcome its input selects. */
const doctorOf = (outcome: keyof typeof TESTED, scenario = 'typical') => ({
  path: `/doctor?node=${encodeURIComponent(TESTED[outcome])}`,
  scenario,
});
const DOCTOR = {
  empty: { path: '/doctor', scenario: 'empty' },
  earlier: { path: '/doctor', scenario: 'typical' },
  running: doctorOf('running'),
  ok: doctorOf('ok'),
  fail: doctorOf('fail'),
  wrong: doctorOf('wrong'),
  special: doctorOf('special'),
  hostile: doctorOf('ok', 'hostile'),
  own: { path: '/doctor/own', scenario: 'typical' },
  ownNew: { path: '/doctor/own', scenario: 'empty' },
  stopped: { path: '/doctor', scenario: 'stopped' },
  ownStopped: { path: '/doctor/own', scenario: 'stopped' },
} as const;

/** Exports the shown messages and opens the file. */
async function openPart(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'JSON lines' }).click(),
  ]);
  const buffer = await readFile(await download.path());
  const file = { name: 'interop.jsonl', mimeType: 'application/jsonl', buffer };
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.getByText('File interop.jsonl').waitFor();
}

/** Opens the newest answer with headers, and chooses a field of it. */
export async function chooseMessage(page: Page): Promise<void> {
  await page
    .locator('.grid-row', { hasText: /^(?!.*Get).*BlockHeaders/ })
    .last()
    .click();
  await page
    .getByRole('treegrid')
    .getByRole('row', { name: /^number/ })
    .click();
}

/** The known nodes in their states, at three widths. */
const KNOWN_PICTURES: readonly Picture[] = THEMES.flatMap((theme) => [
  ...(['empty', 'stopped', 'hostile', 'broken'] as const).map((scenario): Picture => ({
    name: `known-${scenario}-${theme}`,
    path: '/nodes/known',
    scenario,
    theme,
  })),
  ...[960, 1280, 2560].flatMap((width): Picture[] => {
    const height = width === 2560 ? 1440 : width === 960 ? 720 : 800;
    const size = { path: '/nodes/known', scenario: 'many', theme, width, height };
    return [
      { ...size, name: `known-${String(width)}-full-${theme}` },
      {
        ...size,
        name: `known-${String(width)}-panel-${theme}`,
        prepare: async (page) => {
          await page.getByRole('row').nth(4).click();
          await page.waitForTimeout(400);
        },
      },
      {
        ...size,
        name: `known-${String(width)}-filter-${theme}`,
        prepare: async (page) => {
          await page.getByLabel('Fork', { exact: true }).selectOption('is:ours');
          await page.getByLabel('Client', { exact: true }).selectOption('reth');
          await page.getByLabel('Port').fill('30303');
          await page.waitForTimeout(500);
        },
      },
      {
        ...size,
        name: `known-${String(width)}-menu-${theme}`,
        prepare: async (page) => {
          await page.getByRole('row').nth(4).click({ button: 'right' });
          await page.waitForTimeout(300);
        },
      },
    ];
  }),
]);

/** The Inspector and the Doctor in their states, at three widths. */
export const INSPECTION_PICTURES: readonly Picture[] = [
  ...KNOWN_PICTURES,
  ...THEMES.flatMap((theme) =>
    [960, 1280, 2560].flatMap((width): Picture[] => {
      const size = {
        path: '/inspector',
        theme,
        width,
        height: width === 2560 ? 1440 : width === 960 ? 720 : 800,
      };
      return [
        { ...size, name: `inspector-${width}-empty-${theme}`, scenario: 'empty' },
        {
          ...size,
          name: `inspector-${width}-full-${theme}`,
          scenario: 'many',
          prepare: async (page) => {
            await page.locator('.grid-row', { hasText: 'BlockHeaders' }).last().waitFor();
            await page.keyboard.press('/');
            await page.keyboard.type('not msg:Ping,Pong');
            await page.keyboard.press('Enter');
            await chooseMessage(page);
          },
        },
        {
          ...size,
          name: `inspector-${width}-broken-${theme}`,
          scenario: 'typical',
          prepare: async (page) => {
            await page.locator('.grid-row.bad').last().click();
            await page.getByText(/^Broken at byte/).waitFor();
          },
        },
        {
          ...size,
          name: `inspector-${width}-compose-${theme}`,
          scenario: 'typical',
          prepare: async (page) => {
            await page.locator('.grid-row', { hasText: 'PooledTransactions' }).first().click();
            await page.getByRole('button', { name: 'Send a request' }).click();
            await page.getByLabel('limit').waitFor();
          },
        },
        {
          ...size,
          name: `inspector-${width}-timing-${theme}`,
          scenario: 'typical',
          prepare: async (page) => {
            await page.locator('.grid-row', { hasText: 'PooledTransactions' }).first().click();
            await page.getByRole('button', { name: 'Timing' }).click();
          },
        },
        {
          ...size,
          name: `inspector-${width}-menu-${theme}`,
          scenario: 'typical',
          prepare: async (page) => {
            await page.locator('.grid-row', { hasText: 'GetBlockHeaders' }).last().click();
            await page.getByRole('button', { name: 'Export' }).click();
            await page.getByRole('menu').waitFor();
          },
        },
        {
          ...size,
          name: `inspector-${width}-file-${theme}`,
          scenario: 'typical',
          prepare: async (page) => {
            await openPart(page);
            await page.locator('input[type="file"]').setInputFiles({
              ...{ name: 'half.jsonl', mimeType: 'application/jsonl' },
              buffer: Buffer.from('{}\n{"seq":'),
            });
            await page.getByRole('alert').waitFor();
          },
        },
      ];
    }),
  ),
  ...THEMES.flatMap((theme) =>
    [960, 1280, 2560].flatMap((width) =>
      Object.entries(DOCTOR).map(([name, { path, scenario }]): Picture => ({
        ...{ name: `doctor-${name}-${width}-${theme}`, path, scenario, theme, width },
        height: width === 960 ? 640 : width === 1280 ? 860 : 1400,
      })),
    ),
  ),
];
