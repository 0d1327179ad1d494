import type { Page } from 'playwright-core';
import { EXAMPLE_RECORD } from './fixture-record.ts';
import { chainPictures } from './picture-list-chain.ts';
import { desktopPictures } from './picture-list-desktop.ts';
import { INSPECTION_PICTURES } from './picture-list-inspection.ts';
import { panelPictures } from './picture-list-panel.ts';
import { setModuleLevel } from './set-module-level.ts';
import { TOUR_PICTURES } from './picture-list-tour.ts';
import type { Picture } from './take-pictures.ts';

const VIEWS = [
  'overview',
  'peers',
  'past',
  'why',
  'discovery',
  'v5',
  'dns',
  'crawl',
  'inspector',
  'nodes',
  'trusted',
  'bootnodes',
  'banned',
  'logs',
  'settings',
  'identity',
] as const;
const PATHS = {
  overview: '/',
  peers: '/peers',
  past: '/sessions',
  why: '/why',
  discovery: '/discovery',
  v5: '/discovery/v5',
  dns: '/discovery/dns',
  crawl: '/discovery/crawl',
  inspector: '/inspector',
  nodes: '/nodes',
  trusted: '/nodes/trusted',
  bootnodes: '/nodes/bootnodes',
  banned: '/nodes/banned',
  logs: '/logs',
  settings: '/settings',
  identity: '/identity',
} as const;
/** With the views whose states are in other lists. */
const ALL_PATHS = { ...PATHS, doctor: '/doctor', own: '/doctor/own', known: '/nodes/known' };
const SIZES = [
  [960, 600],
  [1_280, 800],
  [1_600, 1_000],
  [2_560, 1_440],
] as const;
const THEMES = ['dark', 'light'] as const;
const STATES = ['typical', 'empty', 'many', 'broken', 'hostile', 'stopped'] as const;

/** A public key: the generator of secp256k1. */
const KEY =
  '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';
const fillNodeForm =
  (text: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press('a');
    await page.getByLabel('Enode URL or ENR').fill(text);
  };
async function importText(page: Page, label: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByLabel(label).fill(text);
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
}
/** Lines of each kind. */
const PREVIEW_SAMPLE = ['archive-1', 'newer', 'older', 'listed', 'own', '']
  .map((label, at) => `enode://${String(at).repeat(128)}@203.0.113.${String(at + 1)}:30303 # ${label}`)
  .concat(`enode://${'0'.repeat(128)}@203.0.113.1:30303`, 'enode://zz1234')
  .join('\n');
async function openThirdPeer(page: Page): Promise<void> {
  await page.getByRole('row').nth(3).click();
  await page.waitForTimeout(400);
}

