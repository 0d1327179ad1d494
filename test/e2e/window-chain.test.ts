import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { CHAIN_SCENARIOS } from '../support/window-preview/fixture-chain.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* The served chain on the Overview and in the panel of a peer. */

const START_MS = 180_000;
const THEMES = ['dark', 'light'] as const;
const visits = new WindowVisits();
beforeAll(() => visits.open(), START_MS);
afterAll(() => visits.close());

const cardOf = (page: Page) => page.locator('section.card').filter({ hasText: /^Chain/ });

describe('the chain on the Overview', () => {
  const HEADLINES: Readonly<Record<(typeof CHAIN_SCENARIOS)[number], readonly string[]>> = {
    sentry: ['Connected', 'Geth v1.17.8', '15,537,394 – 23,817,402', '91% hits'],
    lacks: ['Connected', 'Besu v26.8.0', '5 methods'],
    away: ['Connection lost', 'announces the same range', '41 late, 12 failed', '2 items were not'],
    unreached: ['Not connected yet', 'HTTP status 401', 'No peer has asked yet'],
    otherChain: ['Client of another chain', 'Choose the network of the client'],
    importing: ['Import in progress', 'File 13 of 1,897', '41.2 MB of 98.7 MB'],
    importStopped: ['Import in progress', 'File 13 of 1,897'],
    imported: ['102,304 blocks', 'missing for 600 blocks'],
    observed: ['102,304 blocks', 'observed, not relayed', 'Observed 8,911', 'Waiting 12'],
    observedOnly: ['Only the genesis block is served', 'observed, not relayed', 'Observed 8,911'],
    importFailed: ['Import failed', 'block 102304, receipts root', 'are kept'],
  };
  /** The states with the most colours. */
  const COLOURFUL: ReadonlySet<string> = new Set(['away', 'importFailed']);
  it.each(CHAIN_SCENARIOS)('says how its source is, and has no accessibility fault: %s', async (scenario) => {
    for (const theme of COLOURFUL.has(scenario) ? THEMES : (['dark'] as const)) {
      await visits.visit('/', scenario, theme, async (page) => {
        for (const text of HEADLINES[scenario]) await cardOf(page).getByText(text).first().waitFor();
        expect(await faults(page)).toEqual([]);
      });
    }
  });

  it('shows on demand what the client lacks and why transactions were refused, by keyboard', async () => {
    for (const theme of THEMES) {
      await visits.visit('/', 'lacks', theme, async (page) => {
        const card = cardOf(page);
        const lacks = card.getByRole('button', { name: '5 methods' });
        await lacks.press('Enter');
        await card.getByText('Access lists are answered as missing.').waitFor();
        await card.getByText('debug_getRawBlockAccessList').waitFor();
        const refused = card.getByRole('button', { name: 'Refused 363' });
        await refused.press('Enter');
        await card.getByText('Other type than announced').waitFor();
        expect(await faults(page)).toEqual([]);

        await lacks.press('Enter');
        await card.getByText('Access lists are answered as missing.').waitFor({ state: 'detached' });
        expect(await refused.getAttribute('aria-expanded')).toBe('true');
      });
    }
  });

  it('says of observed transactions that nobody got them, and why others were refused', async () => {
    await visits.visit('/', 'observedOnly', 'light', async (page) => {
      const card = cardOf(page);
      await card.getByRole('button', { name: /^Refused/ }).press('Enter');
      await card.getByText('Nothing was submitted, announced or sent to anybody.').waitFor();
      await card.getByText('Other type than announced').waitFor();
      expect(await card.getByText(/^(Accepted|Relayed)/).count()).toBe(0);
      expect(await faults(page)).toEqual([]);
    });
  });

  it('has the progress of an import in figures', async () => {
    await visits.visit('/', 'importing', 'dark', async (page) => {
      const bar = page.getByRole('progressbar', { name: 'Import of mainnet-00012-3a2f6d1c.era1' });
      expect(await bar.getAttribute('aria-valuenow')).toBe('42');
    });
  });

  it('says without a source that syncing peers leave, and leads to the settings', async () => {
    await visits.visit('/', 'typical', 'dark', async (page) => {
      const card = page.getByRole('region', { name: 'Chain' });
      await card.getByText('peers that synchronise leave. Empty answers so far: 398 of 412.').waitFor();
      const docs = card.getByRole('link', { name: 'Documentation' });
      expect(await docs.getAttribute('href')).toBe('docs/chain.html');
      await card.getByRole('link', { name: 'Serve a chain…' }).click();
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    });
  });

  it('shows the name of a hostile client as text', async () => {
    await visits.visit('/', 'hostile', 'dark', async (page) => {
      await cardOf(page).getByText('<img src=x onerror=alert(1)>').first().waitFor();
      expect(await page.locator('img').count()).toBe(0);
    });
  });

  it('is within its card at every width', async () => {
    await visits.visit('/', 'many', 'light', async (page) => {
      const card = cardOf(page);
      await card.getByText('22.6M').waitFor();
      for (const width of [720, 960, 1_140, 1_280, 1_800, 2_560]) {
        await page.setViewportSize({ width, height: 900 });
        const [right, edge] = await card.evaluate((element) => {
          const ends = [...element.querySelectorAll('td, b')].map(
            (each) => each.getBoundingClientRect().right,
          );
          return [Math.max(...ends), element.getBoundingClientRect().right] as const;
        });
        expect(right, String(width)).toBeLessThan(edge);
      }
    });
  });
});

describe('the panel of a peer', () => {
  it('shows what the peer asked for and got, apart from our own requests', async () => {
    for (const theme of THEMES) {
      await visits.visit('/peers', 'typical', theme, async (page) => {
        await page.getByText('archive-2').first().click();
        await page.keyboard.press('4');
        const panel = page.getByRole('complementary', { name: 'Peer' });
        await panel.getByText('403 answered').waitFor();
        await panel.getByText('The peer’s', { exact: true }).click();
        const row = panel.getByRole('row').filter({ hasText: 'GetReceipts' }).filter({ hasText: '60 empty' });
        await row.getByText('3,010').waitFor();
        expect(await panel.getByText('403 answered').count()).toBe(0);
        expect(await faults(page)).toEqual([]);
      });
    }
  });

  it('says when it asked for nothing', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.locator('.grid-row').filter({ hasNotText: 'archive-2' }).nth(4).click();
      await page.keyboard.press('4');
      await page.getByText('The peer’s', { exact: true }).click();
      await page.getByText('It has asked for nothing.').waitFor();
    });
  });
});
