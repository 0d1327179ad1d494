import type { Picture } from './take-pictures.ts';

const VIEWS = ['overview', 'peers', 'discovery', 'nodes', 'logs', 'settings'] as const;
const PATHS = {
  overview: '/',
  peers: '/peers',
  discovery: '/discovery',
  nodes: '/nodes',
  logs: '/logs',
  settings: '/settings',
} as const;
const THEMES = ['dark', 'light'] as const;
const STATES = ['typical', 'empty', 'many', 'broken', 'hostile'] as const;

/** Every view in every state and theme, then what opens over them and the narrow window. */
export const PICTURES: readonly Picture[] = [
  ...VIEWS.flatMap((view) =>
    STATES.flatMap((scenario) =>
      THEMES.map((theme) => ({ name: `${view}-${scenario}-${theme}`, path: PATHS[view], scenario, theme })),
    ),
  ),
  ...THEMES.flatMap((theme): Picture[] => [
    {
      name: `panel-typical-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('row').nth(3).click();
        await page.waitForTimeout(400);
      },
    },
    {
      name: `narrow-panel-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      width: 820,
      height: 700,
      prepare: async (page) => {
        await page.getByRole('row').nth(3).click();
        await page.waitForTimeout(400);
      },
    },
    {
      name: `filter-typical-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.keyboard.press('/');
        await page.keyboard.type('latency<200 client:geth ');
      },
    },
    {
      name: `palette-typical-${theme}`,
      path: '/',
      scenario: 'typical',
      theme,
      prepare: (page) => page.keyboard.press('Control+k'),
    },
    {
      name: `keys-typical-${theme}`,
      path: '/',
      scenario: 'typical',
      theme,
      prepare: (page) => page.keyboard.press('?'),
    },
    {
      name: `form-good-${theme}`,
      path: '/nodes',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.keyboard.press('a');
        await page
          .getByLabel('Enode URL or record')
          .fill(
            'enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@192.168.1.9:30303',
          );
      },
    },
    {
      name: `form-bad-${theme}`,
      path: '/nodes',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.keyboard.press('a');
        await page.getByLabel('Enode URL or record').fill('enode://79be667ef9dcbb@192.168.1.9:30303');
      },
    },
    {
      name: `menu-typical-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: (page) => page.getByRole('row').nth(6).click({ button: 'right' }),
    },
    {
      name: `disconnect-typical-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('row').nth(3).click();
        await page.getByRole('button', { name: 'Disconnect' }).click();
      },
    },
    {
      name: `import-typical-${theme}`,
      path: '/nodes',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Import' }).click();
        await page.getByLabel('Nodes to import').fill('enode://1234');
        await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
        await page.waitForTimeout(100);
      },
    },
    { name: `token-${theme}`, path: '/', scenario: 'none', theme },
    {
      name: `lost-${theme}`,
      path: '/',
      scenario: 'none',
      theme,
      prepare: async (page) => {
        await page.context().setOffline(true);
        await page.getByLabel('Address or token').fill('0123456789abcdef');
        await page.getByRole('button', { name: 'Open' }).click();
        await page.getByRole('alert').waitFor();
      },
    },
    ...VIEWS.map((view): Picture => ({
      name: `narrow-${view}-${theme}`,
      path: PATHS[view],
      scenario: 'typical',
      theme,
      width: 820,
      height: 700,
    })),
    ...VIEWS.map((view): Picture => ({
      name: `small-${view}-${theme}`,
      path: PATHS[view],
      scenario: 'typical',
      theme,
      width: 960,
      height: 640,
    })),
  ]),
];