/** Every view in every state and theme, then what opens over them and the narrow window. */
export const PICTURES: readonly Picture[] = [
  ...VIEWS.flatMap((view) =>
    STATES.flatMap((scenario) =>
      THEMES.map((theme) => ({ name: `${view}-${scenario}-${theme}`, path: PATHS[view], scenario, theme })),
    ),
  ),
  ...INSPECTION_PICTURES,
  ...TOUR_PICTURES,
  ...THEMES.flatMap((theme): Picture[] => [
    {
      name: `panel-typical-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: openThirdPeer,
    },
    {
      name: `logs-levels-${theme}`,
      path: '/logs',
      scenario: 'typical',
      theme,
      width: 1_280,
      height: 800,
      prepare: setModuleLevel,
    },
    {
      name: `narrow-panel-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      width: 820,
      height: 700,
      prepare: openThirdPeer,
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
      prepare: fillNodeForm(`enode://${KEY}@192.168.1.9:30303`),
    },
    {
      name: `form-bad-${theme}`,
      path: '/nodes',
      scenario: 'typical',
      theme,
      prepare: fillNodeForm('enode://79be667ef9dcbb@192.168.1.9:30303'),
    },
    {
      name: `form-two-${theme}`,
      path: '/nodes',
      scenario: 'typical',
      theme,
      prepare: fillNodeForm('enr:-abc enr:-def'),
    },
    {
      name: `remove-static-${theme}`,
      path: '/nodes',
      scenario: 'typical',
      theme,
      prepare: (page) => page.getByRole('button', { name: 'Remove node' }).first().click(),
    },
    {
      name: `trace-pasted-${theme}`,
      path: '/why',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.keyboard.press('/');
        await page.keyboard.type(`enode://${KEY}@203.0.113.9:30303`);
        await page.keyboard.press('Enter');
        await page.waitForTimeout(300);
      },
    },
    {
      name: `narrow-stopped-${theme}`,
      path: '/',
      scenario: 'broken',
      theme,
      width: 820,
      height: 900,
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
        await page.getByLabel('Nodes to add').fill(PREVIEW_SAMPLE);
        await page.getByRole('button', { name: 'Check' }).click();
        await page.getByRole('grid', { name: 'Nodes of the text' }).waitFor();
      },
    },
    ...(['typical', 'hostile'] as const).map((scenario): Picture => ({
      name: `trace-${scenario}-${theme}`,
      path: '/why',
      scenario,
      theme,
      prepare: (page) => page.getByRole('row').nth(1).click(),
    })),
    ...(['a0', 'a1', 'ff'] as const).map((start): Picture => ({
      name: `trace-${start}-${theme}`,
      path: `/why/${start.padEnd(64, '0')}`,
      scenario: 'typical',
      theme,
    })),
    {
      name: `why-step-${theme}`,
      path: '/why',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('button', { name: /^RLPx/ }).click();
        await page.getByRole('button', { name: /^Dial timed out/ }).click();
      },
    },
    {
      name: `small-trace-${theme}`,
      path: '/why',
      scenario: 'typical',
      theme,
      width: 960,
      height: 640,
      prepare: (page) => page.getByRole('row').nth(1).click(),
    },
    {
      name: `ban-peer-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('row').nth(3).click({ button: 'right' });
        await page.getByRole('menuitem', { name: 'Ban' }).click();
      },
    },
    {
      name: `ban-form-${theme}`,
      path: '/nodes/banned',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Ban…' }).click();
        await page.getByLabel('Node ID, enode').fill('192.0.2.0/64');
      },
    },
    {
      name: `unban-${theme}`,
      path: '/nodes/banned',
      scenario: 'typical',
      theme,
      prepare: (page) => page.getByRole('button', { name: 'Unban' }).first().click(),
    },
    {
      name: `reputation-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByPlaceholder('Filter by client').fill('reputation<-10000');
        await page.keyboard.press('Enter');
        await page.getByRole('row').nth(1).click();
        await page.waitForTimeout(300);
      },
    },
    {
      name: `health-open-${theme}`,
      path: '/',
      scenario: 'typical',
      theme,
      prepare: (page) => page.getByRole('button', { name: /all OK/ }).click(),
    },
    {
      name: `settings-wrong-${theme}`,
      path: '/settings',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByLabel('Maximum peers').fill('99999');
        await page.getByLabel('NAT', { exact: true }).fill('everything');
        await page.getByLabel('Maximum peers').scrollIntoViewIfNeeded();
      },
    },
    {
      name: `settings-search-${theme}`,
      path: '/settings',
      scenario: 'typical',
      theme,
      prepare: (page) => page.getByPlaceholder('Search settings').fill('dial'),
    },
    {
      name: `toml-${theme}`,
      path: '/settings',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await importText(page, 'TOML to import', '[Node.P2P]\nMaxPeers = 50');
        await page.waitForTimeout(100);
      },
    },
    {
      name: `toml-done-${theme}`,
      path: '/settings',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await importText(page, 'TOML to import', '[Node.P2P]\nMaxPeers = 50');
        await page.getByRole('button', { name: 'Import valid entries' }).click();
        await page.waitForTimeout(100);
      },
    },
    ...([960, 1_280] as const).flatMap((width): Picture[] => {
      const size = { width, height: width === 960 ? 600 : 800 };
      return [
        { name: `first-start-${String(width)}-${theme}`, path: '/', scenario: 'first', theme, ...size },
        { name: `stopping-${String(width)}-${theme}`, path: '/', scenario: 'stopping', theme, ...size },
        {
          name: `stopping-peers-${String(width)}-${theme}`,
          path: '/peers',
          scenario: 'stopping',
          theme,
          ...size,
        },
      ];
    }),
    ...panelPictures(theme),
    ...chainPictures(theme),
    ...desktopPictures(theme),
    ...(['form', 'raw', 'answer'] as const).map((state): Picture => ({
      name: `composer-${state}-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      width: 1_280,
      height: 800,
      prepare: async (page) => {
        await page.getByText('archive-2').first().click();
        await page.getByRole('button', { name: 'Request…' }).click();
        await page.getByRole('dialog').getByLabel('limit').waitFor();
        if (state === 'raw') await page.getByRole('button', { name: 'Edit the bytes' }).click();
        if (state === 'answer') await page.getByRole('button', { name: 'Send' }).click();
        await page.waitForTimeout(200);
      },
    })),
    {
      name: `panel-960-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      width: 960,
      height: 800,
      prepare: async (page) => {
        await page.getByText('archive-2').first().click();
        await page.waitForTimeout(100);
      },
    },
    ...(['v5', 'dns'] as const).map((view): Picture => ({
      name: `off-${view}-${theme}`,
      path: PATHS[view],
      scenario: 'off',
      theme,
    })),
    ...(['typical', 'hostile'] as const).map((scenario): Picture => ({
      name: `record-${scenario}-${theme}`,
      path: '/discovery/v5',
      scenario,
      theme,
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Decode', exact: true }).click();
        await page.getByRole('table', { name: 'ENR entries' }).waitFor();
      },
    })),
    {
      name: `record-bad-${theme}`,
      path: '/discovery/v5',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Decode an ENR' }).click();
        await page.getByLabel('ENR', { exact: true }).fill(`${EXAMPLE_RECORD}AAbad`);
        await page.getByText('The signature of the ENR is invalid').waitFor();
      },
    },
    ...(['enodeck', 'silent'] as const).map((protocol): Picture => ({
      name: `talk-${protocol}-${theme}`,
      path: '/discovery/v5',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('button', { name: 'TALKREQ…' }).first().click();
        await page.getByLabel('Protocol').fill(protocol);
        await page.getByLabel('Payload', { exact: true }).fill('0x70 69 6e 67');
        await page.getByRole('button', { name: 'Send', exact: true }).click();
        await page.getByRole('button', { name: 'Send again' }).waitFor();
      },
    })),
    {
      name: `crawl-filter-${theme}`,
      path: '/discovery/crawl',
      scenario: 'many',
      theme,
      prepare: async (page) => {
        await page.getByLabel('Network', { exact: true }).selectOption('own');
        await page.getByLabel('Minimum age').fill('six hours');
        await page.getByLabel('At most').fill('500');
        await page.waitForTimeout(500);
      },
    },
    {
      name: `found-column-${theme}`,
      path: '/peers',
      scenario: 'typical',
      theme,
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Columns' }).click();
        await page.getByRole('menuitemcheckbox', { name: 'Source' }).click();
        await page.keyboard.press('Escape');
      },
    },
    {
      name: `settings-discovery-${theme}`,
      path: '/settings#discovery',
      scenario: 'typical',
      theme,
      prepare: (page) => page.getByLabel('DNS node lists').scrollIntoViewIfNeeded(),
    },
    ...(['starting', 'refused'] as const).flatMap((scenario) =>
      (['overview', 'peers', 'settings'] as const).map((view): Picture => ({
        name: `${view}-${scenario}-${theme}`,
        path: PATHS[view],
        scenario,
        theme,
      })),
    ),
    {
      name: `form-no-tcp-${theme}`,
      path: '/nodes',
      scenario: 'typical',
      theme,
      prepare: fillNodeForm(`enode://${KEY}@203.0.113.9:0?discport=30303`),
    },
    { name: `token-${theme}`, path: '/', scenario: 'none', theme },
    {
      name: `lost-${theme}`,
      path: '/',
      scenario: 'none',
      theme,
      prepare: async (page) => {
        await page.context().setOffline(true);
        await page.getByLabel('URL or token').fill('0123456789abcdef');
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
    ...SIZES.flatMap(([width, height]) =>
      Object.entries(ALL_PATHS).map(([view, path]): Picture => ({
        name: `size-${String(width)}-${view}-${theme}`,
        path,
        scenario: 'typical',
        theme,
        width,
        height,
      })),
    ),
  ]),
];
