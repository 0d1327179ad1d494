import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The views, by the words of their links. */
export type ViewWord = 'Overview' | 'Peers' | 'Discovery' | 'Nodes' | 'Logs' | 'Settings';

/** What waits for a peer or for packets of the demo network. */
const NETWORK_MS = 45_000;

/** Opens a view by its link. */
export async function goTo(page: Page, view: ViewWord): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
  await page.getByRole('heading', { name: view, level: 1 }).waitFor();
}

/** The rows of a table without its head. */
export const rowsOf = (page: Page, table: string): Locator =>
  page.getByRole('grid', { name: table, exact: true }).locator('.grid-row');

/** Waits until a table has at least `count` rows. */
export async function waitForRows(page: Page, table: string, count: number): Promise<void> {
  await rowsOf(page, table)
    .nth(count - 1)
    .waitFor({ timeout: NETWORK_MS });
}

/** Waits until the bucket map shows at least `count` nodes that answered a check. */
export async function waitForLiveNodes(page: Page, count: number): Promise<void> {
  const live = page.getByRole('grid', { name: 'Buckets of the table' }).locator('.once, .often, .long');
  await live.nth(count - 1).waitFor({ timeout: NETWORK_MS });
}

/** Fills in the form that adds a static node, without sending it. */
export async function fillNodeForm(page: Page, text: string, label: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Add node', exact: true }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add node' });
  await dialog.getByLabel('Enode URL or record').fill(text);
  await dialog.getByLabel('Label').fill(label);
  return dialog;
}

/** Adds a static node and waits until there is a session with it. */
export async function addStaticNode(page: Page, enode: string, label: string): Promise<void> {
  await goTo(page, 'Nodes');
  const dialog = await fillNodeForm(page, enode, label);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await staticRow(page, label)
    .getByText(/^connected/)
    .waitFor({ timeout: NETWORK_MS });
}

/** The row of a static node, by its label. */
export const staticRow = (page: Page, label: string): Locator =>
  rowsOf(page, 'Static').filter({ hasText: label });

/** Fails when axe finds anything that a person with a screen reader or a keyboard would stumble over. */
export async function expectAccessible(page: Page): Promise<void> {
  // Electron opens no second page to put the results together in.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const words = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html }) => `    ${html.slice(0, 200)}`).join('\n')}`,
  );
  expect(words).toEqual([]);
}
